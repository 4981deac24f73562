// The commands of the command line. Each function adds one command with its options; when that command is called, it
// stores its exit code in `answer`.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
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
void add_export(CLI::App& app, Windows const& windows, int& answer);
void add_shot(CLI::App& app, Windows const& windows, int& answer);
/// The window: the scenario browser without a command, a trace with `view`.
void add_window(CLI::App& app, Windows const& windows, int& answer);

/// The window on a lesson, and list, check, notes and new. `view` has the options that stand before the command.
void add_lesson(CLI::App& app, std::shared_ptr<ViewOptions> const& view, Windows const& windows, int& answer);
/// --backend, --theme, --font-scale.
void add_window_options(CLI::App& command, ViewOptions& view);

struct TargetArguments;
/// A program and its arguments, also those after --; all_words() returns all of them.
void add_words(CLI::App& command, TargetArguments& target, char const* name, char const* meaning);
/// NAME|PROGRAM [-- ARGS...], and --set.
void add_target(CLI::App& command, TargetArguments& target);
/// --set PARAMETER=VALUE, repeatable.
void add_settings(CLI::App& command, std::vector<std::string>& settings, char const* of = "the scenario");
/// Parses "k=v" words. Throws UsageError.
std::map<std::string, std::string> settings_of(std::vector<std::string> const& words);

}  // namespace qs::cli
