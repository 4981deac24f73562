#include "sim/torture/storm/storm.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <mp/detail/linger.hpp>
#include <optional>
#include <random>
#include <stdexcept>
#include <vector>

#include "sim/torture/storm/roles.hpp"
#include "sim/torture/storm/storm_tally.hpp"

namespace qs::storm {

namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

volatile std::sig_atomic_t interrupted = 0;

/// How long the storm may stand still.
constexpr seconds stall_timeout{20};
/// More memory than all waiting items need; a leak at each death would exceed it by far.
constexpr std::uint32_t most_segments = 1000;

/// The storm failed, and its items cannot be accounted for.
struct Stuck {};
struct Interrupted {};

struct Child {
  enum class Role : std::uint8_t { producer, consumer };
  pid_t pid;
  Role role;
  std::uint32_t number;
  std::string name() const {
    return fmt::format("{}-{} (pid {})", role == Role::producer ? "producer" : "consumer", number + 1, pid);
  }
};

/// Raises the priority of the killing process; otherwise the kernel would run it, and so kill, only at the end of a
/// time slice.
class Rank {
 public:
  Rank() : policy_(sched_getscheduler(0)) {
    sched_getparam(0, &usual_);
    sched_param mine = usual_;
    ++mine.sched_priority;
    if (policy_ == SCHED_RR || policy_ == SCHED_FIFO) sched_setscheduler(0, policy_, &mine);
  }
  void leave() const { sched_setscheduler(0, policy_, &usual_); }

