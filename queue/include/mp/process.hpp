// Processes made by fork, with the API and the life cycle of Python's multiprocessing.Process.
#pragma once

#include <concepts>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <sys/types.h>

#include <mp/options.hpp>
#include <mp/source_location.hpp>

namespace mp {

namespace detail {
class Child;
}

struct ProcessOptions {
  std::string name = {};  ///< for traces and reports; empty: "process-1", "process-2", ...
  bool daemon = false;    ///< terminated, not joined, when its parent exits
};

namespace detail {
/// A callable of any kind, also with move-only captures, that is called at most once in a process.
template <typename Function, typename... Arguments>
std::function<void()> to_target(Function&& function, Arguments&&... arguments) {
  using Call = std::tuple<std::decay_t<Function>, std::decay_t<Arguments>...>;
  auto const call = std::make_shared<Call>(std::forward<Function>(function), std::forward<Arguments>(arguments)...);
  return [call] { std::apply([](auto&... parts) { static_cast<void>(std::invoke(std::move(parts)...)); }, *call); };
}
template <typename Function, typename... Arguments>
concept Target = std::invocable<std::decay_t<Function>, std::decay_t<Arguments>...>;
}  // namespace detail

/// A process that runs a function and exits. What the function refers to is the child's copy.
///
///     mp::Process worker{[&] { work(jobs); }, {.name = "worker"}};
///     mp::Process other{work, jobs, 7};                       // a function and its arguments, as with std::thread
///     mp::Process third{{.name = "third"}, work, jobs, 7};
///
/// The child ends like a Python process: after the function, its queues are flushed (each open queue's
/// feeder is told to finish), its daemon children are terminated, its other children joined, its feeders
/// joined, and then it exits; code 0, or 1 after an exception, which is reported on stderr. The same
/// happens on std::exit. Source: BaseProcess._bootstrap, util._exit_function.
///
/// `_exit`, exec, and a death by a signal skip all this: with Mechanism::cpython, items that are still in the buffer of
/// the process are lost. `name` is a label for traces and reports; it connects nothing.
///
/// A child has the queues that existed when it was started; so create queues before start(). It has one thread: locks
/// that other threads of the parent hold at that moment (of a logger or an allocator, say) stay locked in the child. So
/// start processes before other threads, or from a process that has none.
///
/// A handle may be destroyed while the process runs; the parent still joins (or terminates) it at its exit. A
/// JoiningProcess joins in its destructor.
class Process {
 public:
  using Where = SourceLocation;

  // The constraint keeps this constructor from hiding those that copy and move.
  template <detail::Target Function>  // NOLINTNEXTLINE(bugprone-forwarding-reference-overload)
  requires(!std::derived_from<std::decay_t<Function>, Process>) explicit Process(Function&& function,
                                                                                 ProcessOptions options = {},
                                                                                 Where = Where::current())
      : Process(std::move(options), detail::to_target(std::forward<Function>(function)), Made()) {}
  /// `function(arguments...)`, with copies of the arguments; std::ref passes a reference to the child's copy.
  template <typename Function, typename... Arguments>
  requires(sizeof...(Arguments) > 0 &&
           detail::Target<Function, Arguments...>) explicit Process(Function&& function, Arguments&&... arguments)
      : Process({}, detail::to_target(std::forward<Function>(function), std::forward<Arguments>(arguments)...),
                Made()) {}
  template <typename Function, typename... Arguments>
  requires detail::Target<Function, Arguments...> Process(ProcessOptions options, Function&& function,
                                                          Arguments&&... arguments)
      : Process(std::move(options),
                detail::to_target(std::forward<Function>(function), std::forward<Arguments>(arguments)...), Made()) {}

  /// Forks. Throws AssertionError when it was started before, OSError if the system refuses another process.
  void start(Where where = Where::current());
  /// Waits for the end, at most for `timeout`. Throws AssertionError before start and in another process.
  void join(Timeout timeout = {}, Where where = Where::current());
  /// Sends SIGTERM or SIGKILL. Does nothing if the process has ended.
  void terminate(Where where = Where::current());
  void kill(Where where = Where::current());

  [[nodiscard]] bool is_alive(Where where = Where::current());
  /// nullopt while it runs; then its exit code, or the negated number of the signal that killed it.
  [[nodiscard]] std::optional<int> exitcode(Where where = Where::current());
  /// 0 before start.
  pid_t pid() const;
  /// A descriptor that polls readable when the process has ended (a pidfd); -1 before start.
  int sentinel() const;
  std::string const& name() const;
  bool daemon() const;

 private:
  struct Made {};
  Process(ProcessOptions options, std::function<void()> target, Made);

  std::shared_ptr<detail::Child> child_;
};

/// A process that is started by its constructor and joined by its destructor. Move-only.
class JoiningProcess : public Process {
 public:
  template <detail::Target Function>  // NOLINTNEXTLINE(bugprone-forwarding-reference-overload)
  requires(!std::derived_from<std::decay_t<Function>, Process>) explicit JoiningProcess(Function&& function,
                                                                                        ProcessOptions options = {},
                                                                                        Where where = Where::current())
      : Process(std::forward<Function>(function), std::move(options)), started_(where) {
    start(where);
  }
  template <typename Function, typename... Arguments>
  requires(sizeof...(Arguments) > 0 &&
           detail::Target<Function, Arguments...>) explicit JoiningProcess(Function&& function,
                                                                           Arguments&&... arguments)
      : Process(std::forward<Function>(function), std::forward<Arguments>(arguments)...) {
    start(started_);
  }
  JoiningProcess(
      JoiningProcess&& other) noexcept  // NOLINTNEXTLINE(performance-move-constructor-init): Process only copies
      : Process(static_cast<Process const&>(other)),
        started_(other.started_),
        owns_(std::exchange(other.owns_, false)) {}
  JoiningProcess& operator=(JoiningProcess&&) = delete;
  ~JoiningProcess();

 private:
  Where started_ = Where::current();
  bool owns_ = true;
};

/// Processes that are started one by one and joined together, at the latest by the destructor.
///
///     mp::ProcessGroup workers;
///     for (int number : {1, 2, 3}) workers.emplace_back([&] { work(jobs); }, {.name = "worker-" +
///     std::to_string(number)});
class ProcessGroup {
 public:
  using Where = SourceLocation;
  template <detail::Target Function>
  Process& emplace_back(Function&& function, ProcessOptions options = {}, Where where = Where::current()) {
    return processes_.emplace_back(std::forward<Function>(function), std::move(options), where);
  }
  void join(Where where = Where::current()) {
    for (auto& process : processes_) process.join({}, where);
  }
  void terminate(Where where = Where::current()) {
    for (auto& process : processes_) process.terminate(where);
  }
  auto begin() { return processes_.begin(); }
  auto end() { return processes_.end(); }
  std::size_t size() const { return processes_.size(); }
  Process& operator[](std::size_t index) { return processes_[index]; }

 private:
  std::deque<JoiningProcess> processes_;  ///< references to its elements stay valid
};

/// Names of the children of this process that are running. Source: multiprocessing.active_children.
std::vector<std::string> active_children();

/// Name of the calling process: "main" at the root. Source: multiprocessing.current_process().name.
std::string const& process_name();

/// Sleeps, and records it in the trace.
void sleep_for(Nanoseconds duration, SourceLocation where = SourceLocation::current());

/// Writes a remark into the trace. Does nothing if the program is not being recorded.
void note(std::string_view text, SourceLocation where = SourceLocation::current());

}  // namespace mp
