// queuescope-scenario: runs one of the bundled scenarios in this process, observed by its parent if that records.
#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include <mp/errors.hpp>
#include <mp/options.hpp>

#include "sim/scenarios/scenario.hpp"
#include "sim/torture/storm/storm.hpp"

namespace {

using namespace qs::scenarios;

constexpr int wrong_usage = 2;

constexpr char usage[] =
    "Runs one of the bundled scenarios.\n\n"
    "  queuescope-scenario NAME [parameter=value...]\n"
    "  queuescope-scenario --list        the scenarios and their parameters\n\n"
    "Example: queuescope-scenario consumer-pool consumers=5 items=40\n"
    "To record and watch one, say: queuescope run NAME\n";

void list() {
  for (auto const& scenario : all()) {
    fmt::print("{} - {}\n", scenario.name, scenario.title);
    for (auto const& parameter : scenario.parameters) {
      fmt::print("    {}={}  {} ({} to {})\n", parameter.name, parameter.fallback, parameter.meaning, parameter.lowest,
                 parameter.highest);
    }
  }
}

std::map<std::string, std::string> settings_of(int argc, char** argv) {
  std::map<std::string, std::string> settings;
  for (int index = 2; index < argc; ++index) {
    std::string const argument = argv[index];
    auto const equals = argument.find('=');
    if (equals == std::string::npos) {
      throw ArgumentError(fmt::format("\"{}\" is no parameter=value.", argument));
    }
    settings[argument.substr(0, equals)] = argument.substr(equals + 1);
  }
  return settings;
}

int run(int argc, char** argv) {
  std::string const name = argc > 1 ? argv[1] : "";
  if (name == "--list") {
    list();
    return 0;
  }
  if (name == "--help") {
    fmt::print(usage);
    return 0;
  }
  if (name == "--storm") return qs::storm::run_storm(qs::storm::storm_options(settings_of(argc, argv)));
  Scenario const* const scenario = find(name);
  if (scenario == nullptr) {
    throw ArgumentError(name.empty() ? "Which scenario? --list names them."
                                     : fmt::format("There is no scenario \"{}\"; --list names them.", name));
  }
  Arguments const arguments{scenario->parameters, settings_of(argc, argv)};
  mp::set_default_mechanism(static_cast<mp::Mechanism>(arguments[mechanism_parameter]));
  scenario->program(arguments);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (ArgumentError const& error) {
    fmt::print(stderr, "queuescope-scenario: {}\n", error.what());
    return wrong_usage;
  } catch (mp::Error const& error) {
    fmt::print(stderr, "queuescope-scenario: {}: {}\n", error.kind(), error.what());
  } catch (std::exception const& error) {
    fmt::print(stderr, "queuescope-scenario: {}\n", error.what());
  }
  return 1;
}
