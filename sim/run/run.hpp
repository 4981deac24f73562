// One observed run, from the creation of its session to the end of its last process.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sim/control/scheduler.hpp"
#include "sim/process/limits.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

struct RunOptions {
  std::vector<std::string> command;  ///< the program, found as a shell would, and its arguments
  std::string title;                 ///< empty: the program's name
  std::string scenario;              ///< empty for a user's own program
  std::map<std::string, std::string> parameters;
  std::optional<std::chrono::milliseconds> deadline;  ///< not counted while a scheduler keeps the gate closed
  std::shared_ptr<Scheduler> scheduler;               ///< decides who goes next; none: the program runs free
  bool lossless = false;                              ///< a full ring makes its writer wait instead of dropping
  std::uint32_t most_actors = 4096;
  std::uint32_t ring_events = 65536;  ///< a power of two
  /// Called in the recording thread when nobody has gone on for a second, once the sinks have all that happened until
  /// then, and again only after somebody has gone on.
  std::function<void()> when_quiet;
  bool output_to_stderr = false;  ///< the program's standard output goes where its errors go
  int output = -1;                ///< descriptor for all that the program writes; -1: as ours
  ProcessLimits limits = {};      ///< for the program and all its descendants
  std::string supervisor;         ///< an executable that hands on to qs::supervise; empty: this one
};

struct RunResult {
  RunFacts facts;     ///< as the sinks got them; `ending` is empty when nothing was run
  std::string error;  ///< why nothing was run, as a sentence; empty when it was
  std::uint64_t events = 0;
  std::uint64_t lost = 0;              ///< events dropped because a ring was full
  std::uint64_t forced = 0;            ///< events whose cause was never seen
  std::optional<Limit> limit_reached;  ///< which one ended the program, if one did
  std::uint32_t refused = 0;           ///< actors not observed, because all slots were taken

  bool started() const { return error.empty(); }
};

/// Runs a program under observation and returns when it is over. Every process it started is gone by then.
/// `stop` may be set by another thread or a signal handler: the run then ends as "interrupted".
RunResult run_program(RunOptions const& options, std::vector<Sink*> const& sinks, std::atomic<bool> const& stop);

/// A run in a thread of its own, for a window that goes on drawing. All calls from the window's thread.
class LiveRun {
 public:
  explicit LiveRun(RunOptions options);
  ~LiveRun();  ///< stops the run and waits for it
  LiveRun(LiveRun const&) = delete;
  LiveRun& operator=(LiveRun const&) = delete;

  /// Moves what came in since the last call to the end of `mine`, which must be the trace that all earlier
  /// calls were given. False: nothing new.
  bool take(Trace& mine);
  void stop();  ///< asks for the end; running() turns false soon after
  /// False once the run is over; a take() after that gets the rest.
  bool running() const;
  RunResult const& result() const;  ///< only when not running()

 private:
  class Mailbox;
  RunOptions options_;
  std::unique_ptr<Mailbox> mailbox_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> running_{true};
  RunResult result_;
  std::thread thread_;
};

}  // namespace qs
