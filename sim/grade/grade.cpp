#include "sim/grade/grade.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "sim/capture/session.hpp"
#include "sim/control/scheduler.hpp"
#include "sim/diagnosis/diagnosis.hpp"
#include "sim/explore/explore.hpp"
#include "sim/grade/checks.hpp"
#include "sim/grade/order_mistakes.hpp"
#include "sim/grade/program_output.hpp"
#include "sim/grade/schedule_story.hpp"
#include "sim/model/world.hpp"
#include "sim/trace/trace_file.hpp"

namespace qs::grade {

namespace {

using std::chrono::steady_clock;

RunEvidence::How how_of(RunEnding ending) {
  if (ending == RunEnding::deadlock) return RunEvidence::How::deadlock;
  return ending == RunEnding::deadline || ending == RunEnding::interrupted ? RunEvidence::How::out_of_time
                                                                           : RunEvidence::How::ended;
}

RunEvidence::How how_of(ForkedRunEnd::How how) {
  switch (how) {
    case ForkedRunEnd::How::deadlock: return RunEvidence::How::deadlock;
    case ForkedRunEnd::How::too_long: return RunEvidence::How::too_long;
    case ForkedRunEnd::How::stalled: return RunEvidence::How::out_of_time;
    case ForkedRunEnd::How::all_gone: break;
  }
  return RunEvidence::How::ended;
}

class Grader {
 public:
  Grader(Exercise const& exercise, GradeOptions const& options, std::atomic<bool> const& stop,
         GradeProgress const& progress)
      : exercise_(exercise), options_(options), stop_(stop), progress_(progress) {
    run_ = options.run;
    run_.command.insert(run_.command.end(), exercise.arguments.begin(), exercise.arguments.end());
    run_.output = output_.descriptor();
    run_.limits = exercise.limits;
    run_.limits.cpu_seconds = static_cast<std::uint32_t>(std::ceil(exercise.seconds)) + 1;
    run_.most_actors = 1024;
    run_.ring_events = 4096;
    run_.lossless = true;
    grade_.program = options.program;
    grade_.title = exercise.title;
    for (std::size_t index = 0; index < check_count; ++index) {
      auto const check = static_cast<Check>(index);
      // What harms others fails "ends" even where waiting for ever is allowed.
      if (exercise.wants(check) || check == Check::ends) {
        grade_.checks.push_back({.check = check, .points = exercise.points[index], .failure = {}});
      }
    }
  }

  Grade grade() {
    auto const begin = steady_clock::now();
    bool const goes_on = run_freely();
    if (options_.free_only) {
      grade_.no_schedules = "A Python program is only run freely.";
    } else if (exercise_.schedules == 0) {
      grade_.no_schedules = "The exercise asks for no schedules.";
    } else if (goes_on && !stop_) {
      run_under_schedules();
    } else if (!stop_) {
      grade_.no_schedules = "No schedules were tried, because of how the free runs ended.";
    }
    fail_what_was_never_seen();
    keep_traces();
    grade_.interrupted = stop_;
    grade_.seconds = std::chrono::duration<double>(steady_clock::now() - begin).count();
    return std::move(grade_);
  }

 private:
  CheckResult* result(Check check) {
    auto const found = std::find_if(grade_.checks.begin(), grade_.checks.end(),
                                    [&](CheckResult const& result) { return result.check == check; });
    return found == grade_.checks.end() ? nullptr : &*found;
  }

  /// No point for what could not be judged, because no run came to its end.
  void fail_what_was_never_seen() {
    if (an_end_seen_ || stop_) return;
    for (CheckResult& check : grade_.checks) check.failed = true;
  }

  struct Recorded {
    Trace trace;
    RunResult result;
    std::string output;
  };

  Recorded record(std::shared_ptr<Scheduler> scheduler) {
    Recorded recorded;
    RunOptions run = run_;
    run.scheduler = std::move(scheduler);
    run.deadline = std::chrono::milliseconds(static_cast<std::int64_t>(exercise_.seconds * 1000));
    TraceBuilder builder(recorded.trace);
    output_.cut(0);
    recorded.result = run_program(run, {&builder}, stop_);
    if (!recorded.result.started()) throw ExploreError(recorded.result.error);
    recorded.output = output_.text();
    return recorded;
  }

  /// False where schedules would only show the same, slowly.
  bool run_freely() {
    bool used_library = false;
    for (std::uint32_t time = 0; time < exercise_.times && !stop_; ++time) {
      Recorded const run = record(nullptr);
      if (stop_) return false;
      ++grade_.free_runs;
      an_end_seen_ = an_end_seen_ || how_of(run.result.facts.ending) == RunEvidence::How::ended;
      used_library = used_library || run.result.events > 0;
      auto const failing = failing_checks(exercise_, {.trace = run.trace,
                                                      .how = how_of(run.result.facts.ending),
                                                      .output = run.output,
                                                      .exit_code = run.result.facts.exit_code,
                                                      .limit = run.result.limit_reached});
      for (Failing const& failing_check : failing) {
        CheckResult* const check = result(failing_check.check);
        if (check == nullptr || check->failed) continue;
        check->failed = true;
        explain(*check, {.headline = failing_check.headline}, run.trace);
      }
      bool const harmful = run.result.limit_reached || run.output.size() >= exercise_.limits.file_size;
      bool const computes = how_of(run.result.facts.ending) == RunEvidence::How::out_of_time && run.result.events == 0;
      if (harmful) an_end_seen_ = false;
      if (harmful || computes) return false;
      if (how_of(run.result.facts.ending) == RunEvidence::How::out_of_time) break;  // it would hang again
    }
    if (used_library) return true;
    CheckResult& ends = *result(Check::ends);
    if (!ends.failed &&
        !std::any_of(grade_.checks.begin(), grade_.checks.end(), [](auto const& c) { return c.failed; })) {
      ends.failed = true;
      ends.failure = Failure{.headline = "The program used no queue and no process of the library."};
    }
    return false;
  }

