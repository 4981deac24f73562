// Controlled runs of all scenarios: at every step of random schedules the model equals the kernel's state, each run can
// be replayed, and a process can be killed at any step.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <sstream>

#include "cpython/channel.hpp"
#include "sim/control/basic_schedulers.hpp"
#include "sim/process/process_tree.hpp"
#include "tests/sim/support/recorded.hpp"

using namespace tests;
namespace fs = std::filesystem;

namespace {

/// The kernel's state of a program's queues, read from outside while all its processes are parked.
class Kernel {
 public:
  /// The bytes in the pipe and the semaphores' values; nothing if this process has closed the queue.
  std::optional<std::string> queue(qs::QueueIndex index, qs::QueueWorld const& queue, pid_t pid) const {
    if (index >= found_.size()) return {};
    Found const& found = found_[index];
    int bytes = -1;
    for (int const number : descriptors(pid, found.pipe)) {
      std::string const path = "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(number);
      int const end = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
      if (end < 0) continue;
      ioctl(end, FIONREAD, &bytes);
      close(end);
      break;
    }
    std::array<int, semaphores * sizeof(sem_t) / sizeof(int)> words{};
    iovec const mine{words.data(), sizeof words};
    iovec const its{reinterpret_cast<void*>(found.address), sizeof words};
    if (bytes < 0 || process_vm_readv(pid, &mine, 1, &its, 1, 0) != static_cast<ssize_t>(sizeof words)) return {};
    std::ostringstream text;
    text << bytes;
    for (std::size_t at = 0; at < semaphores; ++at) {
      if (has(queue, order[at])) text << ' ' << words[at * sizeof(sem_t) / sizeof(int)];
    }
    return text.str();
  }

  static std::string model(qs::QueueWorld const& queue) {
    std::ostringstream text;
    text << queue.pipe_bytes;
    for (auto const resource : order) {
      if (has(queue, resource)) text << ' ' << queue.semaphore(resource);
    }
    return text.str();
  }

  /// Finds the queues that `creator` has created since the last call, `count` in all. They are in the order of their
  /// descriptors and, as the kernel fills the address space from the top, of descending addresses.
  void find(std::size_t count, pid_t creator) {
    if (found_.size() >= count) return;
    std::vector<std::string> pipes;
    std::set<std::string> seen;
    for (Found const& known : found_) seen.insert(known.pipe);
    for (auto const& [number, target] : links(getpid())) seen.insert(target);  // inherited by every process
    std::map<int, std::string> by_number;
    for (auto const& [number, target] : links(creator)) by_number[number] = target;
    std::map<std::string, int> ends;
    for (auto const& [number, target] : by_number) ++ends[target];
    for (auto const& [number, target] : by_number) {
      if (target.starts_with("pipe:") && ends[target] >= 2 && seen.insert(target).second) pipes.push_back(target);
    }
    std::vector<std::uintptr_t> addresses;
    std::ifstream maps("/proc/" + std::to_string(creator) + "/maps");
    for (std::string line; std::getline(maps, line);) {
      std::uintptr_t begin = 0, end = 0;
      char dash = 0;
      std::istringstream(line) >> std::hex >> begin >> dash >> end;
      std::size_t const page = 4096, size = (sizeof(mp::detail::ChannelState) + page - 1) / page * page;
      bool const mapped = line.find("/dev/zero") != std::string::npos && (end - begin) % size == 0;
      // The kernel lists adjacent mappings separately, because each is an object of its own.
      if (mapped && !known(begin)) addresses.insert(addresses.begin(), begin);
    }
    REQUIRE(pipes.size() == count - found_.size());
    REQUIRE(addresses.size() == pipes.size());
    for (std::size_t at = 0; at < pipes.size(); ++at) found_.push_back({pipes[at], addresses[at]});
  }

 private:
  static constexpr std::array order{Resource::slot,           Resource::read_lock,  Resource::write_lock,
                                    Resource::condition_lock, Resource::unfinished, Resource::sleeping,
                                    Resource::woken_joiner,   Resource::barrier};
  static constexpr std::size_t semaphores = order.size();
  static_assert(sizeof(mp::detail::Semaphore) == sizeof(sem_t), "SharedState begins with an array of them");

