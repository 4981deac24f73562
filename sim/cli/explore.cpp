// `explore`: many schedules of one program, and those under which it ends badly.
#include "sim/explore/explore.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>

#include <atomic>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/cli/stopping.hpp"
#include "sim/cli/target.hpp"
#include "sim/scheduler.hpp"
#include "sim/trace_file.hpp"
#include "sim/words.hpp"

namespace qs::cli {

namespace {

namespace fs = std::filesystem;

struct ExploreWords {
  std::vector<std::string> words;
  std::vector<std::string> settings;
  std::vector<std::string> merge;
  std::string strategy = "random";
  std::uint64_t runs = 1000;
  std::uint64_t seed = 1;
  int preemptions = 2;
  int depth = 3;
  int kills = 0;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  std::string shard = "0/1";
  std::string output;
  bool first = false;
  bool json = false;
  bool worker = false;  ///< one of several jobs: its parent reads what it prints
};

std::vector<int> processors() {
  cpu_set_t set;
  std::vector<int> usable;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return usable;
  for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (CPU_ISSET(static_cast<std::size_t>(processor), &set)) usable.push_back(processor);
  }
  return usable;
}

Shard shard_of(std::string const& text) {
  Shard shard;
  char slash = 0, rest = 0;
  unsigned long long index = 0, number = 0;
  if (std::sscanf(text.c_str(), "%llu%c%llu%c", &index, &slash, &number, &rest) != 3 || slash != '/' || number == 0 ||
      index >= number) {
    throw UsageError(fmt::format("'{}' is no shard: 0/4 is the first of four, 3/4 the last.", text));
  }
  shard.index = index;
  shard.count = number;
  return shard;
}

ExploreOptions prepare(ExploreWords const& options) {
  ExploreOptions explore;
  explore.run = target_of(options.words, options.settings);
  explore.search = options.strategy == "pct" ? Search::pct : options.strategy == "dfs" ? Search::dfs : Search::random;
  explore.runs = options.runs;
  explore.seed = options.seed;
  explore.depth = options.depth;
  explore.preemptions = options.preemptions;
  explore.kills = options.kills;
  explore.first_only = options.first;
  explore.shard = shard_of(options.shard);
  auto const usable = processors();
  if (!usable.empty()) explore.processor = usable[explore.shard.index % usable.size()];
  return explore;
}

/// One line that replaces itself; on a terminal only.
class ProgressLine {
 public:
  explicit ProgressLine(bool wanted) : shown_(wanted && isatty(STDERR_FILENO) != 0) {}
  ~ProgressLine() {
    if (shown_) fmt::print(stderr, "\r\x1b[K");
  }
  void show(Exploration const& found, ExploreWords const& options) const {
    if (!shown_) return;
    std::string const of = options.strategy == "dfs" ? "" : fmt::format(" of {}", number(options.runs));
    fmt::print(stderr, "\r\x1b[K{}{} schedules, {:.0f} a second, {}", number(found.runs), of,
               static_cast<double>(found.runs) / std::max(found.seconds, 0.001),
               count(found.endings.size(), "bad ending"));
    std::fflush(stderr);
  }

 private:
  bool shown_;
};

/// One more queuescope, for one shard. What it prints are lines of JSON, the last of them its result.
class Worker {
 public:
  explicit Worker(std::vector<std::string> arguments) {
    std::error_code error;
    std::string const self = fs::read_symlink("/proc/self/exe", error);
    arguments.insert(arguments.begin(), self);
    std::vector<char*> words;
    for (auto& word : arguments) words.push_back(word.data());
    words.push_back(nullptr);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw ExploreError("no pipe for another job");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    int const failed = posix_spawn(&pid_, self.c_str(), &actions, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failed != 0) throw ExploreError("another job cannot be started");
    reader_ = std::thread([this, end = ends[0]] { read(end); });
  }
  ~Worker() {
    if (reader_.joinable()) stop();
    wait();
  }
  Worker(Worker const&) = delete;
  Worker& operator=(Worker const&) = delete;

