// Many controlled runs of one program, each a fork of it, so that starting one is cheap.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/capture/session.hpp"
#include "sim/control/control.hpp"
#include "sim/process/supervisor.hpp"
#include "sim/run/run.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// Why a program cannot be explored: one sentence.
class ExploreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a strategy can choose from at one step.
struct DecisionPoint {
  std::vector<Choice> const& enabled;  ///< never empty; `time` only if no actor is enabled
  std::optional<Choice> last;          ///< of this run, kills apart
  std::size_t step = 0;
  std::vector<Choice> kills = {};  ///< processes that may be killed here; empty when the limit is reached
};
using Pick = std::function<Choice(DecisionPoint const&)>;

/// How one run ended.
struct ForkedRunEnd {
  enum class How : std::uint8_t {
    all_gone,
    deadlock,
    too_long,  ///< more steps than allowed: it may never end
    stalled,   ///< an actor computed for too long without using a queue
  };
  How how = How::all_gone;
  std::vector<Choice> choices;
  std::size_t actors = 0;
  Trace trace;  ///< without sources and locations
};

class ForkedRuns {
 public:
  /// Starts the program and waits until it first uses the library. `processor`: all runs are pinned to it.
  /// Throws ExploreError and SessionError.
  ForkedRuns(RunOptions const& options, std::optional<int> processor);

  /// One run from the first use of the library to its end. None of its processes is left when this returns.
  ForkedRunEnd run(Pick const& pick, std::size_t most_steps, int most_kills = 0);
  /// Which limit ended the program that all runs are forked from, if one did: run() throws then.
  std::optional<Limit> limit_reached() const { return supervisor_.limit_reached(); }
  /// Of the last run, or of the current one.
  std::vector<ActorFacts> actors() const;

 private:
  void wait_for_program();
  Trace trace_of_run(std::vector<std::uint64_t> deaths) const;

  Session session_;
  Supervisor supervisor_;
  std::uint32_t runs_ = 0;
};

}  // namespace qs
