#include "sim/cli/python_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/cli/console.hpp"
#include "sim/process/python_hooks.hpp"

namespace qs::cli {

namespace fs = std::filesystem;

namespace {

bool is_interpreter(std::string const& program) { return fs::path(program).filename().string().starts_with("python"); }

/// The arguments between the interpreter and its program.
struct InterpreterArguments {
  std::string ignoring;  ///< the option that disables the hooks, such as -I
  std::string script;    ///< a file, or the module after -m
};

InterpreterArguments parse(std::vector<std::string> const& command) {
  InterpreterArguments found;
  for (std::size_t index = 1; index < command.size(); ++index) {
    std::string const& word = command[index];
    if (word.size() < 2 || word.front() != '-' || word.starts_with("--")) {
      if (!word.starts_with("--")) found.script = word;
      if (!found.script.empty()) return found;
      continue;
    }
    for (std::size_t at = 1; at < word.size(); ++at) {
      char const option = word[at];
      if (option == 'I' || option == 'S' || option == 'E') found.ignoring = std::string("-") + option;
      if (option == 'c') return found;
      bool const has_value = option == 'm' || option == 'W' || option == 'X';
      if (!has_value) continue;
      bool const inside = at + 1 < word.size();
      std::string const value = inside ? word.substr(at + 1) : index + 1 < command.size() ? command[index + 1] : "";
      if (option == 'm') {
        found.script = value;
        return found;
      }
      if (!inside) ++index;
      break;
    }
  }
  return found;
}

}  // namespace

std::vector<std::string> with_interpreter(std::vector<std::string> const& words) {
  if (!words.front().ends_with(".py")) return words;
  if (!fs::is_regular_file(words.front())) {
    throw UsageError(fmt::format("cannot open '{}': no such file.", words.front()));
  }
  std::vector<std::string> command{"python3"};
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

std::string python_script(std::vector<std::string> const& command) {
  return command.empty() || !is_interpreter(command.front()) ? std::string() : parse(command).script;
}

std::string why_nothing_recorded(RunFacts const& facts) {
  bool const python = !facts.command.empty() && is_interpreter(facts.command.front());
  if (!python) {
    return "nothing was recorded: the program used no queue of the library, and no multiprocessing of Python.";
  }
  if (python_hooks_folder().empty()) {
    return "nothing was recorded: this build of queuescope cannot record Python programs; install libpython3-dev and "
           "build again.";
  }
  if (auto const ignoring = parse(facts.command).ignoring; !ignoring.empty()) {
    return fmt::format(
        "nothing was recorded: with {} Python ignores the environment variables that install the hooks; leave {} out.",
        ignoring, ignoring);
  }
  if (facts.ending == RunEnding::failed) {
    return "nothing was recorded: the program failed before it used a queue or a process of multiprocessing.";
  }
  return "nothing was recorded: the program used no queue and no process of multiprocessing.";
}

}  // namespace qs::cli
