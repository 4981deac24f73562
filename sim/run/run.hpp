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
  std::shared_ptr<Scheduler> scheduler;               ///< decides who goes next; null: the program runs freely
  bool lossless = false;                              ///< a full ring makes its writer wait instead of dropping
  std::uint32_t most_actors = 4096;
  std::uint32_t ring_events = 65536;  ///< a power of two
  /// Called in the recording thread when no actor has made progress for a second, after the sinks have all events;
  /// again only after some progress.
  std::function<void()> when_quiet;
  bool output_to_stderr = false;  ///< the program's standard output goes where its errors go
  int output = -1;                ///< descriptor for all that the program writes; -1: as ours
  ProcessLimits limits = {};      ///< for the program and all its descendants
  std::string supervisor;         ///< an executable that calls qs::supervisor_main; empty: this one
};

struct RunResult {
  RunFacts facts;     ///< as the sinks got them; `ending` is none when nothing was run
  std::string error;  ///< why nothing was run, as a sentence; empty when it was
  std::uint64_t events = 0;
  std::uint64_t lost = 0;              ///< events dropped because a ring was full
  std::uint64_t forced = 0;            ///< events whose cause was never seen
  std::optional<Limit> limit_reached;  ///< which one ended the program, if one did
  std::uint32_t refused = 0;           ///< actors not observed, because all slots were taken

  bool started() const { return error.empty(); }
};

/// Runs a program under observation and returns when it has ended, with every process that it started.
/// `stop` may be set by another thread or a signal handler: the run then ends as RunEnding::interrupted.
RunResult run_program(RunOptions const& options, std::vector<Sink*> const& sinks, std::atomic<bool> const& stop);

/// A run in a thread of its own, so that the window can draw meanwhile. All calls come from the window's thread.
class LiveRun {
 public:
  explicit LiveRun(RunOptions options);
  ~LiveRun();  ///< stops the run and waits for it
  LiveRun(LiveRun const&) = delete;
  LiveRun& operator=(LiveRun const&) = delete;

  /// Appends what was recorded since the last call to `mine`, which must be the same trace in all calls. False if
  /// nothing is new.
  bool take(Trace& mine);
  void stop();  ///< requests the end; running() becomes false soon after
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
