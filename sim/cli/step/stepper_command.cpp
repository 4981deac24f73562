#include "sim/cli/step/stepper_command.hpp"

#include "sim/base/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "sim/cli/console.hpp"

namespace qs::cli {

namespace {

using What = StepCommand::What;

enum class Takes : std::uint8_t { nothing, number, text };

struct Entry {
  std::string_view name;
  What what;
  Takes takes;
  std::string_view usage;
  std::string_view does;
};

constexpr Entry table[] = {
    {"n", What::next, Takes::number, "Enter, n 5", "whoever went last continues; five such steps"},
    {"until", What::until, Takes::text, "until CONDITION",
     "such steps until a condition holds: consumer-1 blocked, item 7 piped,\n"
     "                   jobs.qsize > 3, consumer_pool.cpp:12, main ended, choice 40"},
    {"run", What::run, Takes::nothing, "run", "such steps to the end"},
    {"free", What::free, Takes::nothing, "free", "run freely, as without queuescope; Enter pauses"},
    {"kill", What::kill, Takes::text, "kill NAME", "send SIGKILL to that process now"},
    {"time", What::time, Takes::nothing, "time", "the clock jumps to the earliest deadline"},
    {"back", What::back, Takes::number, "back [N]", "undo the last N steps by running the program again"},
    {"why", What::why, Takes::nothing, "why", "who is blocked now, on what, and because of whom"},
    {"schedule", What::schedule, Takes::nothing, "schedule", "print the steps so far"},
    {"save", What::save, Takes::text, "save FILE", "write the trace so far, for queuescope view"},
    {"help", What::help, Takes::nothing, "help", "this list"},
    {"quit", What::quit, Takes::nothing, "quit", "end the program and quit; so does end of input"},
};

}  // namespace

StepCommand parse_step_command(std::string_view line) {
  line = trimmed(line);
  if (line.empty()) return {What::next, "", 1};
  auto const word = line.substr(0, line.find_first_of(" \t"));
  auto const rest = trimmed(line.substr(word.size()));
  auto const* const entry = std::find_if(std::begin(table), std::end(table), [&](Entry const& one) {
    return one.name == word || (word.size() == 1 && word != "s" && one.name.starts_with(word)) ||
           (one.what == What::help && word == "?");
  });
  if (entry == std::end(table)) return {What::go, std::string(line), 1};
  StepCommand command{entry->what, std::string(rest), 1};
  if (entry->takes == Takes::text && rest.empty()) {
    throw UsageError(fmt::format("{0} needs an argument: {1}.", entry->name, entry->usage));
  }
  if (entry->takes == Takes::nothing && !rest.empty()) {
    throw UsageError(fmt::format("{} takes no argument, but got '{}'.", entry->name, rest));
  }
  if (entry->takes == Takes::number && !rest.empty()) {
    auto const [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), command.number);
    if (error != std::errc() || end != rest.data() + rest.size() || command.number == 0) {
      throw UsageError(fmt::format("'{}' is not a number of steps; write, for example, {} 5.", rest, entry->name));
    }
  }
  return command;
}

std::string step_help() {
  std::string text =
      fmt::format("  {:<16} {}\n", "1, consumer-1", "let that actor go, by its number in the list or its name");
  for (Entry const& entry : table) text += fmt::format("  {:<16} {}\n", entry.usage, entry.does);
  return text;
}

std::vector<std::string> step_command_names() {
  std::vector<std::string> names;
  for (Entry const& entry : table) names.emplace_back(entry.name);
  return names;
}

}  // namespace qs::cli
