#include <mp/process.hpp>

#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <poll.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <exception>
#include <iostream>
#include <utility>

#include <mp/errors.hpp>

#include "process/child.hpp"
#include "process/queue_registry.hpp"
#include "trace/attach.hpp"
#include "trace/hook.hpp"
#include "waiting/blocking_operation.hpp"
#include "waiting/deadline.hpp"
#include "waiting/ready.hpp"

namespace mp {

namespace {

std::string& own_name() {
  static std::string name = "main";
  return name;
}
bool own_daemon = false;

/// How long a controlled run waits for a death that is certain, and for one that depends on a SIGTERM handler.
constexpr Nanoseconds longest_death{60'000'000'000}, longest_handler{50'000'000};

void flush_streams() {
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
}

/// Prints "Process consumer-1 (pid 4711) ended by an uncaught exception:" and its text, in one write.
void report_uncaught(std::string const& words) {
  std::string const report = "Process " + own_name() + " (pid " + std::to_string(getpid()) +
                             ") ended by an uncaught exception:\n  " + words + "\n";
  std::fwrite(report.data(), 1, report.size(), stderr);
  hook::emit(hook::Kind::uncaught, {}, words);
}

std::string error_text(Error const& error) {
  std::string words = std::string("mp::") + error.kind() + ": " + error.what();
  if (error.where().line() != 0) {
    words += std::string("\n  in a call at ") + error.where().file_name() + ":" + std::to_string(error.where().line());
  }
  return words;
}

}  // namespace

namespace detail {

Child::Child(std::function<void()> target, ProcessOptions options)
    : target_(std::move(target)), options_(std::move(options)), parent_(getpid()) {
  static std::atomic<int> unnamed{0};
  int const number = ++unnamed;
  if (options_.name.empty()) options_.name = "process-" + std::to_string(number);
}

bool Child::made_here() const { return parent_ == getpid(); }

void Child::check_parent(char const* doing, SourceLocation const& where) const {
  if (!made_here()) throw AssertionError(std::string("can only ") + doing + " a child process", where);
}

void Child::start() {
  flush_streams();
  // Reserves a descriptor for the pidfd, so that a full descriptor table is noticed before the fork.
  FileDescriptor reserved(eventfd(0, EFD_CLOEXEC));
  if (!reserved) throw OSError(std::string("cannot start process ") + options_.name + ": " + std::strerror(errno));
  actor_ = hook::new_actor(trace::ActorKind::process, options_.name);
  gate::pass({hook::Kind::process_start, {.object = actor_}});
  hook::emit(hook::Kind::process_start,
             {.object = actor_, .argument = options_.daemon ? trace::process_daemon : trace::process_plain});
  bool const from_main_thread = gettid() == getpid();
  pid_t const child = fork();
  if (child < 0) throw OSError(std::string("cannot start process ") + options_.name + ": " + std::strerror(errno));
  reserved.close();
  if (child == 0) run(from_main_thread);
  FileDescriptor pidfd(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
  if (!pidfd) {
    int const error = errno;
    ::kill(child, SIGKILL);
    while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    throw OSError(std::string("cannot watch process ") + options_.name + ": " + std::strerror(error));
  }
  pid_ = child;
  pidfd_ = std::move(pidfd);
  QueueRegistry::of_this_process().started(child);
}

void Child::run(bool from_main_thread) {
  own_name() = options_.name;
  own_daemon = options_.daemon;
  std::uint16_t const parent_actor = hook::become(actor_);
  gate::pass({hook::Kind::process_begin, {.object = parent_actor, .argument = getpid()}});
  hook::emit(hook::Kind::process_begin, {.object = parent_actor, .argument = getpid()});
  // Makes the kernel end a daemon whose parent was killed. It refers to the *thread* that forked, so it is only set for
  // daemons that were started by the main thread.
  if (options_.daemon && from_main_thread) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent_) std::raise(SIGTERM);  // the parent ended before the prctl
    if (trace::ActorSlot* const slot = hook::slot()) slot->dies_with_parent.store(1);
  }