  void stop() const { kill(pid_, SIGTERM); }
  bool over() const { return over_; }
  /// Waits for its end. Why it failed; empty if it did not.
  std::string wait() {
    if (reader_.joinable()) {
      reader_.join();
      int status = 0;
      while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
      }
      bool const succeeded = WIFEXITED(status) && WEXITSTATUS(status) == exit_finished;
      if (!succeeded && error_.empty())
        error_ = "a job of the search was killed, and what it would have found is missing";
    }
    return error_;
  }
  /// The latest that it has told.
  Exploration found() const {
    std::lock_guard const guard(mutex_);
    return found_;
  }

 private:
  void read(int end) {
    std::FILE* const file = fdopen(end, "r");
    char* line = nullptr;
    std::size_t size = 0;
    while (getline(&line, &size, file) > 0) {
      try {
        auto const json = nlohmann::ordered_json::parse(line);
        std::lock_guard const guard(mutex_);
        if (json.contains("error")) {
          error_ = json.at("error");
        } else {
          found_ = exploration_of(json);
        }
      } catch (std::exception const&) {  // half a line of one that was killed: what it told before counts
      }
    }
    std::free(line);
    std::fclose(file);
    over_ = true;
  }

  pid_t pid_ = -1;
  mutable std::mutex mutex_;
  Exploration found_;
  std::atomic<bool> over_{false};
  std::string error_;
  std::thread reader_;
};