  void run_under_schedules() try {
    ExploreOptions explore;
    explore.run = run_;
    explore.search = exercise_.strategy;
    explore.runs = exercise_.schedules;
    explore.seed = exercise_.seed;
    // One goes at a time: on one processor it is woken sooner.
    if (int const processor = sched_getcpu(); processor >= 0) explore.processor = processor;
    std::optional<std::uint64_t> before;  // bytes that were written before the first use of the library
    output_.cut(0);
    explore.before_run = [&] {
      if (!before) before = output_.size();
      output_.cut(*before);
    };
    std::set<Check> together;
    explore.judge = [&](ForkedRunEnd const& end) {
      an_end_seen_ = an_end_seen_ || how_of(end.how) == RunEvidence::How::ended;
      std::string const output = output_.text();
      auto const failing = failing_checks(
          exercise_,
          {.trace = end.trace, .how = how_of(end.how), .output = output, .exit_code = {}, .steps = end.choices.size()});
      for (Failing const& check : failing) together.insert(check.check);
      return failing.empty() ? EndVerdict{} : EndVerdict{failing.front().name, failing.front().headline};
    };
    Exploration const found = qs::explore(explore, stop_, [&](Exploration const& now) { progress_(now.runs); });
    grade_.schedules = found.runs;
    grade_.all_schedules = found.complete;
    for (BadEnding const& ending : found.endings) note(ending);
    for (Check const check : together) {
      if (CheckResult* const known = result(check)) known->failed = true;
    }
  } catch (ExploreError const& error) {
    grade_.no_schedules = fmt::format("The schedules could not be tried: {}.", error.what());
    CheckResult& ends = *result(Check::ends);
    bool const failed = std::any_of(grade_.checks.begin(), grade_.checks.end(), [](auto const& c) { return c.failed; });
    if (failed) return;
    ends.failed = true;
    ends.failure = Failure{.headline = fmt::format("It cannot be run under a schedule: {}.", error.what())};
  }

  /// The shortest schedule of each check, told. It replaces a free run, which is seldom the same twice.
  void note(BadEnding const& ending) {
    for (CheckResult& check : grade_.checks) {
      if (!ending.name.starts_with(std::string(name(check.check)) + ":")) continue;
      std::string const schedule = to_text(ending.schedule);
      if (check.failure && check.failure->under_schedule && check.failure->schedule.size() <= schedule.size()) return;
      Recorded const run = record(std::make_shared<ScheduledRun>(ending.schedule));
      check.failed = true;
      explain(check, {.headline = ending.headline, .under_schedule = true, .count = ending.count, .schedule = schedule},
              run.trace);
    }
  }

  void explain(CheckResult& check, Failure failure, Trace const& trace) {
    World world;
    for (Step step = 0; step < trace.size(); ++step) apply(world, trace, step);
    Diagnosis const diagnosis = diagnose(trace, world);
    failure.story = story(trace);
    for (WaitChain const& chain : diagnosis.chains) {
      if (failure.waits.size() < 4 && !chain.links.empty()) failure.waits.push_back(chain.links.front().sentence);
    }
    for (Finding const& finding : diagnosis.findings) {
      if (!exercise_.wants(check_of(finding.mistake)) || !failure.mistake.empty()) continue;
      failure.mistake = name(finding.mistake);
      failure.cause = finding.cause;
      failure.remedy = finding.remedy;
    }
    if (failure.mistake.empty() && check.check == Check::output) {
      if (auto const mistake = order_mistake(trace)) {
        failure.mistake = mistake->name;
        failure.cause = mistake->cause;
        failure.remedy = mistake->remedy;
      }
    }
    check.failure = std::move(failure);
    if (trace.size() > 0) traces_[check.check] = trace;
  }

  void keep_traces() {
    if (options_.folder.empty()) return;
    for (auto const& [check, trace] : traces_) {
      std::filesystem::create_directories(options_.folder);
      auto const file = std::filesystem::path(options_.folder) / fmt::format("{}.qtrace", name(check));
      write_trace(trace, file);
      result(check)->failure->trace_file = file.string();
    }
  }

  Exercise const& exercise_;
  GradeOptions const& options_;
  std::atomic<bool> const& stop_;
  GradeProgress const& progress_;
  RunOptions run_;
  ProgramOutput output_;
  Grade grade_;
  bool an_end_seen_ = false;
  std::map<Check, Trace> traces_;  ///< of the failures
};

}  // namespace

bool Grade::passed() const {
  return !interrupted &&
         std::none_of(checks.begin(), checks.end(), [](CheckResult const& check) { return check.failed; });
}

std::uint32_t Grade::points() const {
  std::uint32_t all = 0;
  for (CheckResult const& check : checks) all += check.failed ? 0 : check.points;
  return all;
}

std::uint32_t Grade::most_points() const {
  std::uint32_t all = 0;
  for (CheckResult const& check : checks) all += check.points;
  return all;
}

Grade grade(Exercise const& exercise, GradeOptions const& options, std::atomic<bool> const& stop,
            GradeProgress const& progress) {
  return Grader(exercise, options, stop, progress).grade();
}

}  // namespace qs::grade
