#include "sim/cli/cli.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <exception>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/cli/target.hpp"
#include "sim/process/supervisor.hpp"
#include "sim/scenarios/scenario.hpp"

namespace qs::cli {

namespace {

std::vector<std::string> command_names(CLI::App const& app) {
  std::vector<std::string> names;
  for (auto const* command : app.get_subcommands([](CLI::App const*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

/// The command whose arguments could not be parsed.
std::string called_command(CLI::App const& app) {
  auto const called = app.get_subcommands();
  return called.empty() ? "queuescope" : "queuescope " + called.front()->get_name();
}

int report_parse_error(CLI::App const& app, CLI::ParseError const& error) {
  if (error.get_exit_code() == 0) {  // --help, --version
    app.exit(error);
    return exit_finished;
  }
  std::string sentence = error.what();
  auto const called = app.get_subcommands();
  if (dynamic_cast<CLI::ExtrasError const*>(&error) != nullptr) {
    auto const extras = app.remaining(true);
    std::string const word = extras.empty() ? "" : extras.front();
    if (called.empty()) {
      sentence = fmt::format("there is no command '{}'.{}", word, did_you_mean(word, command_names(app)));
    } else {
      bool const runs = called.front()->get_option_no_throw(program_argument_option) != nullptr;
      sentence = fmt::format("unexpected argument '{}'.{}", word, runs ? " Put a program's own options after --." : "");
    }
  }
  if (!sentence.ends_with('.') && !sentence.ends_with('?')) sentence += '.';
  complain(fmt::format("{} See {} --help.", sentence, called_command(app)));
  return exit_wrong_usage;
}

int parse_and_run(CLI::App& app, int argc, char** argv, int const& answer) {
  try {
    auto words = mark_program_arguments(argc, argv);
    std::reverse(words.begin(), words.end());
    app.parse(std::move(words));
    return answer;
  } catch (CLI::ParseError const& error) {
    return report_parse_error(app, error);
  } catch (UsageError const& error) {
    complain(error.what());
    return exit_wrong_usage;
  } catch (scenarios::ArgumentError const& error) {
    complain(error.what());
    return exit_wrong_usage;
  } catch (std::exception const& error) {
    complain(error.what());
    return exit_failed;
  }
}

}  // namespace

int main(int argc, char** argv, Windows const& windows) {
  if (argc > 1 && std::strcmp(argv[1], supervise_command) == 0) return supervisor_main(argc, argv);
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away (| head) does not end a recording

  int answer = exit_finished;
  CLI::App app("Queuescope, a microscope for inter-process queues.\nWithout a command it opens its window.",
               "queuescope");
  app.set_version_flag("--version", std::string("queuescope ") + QUEUESCOPE_VERSION);
  app.require_subcommand(0, 1);
  app.footer(
      "Examples:\n"
      "  queuescope                                    open the window with the scenario browser\n"
      "  queuescope list                               list the bundled scenarios\n"
      "  queuescope run sentinel --set items=5         run a scenario and report what happened\n"
      "  queuescope lesson sentinel                    learn with questions and tasks\n"
      "  queuescope compare killed-reader              run a scenario under both mechanisms\n"
      "  queuescope record -o mine.qtrace -- ./mine    record your own program\n"
      "  queuescope view mine.qtrace                   open it in the window\n"
      "\n"
      "Exit codes: 0 finished, 1 failed, 2 wrong usage, 3 deadlocked or timed out, "
      "4 the output could\nnot be written.");
  add_list(app, answer);
  add_run(app, answer);
  add_compare(app, answer);
  add_record(app, answer);
  add_replay(app, answer);
  add_explore(app, answer);
  add_grade(app, answer);
  add_torture(app, answer);
  add_step(app, answer);
  add_window(app, windows, answer);
  add_stats(app, answer);
  add_why(app, answer);
  add_events(app, answer);
  add_export(app, windows, answer);
  add_shot(app, windows, answer);
  int const code = parse_and_run(app, argc, argv, answer);
  if (output_failure() == 0) return code;
  complain(fmt::format("cannot write the output: {}", std::strerror(output_failure())));
  return exit_no_output;
}

}  // namespace qs::cli
