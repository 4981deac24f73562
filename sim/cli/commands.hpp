// The commands of the command line. Each adds itself with its options and leaves its exit code in `answer`
// when it was the one that was called.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

#include "sim/cli/cli.hpp"

namespace qs::cli {

void add_list(CLI::App& app, int& answer);
void add_run(CLI::App& app, int& answer);
void add_compare(CLI::App& app, int& answer);
void add_record(CLI::App& app, int& answer);
void add_replay(CLI::App& app, int& answer);
void add_explore(CLI::App& app, int& answer);
void add_grade(CLI::App& app, int& answer);
void add_torture(CLI::App& app, int& answer);
void add_step(CLI::App& app, int& answer);
void add_stats(CLI::App& app, int& answer);
void add_why(CLI::App& app, int& answer);
void add_events(CLI::App& app, int& answer);
void add_export(CLI::App& app, int& answer);
void add_shot(CLI::App& app, Windows const& windows, int& answer);
/// The window: without a command on the scenario browser, with `view` on a trace.
void add_window(CLI::App& app, Windows const& windows, int& answer);

struct TargetArguments;
/// The words of a program, with those behind --; all_words() has them all.
void add_words(CLI::App& command, TargetArguments& target, char const* name, char const* meaning);
/// NAME|PROGRAM [-- ARGS...], and --set.
void add_target(CLI::App& command, TargetArguments& target);
/// --set PARAMETER=VALUE, as often as one likes.
void add_settings(CLI::App& command, std::vector<std::string>& settings, char const* of = "the scenario");
/// "k=v" words. Throws UsageError.
std::map<std::string, std::string> settings_of(std::vector<std::string> const& words);

}  // namespace qs::cli