 private:
  int policy_;
  sched_param usual_{};
};

std::string first_line(std::string const& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

template <typename Queue>
class Storm {
 public:
  explicit Storm(StormOptions const& options)
      : options_(options),
        queue_({.maxsize = options.maxsize,
                .mechanism = mp::Mechanism::hardened,
                .name = "storm",
                .redeliver = options.redeliver}),
        random_(options.seed) {
    for (std::uint32_t number = 0; number <= options.consumers; ++number) {  // the last one gets what is left over
      logs_.push_back(std::make_unique<Log>(longest_log));
    }
  }
  ~Storm() { end_all(); }
  Storm(Storm const&) = delete;
  Storm& operator=(Storm const&) = delete;

  int run() try {
    for (std::uint32_t number = 0; number < options_.consumers; ++number) start(Child::Role::consumer, number);
    for (std::uint32_t number = 0; number < options_.producers; ++number) start(Child::Role::producer, number);
    while (killed() < options_.kills || items() < options_.items) {
      rage();
      look_around();
    }
    calm_down();
    try_the_queue();
    return report(tally(options_, board(), logs_, deaths_, tasks_lost_));
  } catch (Stuck const&) {
    return 1;
  } catch (Interrupted const&) {
    end_all();
    fmt::print("Interrupted after {} items and {} kills.\n", items(), killed());
    return 130;
  }

 private:
  Board& board() const { return board_[0]; }
  std::uint64_t killed() const { return deaths_.producers + deaths_.consumers; }
  std::uint64_t items() const {
    std::uint64_t sum = 0;
    for (auto const& producer : board().producer) sum += producer.returned.load();
    return sum;
  }
  std::uint64_t gets() const {
    std::uint64_t sum = 0;
    for (auto const& consumer : board().consumer) sum += consumer.got.load();
    return sum;
  }

  void start(typename Child::Role role, std::uint32_t number) {
    pid_t const parent = getpid();
    std::fflush(nullptr);
    pid_t const pid = fork();
    if (pid < 0) throw std::runtime_error("no more processes can be started");
    if (pid > 0) return children_.push_back({pid, role, number});
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    rank_.leave();
    std::signal(SIGINT, SIG_IGN);  // Ctrl-C is handled by the parent
    std::signal(SIGTERM, SIG_DFL);
    if (getppid() != parent) _exit(0);
#if defined(QUEUESCOPE_LINGER)
    mp::detail::linger_after_one_in = 64;
#endif
    try {
      if (role == Child::Role::producer) {
        produce(queue_, board(), number, (longest_log - 1) / options_.producers);
      } else {
        consume(queue_, board(), *logs_[number], number);
      }
    } catch (std::exception const& error) {
      say_trouble(board(), error.what());
      _exit(1);
    }
    _exit(0);
  }

  /// Kills one process, or a few at once, so that a process that repairs may be killed too.
  void rage() {
    bool const early = items() * options_.kills < killed() * options_.items;
    if (killed() >= options_.kills || early) {
      usleep(1000);
      return;
    }
    usleep(static_cast<useconds_t>(random_() % 400));
    std::size_t const several = random_() % 8 == 0 ? 2 + random_() % 3 : 1;
    std::vector<Child> victims;
    while (victims.size() < std::min(several, children_.size() + victims.size()) && !children_.empty()) {
      auto const chosen = children_.begin() + static_cast<std::ptrdiff_t>(random_() % children_.size());
      kill(chosen->pid, SIGKILL);
      victims.push_back(*chosen);
      children_.erase(chosen);
      if (victims.size() < several) usleep(static_cast<useconds_t>(random_() % 100));
    }
    for (Child const& victim : victims) {
      account_for_death(victim);
      start(victim.role, victim.number);
    }
  }

  void account_for_death(Child const& victim) {
    int status = 0;
    while (waitpid(victim.pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) note_end(victim, status);
    if (victim.role == Child::Role::producer) {
      ProducerRecord const& record = board().producer[victim.number];
      ++deaths_.producers;
      if (record.begun.load() != record.returned.load()) deaths_.putting.emplace(victim.number, record.begun.load());
    } else {
      std::uint64_t const wanted = board().consumer[victim.number].wanted.load();
      ++deaths_.consumers;
      if (wanted != 0 && (*logs_[victim.number])[wanted - 1].load() == 0) ++deaths_.in_get;
    }
  }

  void note_end(Child const& child, int status) {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && board().stop.load() != 0) return;
    broken_.push_back(WIFEXITED(status) ? fmt::format("{} ended with exit code {}", child.name(), WEXITSTATUS(status))
                                        : fmt::format("{} crashed with signal {}", child.name(), WTERMSIG(status)));
  }

  /// Reaps processes that ended by themselves, reports the progress, and gives up if there is none.
  void look_around() {
    if (interrupted != 0) throw Interrupted();
    for (std::size_t index = 0; index < children_.size();) {
      int status = 0;
      if (waitpid(children_[index].pid, &status, WNOHANG) != children_[index].pid) {
        ++index;
        continue;
      }
      note_end(children_[index], status);
      children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(index));
    }
    if (!broken_.empty() && children_.size() != everybody() && board().stop.load() == 0) {
      fmt::print("BROKEN: {}; {}\n", broken_.front(), board().trouble.text);
      throw Stuck();
    }
    auto const now = steady_clock::now();
    std::uint64_t const progress = items() + gets() + killed() + everybody() - children_.size();
    if (progress != progress_) {
      progress_ = progress;
      last_progress_ = now;
    } else if (now - last_progress_ > stall_timeout) {
      tell_who_is_blocked();
      throw Stuck();
    }
    if (now - last_report_ < seconds(1)) return;
    last_report_ = now;
    fmt::print(stderr, "{:>10} items put {:>10} got {:>8} kills\n", items(), gets(), killed());
  }
  std::size_t everybody() const { return options_.producers + options_.consumers; }

  void wait_for(typename Child::Role role) {
    auto const is_one = [&](Child const& child) { return child.role == role; };
    while (std::any_of(children_.begin(), children_.end(), is_one)) {
      look_around();
      usleep(1000);
    }
  }

  /// After the last kill: all processes end, and this one gets what is left over.
  void calm_down() {
    board().stop.store(1);
    wait_for(Child::Role::producer);
    for (std::uint32_t number = 0; number < options_.consumers; ++number) {
      try {
        queue_.put(last_item, mp::Block::yes, stall_timeout);
      } catch (mp::Full const&) {
        tell_who_is_blocked();
        throw Stuck();
      }
    }
    wait_for(Child::Role::consumer);
    try {
      consume(queue_, board(), *logs_.back(), options_.consumers, mp::Block::no);
      broken_.emplace_back("an item came from nowhere");
    } catch (mp::Empty const&) {
    }
    if constexpr (std::is_same_v<Queue, mp::JoinableQueue<std::string>>) {
      try {
        queue_.join();
      } catch (mp::TasksLost const& error) {
        tasks_lost_ = error.tasks().size();
      }
      queue_.join();
    }
  }

  /// Checks that the queue still works: all of its slots are free, and items go in and come out.
  void try_the_queue() {
    int const many = options_.maxsize > 0 ? options_.maxsize : 100;
    try {
      for (int count = 0; count < many; ++count) queue_.put_nowait(std::to_string(count));
      if (queue_.full() != (options_.maxsize > 0)) broken_.emplace_back("a full queue does not say so");
      for (int count = 0; count < many; ++count) {
        if (queue_.get_nowait() != std::to_string(count)) broken_.emplace_back("the queue gives out wrong items");
        if constexpr (std::is_same_v<Queue, mp::JoinableQueue<std::string>>) queue_.task_done();
      }
      if constexpr (std::is_same_v<Queue, mp::JoinableQueue<std::string>>) queue_.join();
    } catch (mp::Error const& error) {
      broken_.push_back(fmt::format("the queue does not work any more: {}", error.what()));
    }
    segments_ = queue_.bytes().segments_used();
    if (segments_ > most_segments) broken_.push_back(fmt::format("{} segments are in use", segments_));
  }

  int report(StormTally const& sum) {
    for (auto const& words : sum.broken) broken_.push_back(words);
    if (board().trouble.count.load() != 0) {
      broken_.push_back(fmt::format("{} times; first: {}", board().trouble.count.load(), board().trouble.text));
    }
    fmt::print("{} items put; {} kills: {} producers, {} consumers ({} of them in get).\n", sum.put + sum.half_put,
               killed(), deaths_.producers, deaths_.consumers, deaths_.in_get);
    fmt::print("{} puts were cut off: {} of their items were there, {} not.\n", deaths_.putting.size(), sum.half_put,
               sum.missing_half_put);
    fmt::print("{} items got, {} lost in the hands of a process killed in get, {} got twice, {} out of order.\n",
               sum.got, sum.lost, sum.twice, sum.out_of_order);
    if (options_.redeliver) fmt::print("{} gets were of a task whose holder had been killed.\n", sum.again);
    if (options_.joinable && !options_.redeliver) {
      fmt::print("{} tasks were got and not done; join named {} lost tasks (it names 256 at most).\n", sum.undone,
                 tasks_lost_);
    }
    fmt::print("The queue's memory: {} segments of 64 KiB at most.\n", segments_);
    for (auto const& words : broken_) fmt::print("BROKEN: {}\n", words);
    if (broken_.empty()) fmt::print("Every item is accounted for: the promise was kept.\n");
    return broken_.empty() ? 0 : 1;
  }

  void tell_who_is_blocked() {
    auto const& bytes = queue_.bytes();
    fmt::print("BROKEN: nothing happened for {} s, after {} items and {} kills (seed {}).\n", stall_timeout.count(),
               items(), killed(), options_.seed);
    fmt::print("  The queue has {} items; its write lock is {}, its read lock is {}.\n", queue_.qsize(),
               bytes.semaphore(mp::trace::Resource::write_lock) == 0 ? "held" : "free",
               bytes.semaphore(mp::trace::Resource::read_lock) == 0 ? "held" : "free");
    for (Child const& child : children_) {
      std::string const folder = fmt::format("/proc/{}/", child.pid);
      fmt::print("  {}: in {}, system call {}; {}\n", child.name(), first_line(folder + "wchan"),
                 first_line(folder + "syscall"), first_line(folder + "stat"));
    }
    std::fflush(stdout);
  }

  void end_all() {
    for (Child const& child : children_) kill(child.pid, SIGKILL);
    for (Child const& child : children_) {
      while (waitpid(child.pid, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
    children_.clear();
  }

  StormOptions const& options_;
  Queue queue_;
  SharedArray<Board> board_{1};
  std::vector<std::unique_ptr<Log>> logs_;  ///< by consumer
  std::vector<Child> children_;
  Deaths deaths_;
  std::vector<std::string> broken_;
  std::uint64_t tasks_lost_ = 0;
  std::uint32_t segments_ = 0;
  std::mt19937_64 random_;
  Rank rank_;
  std::uint64_t progress_ = 0;
  steady_clock::time_point last_progress_ = steady_clock::now(), last_report_ = last_progress_;
};

}  // namespace

StormOptions storm_options(std::map<std::string, std::string> const& settings) {
  StormOptions options;
  for (auto const& [name, text] : settings) {
    std::uint64_t const value = std::stoull(text);
    if (name == "items") options.items = value;
    if (name == "kills") options.kills = value;
    if (name == "producers") options.producers = static_cast<std::uint32_t>(value);
    if (name == "consumers") options.consumers = static_cast<std::uint32_t>(value);
    if (name == "maxsize") options.maxsize = static_cast<int>(value);
    if (name == "seed") options.seed = value;
    if (name == "joinable") options.joinable = value != 0;
    if (name == "redeliver") options.redeliver = value != 0;
  }
  options.joinable = options.joinable || options.redeliver;
  std::uint32_t const most = Board::most_of_a_role - 1;
  if (options.producers == 0 || options.consumers == 0 || options.producers > most || options.consumers > most) {
    throw std::invalid_argument(fmt::format("a storm has 1 to {} producers and consumers", most));
  }
  return options;
}

int run_storm(StormOptions const& options) {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  for (int const signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
  if (options.joinable) return Storm<mp::JoinableQueue<std::string>>(options).run();
  return Storm<mp::Queue<std::string>>(options).run();
}

}  // namespace qs::storm