  struct Found {
    std::string pipe;
    std::uintptr_t address;
  };

  static bool has(qs::QueueWorld const& queue, Resource resource) {
    if (resource == Resource::read_lock || resource == Resource::write_lock) return true;
    if (resource == Resource::slot) return queue.type != mp::trace::QueueClass::simple;
    return queue.type == mp::trace::QueueClass::joinable;
  }
  static std::vector<std::pair<int, std::string>> links(pid_t pid) {
    std::vector<std::pair<int, std::string>> found;
    std::error_code error;
    for (auto const& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd", error)) {
      found.emplace_back(std::stoi(entry.path().filename()), fs::read_symlink(entry.path(), error).string());
    }
    return found;
  }
  static std::vector<int> descriptors(pid_t pid, std::string const& pipe) {
    std::vector<int> found;
    for (auto const& [number, target] : links(pid)) {
      if (target == pipe) found.push_back(number);
    }
    return found;
  }
  bool known(std::uintptr_t address) const {
    return std::any_of(found_.begin(), found_.end(), [&](Found const& one) { return one.address == address; });
  }

  std::vector<Found> found_;  ///< by queue
};

/// Chooses at random and compares the model with the kernel before each choice. Can kill one process.
class ModelCheck final : public qs::Scheduler {
 public:
  struct Kill {
    std::size_t step;
    std::size_t victim;  ///< index among the parked processes
  };

  ModelCheck(qs::Trace const& trace, std::uint64_t seed, std::optional<Kill> kill = {})
      : trace_(trace), inner_(seed), kill_(kill) {}

  std::optional<qs::Choice> choose(qs::SchedulerContext const& now) override {
    for (qs::Step step = world_.step == qs::no_step ? 0 : world_.step + 1; step < trace_.size(); ++step) {
      apply(world_, trace_, step);
    }
    compare(now);
    if (kill_ && now.steps >= kill_->step) {
      auto const victims = alive(now);
      if (victims.size() > 1) {
        auto const victim = victims[kill_->victim % victims.size()];
        kill_.reset();
        return qs::Choice{qs::Choice::What::kill, victim};
      }
    }
    return inner_.choose(now);
  }

  std::size_t compared() const { return compared_; }
  bool differs() const { return differs_; }

 private:
  static std::vector<qs::ActorIndex> alive(qs::SchedulerContext const& now) {
    std::vector<qs::ActorIndex> found;
    auto const& status = now.controller.status();
    for (std::size_t actor = 0; actor < status.size(); ++actor) {
      bool const there = status[actor].where == qs::ActorStatus::Where::parked;
      if (there && status[actor].process == actor) found.push_back(static_cast<qs::ActorIndex>(actor));
    }
    return found;
  }

  void compare(qs::SchedulerContext const& now) {
    if (differs_) return;
    auto const processes = alive(now);
    for (std::size_t index = 0; index < world_.queues.size(); ++index) {
      qs::QueueWorld const& queue = world_.queues[index];
      if (!queue.exists) continue;
      kernel_.find(world_.queues.size(), now.actors.at(queue.creator).pid);
      for (auto const process : processes) {
        auto const kernel = kernel_.queue(static_cast<qs::QueueIndex>(index), queue, now.actors.at(process).pid);
        if (!kernel) continue;
        CHECK_MESSAGE(*kernel == Kernel::model(queue), "step " << now.steps << ", queue " << queue.name);
        differs_ = differs_ || *kernel != Kernel::model(queue);
        ++compared_;
        break;
      }
    }
  }

