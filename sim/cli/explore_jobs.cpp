#include "sim/cli/explore_jobs.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "sim/cli/cli.hpp"
#include "sim/cli/console.hpp"
#include "sim/text/words.hpp"

namespace qs::cli {

Shard shard_of(std::string const& text) {
  Shard shard;
  char slash = 0, rest = 0;
  unsigned long long index = 0, number = 0;
  if (std::sscanf(text.c_str(), "%llu%c%llu%c", &index, &slash, &number, &rest) != 3 || slash != '/' || number == 0 ||
      index >= number) {
    throw UsageError(fmt::format("'{}' is not a shard; write I/N, such as 0/4.", text));
  }
  shard.index = index;
  shard.count = number;
  return shard;
}

ProgressLine::~ProgressLine() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
}

void ProgressLine::show(Exploration const& found, ExploreArguments const& options) const {
  if (!shown_) return;
  std::string const of = options.strategy == "dfs" ? "" : fmt::format(" of {}", number(options.runs));
  fmt::print(stderr, "\r\x1b[K{}{} schedules, {:.0f} a second, {}", number(found.runs), of,
             static_cast<double>(found.runs) / std::max(found.seconds, 0.001),
             count(found.endings.size(), "bad ending"));
  std::fflush(stderr);
}

namespace {

/// A queuescope process for one shard. It prints lines of JSON; the last one is its result.
class Worker {
 public:
  explicit Worker(std::vector<std::string> arguments) {
    std::error_code error;
    std::string const self = std::filesystem::read_symlink("/proc/self/exe", error);
    arguments.insert(arguments.begin(), self);
    std::vector<char*> words;
    for (auto& word : arguments) words.push_back(word.data());
    words.push_back(nullptr);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
      throw ExploreError(fmt::format("cannot create a pipe for a job: {}", std::strerror(errno)));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    int const failed = posix_spawn(&pid_, self.c_str(), &actions, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failed != 0) throw ExploreError(fmt::format("cannot start a job: {}", std::strerror(failed)));
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
  /// Waits for its end. Returns why it failed; empty if it succeeded.
  std::string wait() {
    if (reader_.joinable()) {
      reader_.join();
      int status = 0;
      while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
      }
      bool const succeeded = WIFEXITED(status) && WEXITSTATUS(status) == exit_finished;
      if (!succeeded && error_.empty()) error_ = "a job of the search was killed, so its results are missing";
    }
    return error_;
  }
  /// Its latest result.
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
      } catch (std::exception const&) {  // an incomplete line of a killed job: its previous result counts
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

}  // namespace

Exploration explore_with_jobs(ExploreArguments const& options, std::atomic<bool> const& stop) {
  Shard const whole = shard_of(options.shard);
  std::vector<std::string> arguments{"explore", "--worker", "--json", "--jobs=1"};
  arguments.push_back("--strategy=" + options.strategy);
  arguments.push_back(fmt::format("--runs={}", options.runs));
  arguments.push_back(fmt::format("--seed={}", options.seed));
  arguments.push_back(fmt::format("--preemptions={}", options.preemptions));
  arguments.push_back(fmt::format("--depth={}", options.depth));
  arguments.push_back(fmt::format("--kills={}", options.kills));
  if (options.first) arguments.emplace_back("--first");
  for (auto const& setting : options.target.settings) arguments.push_back("--set=" + setting);
  std::vector<std::unique_ptr<Worker>> workers;
  for (std::uint64_t job = 0; job < options.jobs; ++job) {
    auto mine = arguments;
    mine.push_back(fmt::format("--shard={}/{}", whole.index + whole.count * job, whole.count * options.jobs));
    mine.emplace_back("--");
    auto const words = all_words(options.target);
    mine.insert(mine.end(), words.begin(), words.end());
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
    for (std::size_t job = 0; job < workers.size();
         ++job) {  // jobs that have found something shorten their schedules first
      if (!workers[job]->over() && (stop || (enough && parts[job].endings.empty()))) workers[job]->stop();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace qs::cli