Exploration explore_with_jobs(ExploreWords const& options, std::atomic<bool> const& stop) {
  Shard const whole = shard_of(options.shard);
  std::vector<std::string> arguments{"explore", "--worker", "--json", "--jobs=1"};
  arguments.push_back("--strategy=" + options.strategy);
  arguments.push_back(fmt::format("--runs={}", options.runs));
  arguments.push_back(fmt::format("--seed={}", options.seed));
  arguments.push_back(fmt::format("--preemptions={}", options.preemptions));
  arguments.push_back(fmt::format("--depth={}", options.depth));
  arguments.push_back(fmt::format("--kills={}", options.kills));
  if (options.first) arguments.emplace_back("--first");
  for (auto const& setting : options.settings) arguments.push_back("--set=" + setting);
  std::vector<std::unique_ptr<Worker>> workers;
  for (std::uint64_t job = 0; job < options.jobs; ++job) {
    auto mine = arguments;
    mine.push_back(fmt::format("--shard={}/{}", whole.index + whole.count * job, whole.count * options.jobs));
    mine.emplace_back("--");
    mine.insert(mine.end(), options.words.begin(), options.words.end());
    workers.push_back(std::make_unique<Worker>(std::move(mine)));
  }
  ProgressLine const line(!options.json);
  for (;;) {
    std::vector<Exploration> parts;
    bool over = true;
    for (auto const& worker : workers) {
      over = over && worker->over();
      parts.push_back(worker->found());
    }
    if (over) {
      for (auto const& worker : workers) {
        std::string const error = worker->wait();
        if (!error.empty() && !stop) throw ExploreError(error);
      }
      Exploration found = merged(parts);
      found.interrupted = stop;
      return found;
    }
    Exploration const now = merged(parts);
    line.show(now, options);
    bool const enough = options.first && !now.endings.empty();
    for (std::size_t job = 0; job < workers.size(); ++job) {  // whoever has found something makes it short first
      if (!workers[job]->over() && (stop || (enough && parts[job].endings.empty()))) workers[job]->stop();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

/// Runs the schedule once more, recorded; where the traces are, or "".
void keep_traces(Exploration const& found, ExploreWords const& options) {
  fs::path const folder = options.output;
  fs::create_directories(folder);
  for (std::size_t index = 0; index < found.endings.size(); ++index) {
    RunOptions run = target_of(options.words, options.settings);
    run.scheduler = std::make_shared<ScheduledRun>(found.endings[index].schedule);
    run.output_to_stderr = true;
    TraceWriter file(folder / fmt::format("ending-{}.qtrace", index + 1));
    std::atomic<bool> const never{false};
    run_program(run, {&file}, never);
    if (!file.error().empty()) complain(file.error());
  }
}

std::string searched(Exploration const& found, ExploreWords const& options) {
  if (options.strategy == "dfs") {
    std::string bound = "with at most " + count(static_cast<std::uint64_t>(options.preemptions), "preemption");
    if (options.kills > 0) bound += " and " + count(static_cast<std::uint64_t>(options.kills), "kill");
    return found.complete ? fmt::format("All {} schedules {} were tried.", number(found.runs), bound)
                          : fmt::format("{} schedules {} were tried; there are more.", number(found.runs), bound);
  }
  std::string text = fmt::format("{} were tried.", count(found.runs, "random schedule"));
  if (options.strategy != "pct" || found.actors == 0) return text;
  double const chance =
      1 / (static_cast<double>(found.actors) * std::pow(static_cast<double>(found.steps), options.depth - 1));
  return text + fmt::format(
                    " A bug of depth {} in {} actors and {} steps is found with a chance of at least 1/(n*k^(d-1)) = "
                    "{:.2g} % in each run, {:.4g} % in all of them.",
                    options.depth, found.actors, found.steps, 100 * chance,
                    -100 * std::expm1(static_cast<double>(found.runs) * std::log1p(-chance)));
}

std::string target_words(ExploreWords const& options) {
  std::string words;
  for (auto const& word : options.words) words += (words.empty() ? "" : " ") + word;
  for (auto const& setting : options.settings) words += " --set " + setting;
  return words;
}

void tell(Exploration const& found, ExploreWords const& options) {
  if (options.json || options.worker) {
    if (options.worker) {
      std::cout << to_json(found).dump() << std::endl;
    } else {
      print_json(to_json(found));
    }
    return;
  }
  print(fmt::format("{} {:.0f} a second, {:.1f} s.\n", searched(found, options),
                    static_cast<double>(found.runs) / std::max(found.seconds, 0.001), found.seconds));
  if (found.too_long > 0) print(fmt::format("{} were cut off: they may never end.\n", count(found.too_long, "run")));
  if (found.interrupted) print("Interrupted: this is what was found so far.\n");
  if (found.endings.empty()) return print("No bad ending was found.\n");
  for (std::size_t index = 0; index < found.endings.size(); ++index) {
    BadEnding const& ending = found.endings[index];
    print(fmt::format("\n{}. {} ({} of {}, with {})\n   {}\n   queuescope run {} --schedule {}\n", index + 1,
                      ending.name, number(ending.count), count(found.runs, "run"),
                      count(static_cast<std::uint64_t>(ending.preemptions), "preemption"), ending.headline,
                      found.target, ending.schedule.empty() ? "\"\"" : to_text(ending.schedule)));
    if (!options.output.empty())
      print(fmt::format("   queuescope view {}/ending-{}.qtrace\n", options.output, index + 1));
  }
}

Exploration read_results(std::vector<std::string> const& files) {
  std::vector<Exploration> parts;
  for (auto const& name : files) {
    std::ifstream file(name);
    if (!file) throw UsageError(fmt::format("cannot read {}; is the path right?", name));
    try {
      parts.push_back(exploration_of(nlohmann::ordered_json::parse(file)));
    } catch (std::exception const&) {
      throw UsageError(fmt::format("{} is no result of `queuescope explore --json`.", name));
    }
  }
  return merged(parts);
}

int explore(ExploreWords const& options) {
  if (options.words.empty() && options.merge.empty())
    throw UsageError("explore what? A scenario or a program is missing.");
  Exploration found;
  if (!options.merge.empty()) {
    found = read_results(options.merge);
  } else if (options.jobs > 1) {
    target_of(options.words, options.settings);  // what is wrong with it is said once
    StopOnSignal const stopping;
    found = explore_with_jobs(options, stopping.wanted());
  } else {
    StopOnSignal const stopping;
    ProgressLine const line(!options.json);
    found = qs::explore(prepare(options), stopping.wanted(), [&](Exploration const& now) {
      if (options.worker) return tell(now, options);
      line.show(now, options);
    });
  }
  if (!options.output.empty() && !options.worker && !found.endings.empty() && options.merge.empty()) {
    keep_traces(found, options);
  }
  if (found.target.empty()) found.target = target_words(options);
  tell(found, options);
  if (options.worker) return exit_finished;
  if (found.interrupted) return exit_interrupted;
  return found.endings.empty() ? exit_finished : exit_failed;
}

}  // namespace

void add_explore(CLI::App& app, int& answer) {
  auto options = std::make_shared<ExploreWords>();
  CLI::App* command =
      app.add_subcommand("explore", "Run a program under many schedules, and report how it can end badly");
  command->add_option("target", options->words, "A scenario, or a program and its arguments")
      ->type_name("NAME|PROGRAM [ARGS...]");
  command->add_option("--set", options->settings, "A parameter of the scenario")
      ->type_name("PARAMETER=VALUE")
      ->expected(1)
      ->take_all();
  command->add_option("--strategy", options->strategy, "How schedules are chosen")
      ->check(CLI::IsMember({"random", "pct", "dfs"}))
      ->capture_default_str();
  command->add_option("--runs", options->runs, "How many schedules at most")->type_name("N")->capture_default_str();
  command->add_option("--seed", options->seed, "Another seed, other schedules (random, pct)")
      ->type_name("S")
      ->capture_default_str();
  command
      ->add_option("--preemptions", options->preemptions, "Bound of dfs: switches away from somebody who could go on")
      ->type_name("K")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_option("--depth", options->depth, "Bug depth of pct: how many orders of two events must come together")
      ->type_name("D")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  command->add_option("--kills", options->kills, "So many processes may be killed in a run, each at any step")
      ->type_name("K")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_option("--jobs", options->jobs, "Programs at the same time")->type_name("N")->check(CLI::Range(1, 256));
  command->add_option("--shard", options->shard, "Only this part of the search, while others do the rest")
      ->type_name("I/N");
  command->add_option("--merge", options->merge, "Put results of shards (--json) together")->type_name("FILE.json");
  command->add_option("-o,--output", options->output, "A folder for a trace of each bad ending")->type_name("FOLDER");
  command->add_flag("--first", options->first, "Stop at the first bad ending");
  command->add_flag("--json", options->json, "For programs");
  command->add_flag("--worker", options->worker)->group("");
  command->footer(
      "Examples:\n"
      "  queuescope explore lost-update\n"
      "  queuescope explore lost-update --strategy pct --depth 2 --runs 5000 -o endings\n"
      "  queuescope explore one-item --strategy dfs --preemptions 2\n"
      "  queuescope explore sentinel --kills 1\n"
      "  queuescope explore ./mine --shard 0/4 --json > 0.json    and elsewhere 1/4, 2/4, 3/4; then\n"
      "  queuescope explore --merge 0.json --merge 1.json --merge 2.json --merge 3.json\n"
      "\nWhat happens between two operations on queues and processes is not explored: each goes alone.\n"
      "Exit codes: 0 no bad ending was found, 1 one was.");
  command->callback([options, &answer] {
    try {
      answer = explore(*options);
    } catch (ExploreError const& error) {
      if (!options->worker) throw;
      std::cout << nlohmann::ordered_json{{"error", error.what()}}.dump() << std::endl;
    }
  });
}

}  // namespace qs::cli
