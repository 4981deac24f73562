// A student's program, run freely and under many schedules, and what is to be said of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/grade/exercise.hpp"
#include "sim/run/run.hpp"

namespace qs::grade {

struct Failure {
  std::string headline;                               ///< what went wrong, as a sentence
  bool under_schedule = false;                        ///< otherwise in a free run
  std::uint64_t count = 0;                            ///< how many schedules fail so
  std::string schedule = {};                          ///< the shortest of them
  std::vector<std::string> story = {};                ///< what happened, in sentences
  std::vector<std::string> waits = {};                ///< who waits for what in the end
  std::string mistake = {}, cause = {}, remedy = {};  ///< of the diagnosis; empty where it knows none
  std::string trace_file = {};                        ///< empty: not kept
};

struct CheckResult {
  Check check;
  std::uint32_t points = 0;  ///< to be had
  bool failed = false;
  std::optional<Failure> failure;  ///< none of a failed one: it failed only together with one before it
};

struct Grade {
  std::string program, title;
  std::vector<CheckResult> checks;  ///< those that the exercise wants, in order
  std::uint32_t free_runs = 0;
  std::uint64_t schedules = 0;
  bool all_schedules = false;  ///< within the bound of "dfs"
  std::string no_schedules;    ///< why none was tried, as a sentence; empty where some were
  bool interrupted = false;
  double seconds = 0;

  bool passed() const;
  std::uint32_t points() const;
  std::uint32_t most_points() const;
};

struct GradeOptions {
  RunOptions run;          ///< the program; its output and limits are set here
  std::string program;     ///< as the person named it
  bool free_only = false;  ///< a program that cannot be forked at its first use of the library, such as Python's
  std::string folder;      ///< where the traces of failures go; empty: nowhere
};

/// Schedules tried so far.
using GradeProgress = std::function<void(std::uint64_t)>;

/// Leaves no process and no file but the traces. Throws SessionError, TraceError, and ExploreError where the program
/// cannot be started.
Grade grade(Exercise const&, GradeOptions const&, std::atomic<bool> const& stop, GradeProgress const&);

}  // namespace qs::grade
