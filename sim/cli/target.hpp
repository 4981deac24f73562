// What `run` is told to run: a bundled scenario by name, or a program.
#pragma once

#include <string>
#include <vector>

#include "sim/run/run.hpp"
#include "sim/scenarios/scenario.hpp"

namespace qs::cli {

/// Throws UsageError, with the name that was probably meant.
scenarios::Scenario const& scenario_called(std::string const& name);

/// What a command is told to run.
struct TargetArguments {
  std::vector<std::string> words;     ///< the name and what follows it
  std::vector<std::string> behind;    ///< the words behind --, each with one letter before it
  std::vector<std::string> settings;  ///< "k=v"
};
/// The option that takes them.
inline constexpr char behind_mark[] = "--behind-mark";
/// All words of it.
std::vector<std::string> all_words(TargetArguments const& target);
/// What CLI11 would take for the words of another command: all that stands behind -- becomes an option of `behind`.
std::vector<std::string> with_words_behind_mark(int argc, char** argv);
/// For a shell, behind `queuescope run`.
std::string shell_words(TargetArguments const& target);
/// A scenario also takes its settings without --set. Throws UsageError and scenarios::ArgumentError.
RunOptions target_of(TargetArguments const& target);

/// What a trace was recorded of, to be run again. A program of the user's is only run when it is named anew,
/// `anew`: a trace may come from anybody. Throws UsageError.
RunOptions again(RunFacts const& recorded, TargetArguments const& anew);

/// What the command says by its exit code of a run that ended so.
int exit_code_of(RunFacts const& facts);

}  // namespace qs::cli
