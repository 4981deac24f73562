#include "gui/state/mechanism_comparison.hpp"

#include <doctest/doctest.h>

using namespace qs;
using namespace qs::gui;

namespace {

RunFacts run(std::string mechanism, std::string attempts = "4", std::string scenario = "killed-reader") {
  RunFacts facts;
  facts.scenario = std::move(scenario);
  facts.parameters = {{"attempts", std::move(attempts)}, {"mechanism", std::move(mechanism)}};
  return facts;
}

}  // namespace

TEST_CASE("the endings under both mechanisms are shown together") {
  MechanismComparison endings;
  CHECK(endings.compared().empty());
  endings.ended(run("cpython"), "hangs");
  CHECK(endings.compared().empty());
  auto const next = run("hardened");
  CHECK(endings.others(next.scenario, next.parameters) == "cpython: hangs");
  endings.ended(next, "finished");
  CHECK(endings.compared() == "cpython: hangs\nhardened: finished");
  endings.ended(next, "finished again");
  CHECK(endings.compared() == "cpython: hangs\nhardened: finished again");
}

TEST_CASE("runs of different scenarios are not compared") {
  MechanismComparison endings;
  endings.ended(run("cpython"), "hangs");
  endings.ended(run("hardened", "0"), "finished");
  CHECK(endings.compared().empty());
  auto const other = run("hardened", "0", "killed-joiner");
  CHECK(endings.others(other.scenario, other.parameters).empty());
  endings.ended(RunFacts{}, "a program of somebody's");
  CHECK(endings.compared().empty());
}
