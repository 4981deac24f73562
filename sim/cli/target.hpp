// The target of a command: a bundled scenario by name, or a program.
#pragma once

#include <string>
#include <vector>

#include "sim/run/run.hpp"
#include "sim/scenarios/scenario.hpp"

namespace qs::cli {

/// Throws UsageError, which suggests a similar name.
scenarios::Scenario const& scenario_called(std::string const& name);

struct TargetArguments {
  std::vector<std::string> words;     ///< the name and its arguments
  std::vector<std::string> behind;    ///< the words after --, each with one letter before it
  std::vector<std::string> settings;  ///< "k=v"
};
/// The hidden option that takes `behind`.
inline constexpr char program_argument_option[] = "--behind-mark";
/// The name and all arguments.
std::vector<std::string> all_words(TargetArguments const& target);
/// Turns each word after -- into a hidden option, because CLI11 would parse it as an option or another command.
std::vector<std::string> mark_program_arguments(int argc, char** argv);
/// The arguments of `queuescope run`, quoted for a shell.
std::string shell_words(TargetArguments const& target);
/// A scenario also accepts its settings without --set. Throws UsageError and scenarios::ArgumentError.
RunOptions target_of(TargetArguments const& target);

/// How to run again what a trace was recorded of. A trace may come from anybody, so a program that is not a bundled
/// scenario is only run if `given` names it. Throws UsageError.
RunOptions run_again(RunFacts const& recorded, TargetArguments const& given);

/// The exit code of a command that ran a program.
int exit_code_of(RunFacts const& facts);

}  // namespace qs::cli