  qs::Trace const& trace_;
  qs::RandomRun inner_;
  std::optional<Kill> kill_;
  Kernel kernel_;
  qs::World world_;
  std::size_t compared_ = 0;
  bool differs_ = false;
};

qs::RunOptions controlled(qs::scenarios::Scenario const& scenario) {
  std::map<std::string, std::string> settings;
  if (scenario.name == "crowd") settings["processes"] = "8";
  auto options = qs::scenario_run(scenario, settings);
  options.command.front() = QUEUESCOPE_SCENARIO;
  options.supervisor = QUEUESCOPE_CLI;
  options.output_to_stderr = true;
  options.deadline.reset();
  return options;
}

qs::RunResult run(qs::RunOptions options, std::shared_ptr<qs::Scheduler> scheduler, qs::Trace& trace) {
  options.scheduler = std::move(scheduler);
  qs::TraceBuilder builder(trace);
  std::atomic<bool> const stop{false};
  auto const result = qs::run_program(options, {&builder}, stop);
  REQUIRE(result.error == "");
  CHECK(result.lost == 0);
  CHECK(qs::children().empty());
  return result;
}

/// The number of seeds: 2, or QUEUESCOPE_SEEDS for a longer test.
std::uint64_t seeds() {
  char const* const wanted = std::getenv("QUEUESCOPE_SEEDS");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 2;
}

void check_all(std::size_t first, std::size_t parts) {
  auto const& all = qs::scenarios::all();
  for (std::size_t at = first; at < all.size(); at += parts) {
    for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
      CAPTURE(all[at].name);
      CAPTURE(seed);
      qs::Trace recorded, replayed;
      auto const model_check = std::make_shared<ModelCheck>(recorded, seed);
      auto const result = run(controlled(all[at]), model_check, recorded);
      CHECK(result.facts.ending != RunEnding::deadline);
      CHECK(model_check->compared() > 0);
      auto const scheduled = std::make_shared<qs::ScheduledRun>(recorded);
      run(controlled(all[at]), scheduled, replayed);
      CHECK(scheduled->error() == "");
      CHECK(qs::first_difference(recorded, replayed) == "");
    }
  }
}

}  // namespace

TEST_CASE("at every step of random schedules the model equals the kernel, and each run replays: first third") {
  check_all(0, 3);
}
TEST_CASE("at every step of random schedules the model equals the kernel, and each run replays: second third") {
  check_all(1, 3);
}
TEST_CASE("at every step of random schedules the model equals the kernel, and each run replays: last third") {
  check_all(2, 3);
}

TEST_CASE("after a kill at any step the other actors stay controllable, and the run replays") {
  for (char const* name : {"consumer-pool", "joinable-daemon", "two-senders", "backpressure"}) {
    for (std::size_t step = 3; step < 40; step += 12) {
      for (std::size_t victim = 0; victim < 3; ++victim) {
        CAPTURE(name);
        CAPTURE(step);
        CAPTURE(victim);
        auto const options = controlled(*qs::scenarios::find(name));
        qs::Trace recorded, replayed;
        auto const result =
            run(options, std::make_shared<ModelCheck>(recorded, step, ModelCheck::Kill{step, victim}), recorded);
        CHECK(result.facts.ending != RunEnding::deadline);
        auto const scheduled = std::make_shared<qs::ScheduledRun>(recorded);
        run(options, scheduled, replayed);
        CHECK(scheduled->error() == "");
        CHECK(qs::first_difference(recorded, replayed) == "");
      }
    }
  }
}

namespace {

/// Kills the first process when the second is about to do an operation that never waits, so that the controller does
/// not ask it to check again. The next call of choose() notes whether an actor is left.
class KillsMain final : public qs::Scheduler {
 public:
  std::optional<qs::Choice> choose(qs::SchedulerContext const& now) override {
    if (killed_) left_ = left_ || !now.controller.all_gone();
    auto const& status = now.controller.status();
    bool const ready = status.size() > 1 && status[1].where == qs::ActorStatus::Where::parked &&
                       status[1].next.kind == qs::Kind::released;
    if (killed_ || !ready) return default_choice(now.enabled, {});
    killed_ = true;
    return qs::Choice{qs::Choice::What::kill, 0};
  }
  bool killed() const { return killed_; }
  bool left() const { return left_; }

 private:
  bool killed_ = false, left_ = false;
};

}  // namespace

TEST_CASE("a daemon dies in the same step as its parent, however long its death takes") {
  qs::RunOptions options;
  options.command = {SLOW_TO_DIE};
  options.supervisor = QUEUESCOPE_CLI;
  auto const scheduler = std::make_shared<KillsMain>();
  qs::Trace trace;
  run(options, scheduler, trace);
  CHECK(scheduler->killed());
  CHECK(!scheduler->left());
}
