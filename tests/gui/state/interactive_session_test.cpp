#include "gui/state/interactive_session.hpp"

#include <doctest/doctest.h>

using namespace qs;
using namespace qs::gui;

TEST_CASE("the command in an opened trace is never what the window would run") {
  RunFacts recorded;
  recorded.title = "consumer-pool";
  recorded.command = {"/bin/sh", "-c", "touch /tmp/marker"};
  InteractiveSession session;
  session.opened(program_to_repeat(recorded), {{Choice::What::go, "main"}}, "deadlock");
  CHECK_FALSE(session.knows_program());
  CHECK(why_not_repeated(recorded).find("queuescope step -- /bin/sh -c touch /tmp/marker") != std::string::npos);
}

TEST_CASE("a trace that names a scenario is run again as that scenario, whatever command it claims") {
  RunFacts recorded;
  recorded.scenario = "sentinel";
  recorded.parameters = {{"items", "2"}};
  recorded.command = {"/bin/sh", "-c", "touch /tmp/marker"};
  RunOptions const options = program_to_repeat(recorded);
  REQUIRE(options.command.size() > 1);
  CHECK(options.command[0] != "/bin/sh");
  CHECK(options.command[1] == "sentinel");
}

TEST_CASE("a trace that names a scenario with a parameter that it does not have is not run again") {
  RunFacts recorded;
  recorded.scenario = "sentinel";
  recorded.parameters = {{"no_such_parameter", "2"}};
  CHECK(program_to_repeat(recorded).command.empty());
  recorded.parameters = {{"items", "2; touch /tmp/marker"}};
  CHECK(program_to_repeat(recorded).command.empty());
}