  int code = 1;
  try {
    target_();
    code = 0;
  } catch (Error const& error) {
    report_uncaught(error_text(error));
  } catch (std::exception const& error) {
    report_uncaught(error.what());
  } catch (...) {
    report_uncaught("an exception that is no std::exception");
  }
  QueueRegistry::of_this_process().exit_sequence(code);
  flush_streams();
  _exit(code);
}

bool Child::join(Timeout timeout) {
  hook::emit(hook::Kind::process_join_begin, {.object = actor_, .argument = timeout ? timeout->count() : -1});
  BlockingOperation operation(
      {.kind = hook::Kind::process_reaped, .resource = hook::Resource::child_exit, .object = actor_}, Block::yes,
      timeout);
  bool ended = false;
  for (auto waited = WaitOutcome::interrupted; waited == WaitOutcome::interrupted && !ended;) {
    auto const probe = [this] {
      return ready(sentinel(), POLLIN) ? hook::Resource::nothing : hook::Resource::child_exit;
    };
    if (!operation.turn(probe)) break;
    ended = exitcode_now().has_value();
    if (ended) break;
    waited = operation.wait([this](Timeout time) { return wait_ready(sentinel(), POLLIN, time); });
    ended = waited == WaitOutcome::got && exitcode_now().has_value();
  }
  hook::emit(hook::Kind::process_join_end,
             {.object = actor_, .detail = hook::code(ended ? hook::Outcome::ok : hook::Outcome::timed_out)});
  return ended;
}

void Child::signal(int number) {
  if (!made_here() || pid_ == 0) return;
  gate::pass({hook::Kind::process_signal, {.object = actor_, .argument = number}});
  std::lock_guard const guard(mutex_);
  if (exitcode_ || pid_ == 0 || !made_here()) return;
  hook::emit(hook::Kind::process_signal, {.object = actor_, .argument = number});
  ::kill(pid_, number);
  // In a controlled run the death is part of this operation.
  if (!gate::closed()) return;
  bool const certain = number == SIGKILL || ends_by_sigterm();
  (void)wait_ready(sentinel(), POLLIN, certain ? longest_death : longest_handler);
}

/// As published by the process when it last parked.
bool Child::ends_by_sigterm() const {
  trace::ActorSlot const* const slot = hook::slot_of(actor_);
  return slot != nullptr && slot->ends_by_sigterm.load() != 0;
}

std::optional<int> Child::look() {
  if (started() && made_here()) gate::pass({hook::Kind::process_reaped, {.object = actor_}});
  return exitcode_now();
}

std::optional<int> Child::exitcode_now() {
  std::lock_guard const guard(mutex_);
  if (exitcode_ || pid_ == 0 || !made_here()) return exitcode_;
  int status = 0;
  pid_t reaped = 0;
  do {
    reaped = waitpid(pid_, &status, WNOHANG);
  } while (reaped < 0 && errno == EINTR);
  if (reaped == 0) return {};
  // Someone else reaped it (for example because the program ignores SIGCHLD), so its exit code is unknown.
  if (reaped < 0) {
    exitcode_ = 255;
  } else {
    exitcode_ = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }
  hook::emit(hook::Kind::process_reaped, {.object = actor_, .argument = *exitcode_});
  return exitcode_;
}

}  // namespace detail

Process::Process(ProcessOptions options, std::function<void()> target, Made)
    : child_(std::make_shared<detail::Child>(std::move(target), std::move(options))) {
  hook::attach();
  detail::QueueRegistry::of_this_process();  // the first call installs the fork handlers
}

void Process::start(Where where) {
  hook::ScopedLocation const here(where);
  if (child_->started()) throw AssertionError("cannot start a process twice", where);
  if (!child_->made_here()) throw AssertionError("can only start a process object created by current process", where);
  if (own_daemon) throw AssertionError("daemonic processes are not allowed to have children", where);
  child_->start();
  detail::QueueRegistry::of_this_process().add(child_);
}

void Process::join(Timeout timeout, Where where) {
  hook::ScopedLocation const here(where);
  child_->check_parent("join", where);
  if (!child_->started()) throw AssertionError("can only join a started process", where);
  child_->join(timeout);
}

void Process::terminate(Where where) {
  hook::ScopedLocation const here(where);
  child_->signal(SIGTERM);
}
void Process::kill(Where where) {
  hook::ScopedLocation const here(where);
  child_->signal(SIGKILL);
}
bool Process::is_alive(Where where) {
  hook::ScopedLocation const here(where);
  child_->check_parent("test", where);
  return child_->started() && !child_->look();
}
std::optional<int> Process::exitcode(Where where) {
  hook::ScopedLocation const here(where);
  return child_->look();
}
JoiningProcess::~JoiningProcess() {
  if (!owns_) return;
  try {
    join({}, started_);
  } catch (Error const&) {  // this is a forked child, which cannot join a process of its parent
  }
}

pid_t Process::pid() const { return child_->pid(); }
int Process::sentinel() const { return child_->sentinel(); }
std::string const& Process::name() const { return child_->name(); }
bool Process::daemon() const { return child_->daemon(); }

std::vector<std::string> active_children() {
  std::vector<std::string> names;
  for (auto const& child : detail::QueueRegistry::of_this_process().children()) names.push_back(child->name());
  return names;
}

std::string const& process_name() { return own_name(); }

void sleep_for(Nanoseconds duration, SourceLocation where) {
  hook::attach();
  hook::ScopedLocation const here(where);
  if (duration.count() <= 0) return;
  detail::BlockingOperation operation(
      {.kind = hook::Kind::woken, .resource = hook::Resource::deadline, .time_over = hook::Kind::woken}, Block::yes,
      duration);
  while (operation.turn([] { return hook::Resource::deadline; })) {
    auto const waited = operation.wait([](Timeout time) {
      timespec now{};
      clock_gettime(CLOCK_MONOTONIC, &now);
      timespec const until = detail::to_timespec(detail::saturated_sum(detail::from_timespec(now), *time));
      while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
      }
      return false;
    });
    if (waited == detail::WaitOutcome::timed_out) return;
  }
}

void note(std::string_view text, SourceLocation where) {
  hook::attach();
  hook::ScopedLocation const here(where);
  hook::emit(hook::Kind::note, {}, text);
}

}  // namespace mp
