#include "sim/lesson/moments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "sim/control/breakpoint.hpp"
#include "sim/model/world.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

/// Walks once over a trace, from one moment to the next.
class Walk {
 public:
  explicit Walk(Trace const& trace) : trace_(&trace) {}

  Step position() const { return position_; }
  World const& world() const { return now_; }

  void go_to(Step step) {
    while (step != no_step && position_ != step && advance()) continue;
  }
  /// The first step after this one at which it is reached. Stays where it is if there is none.
  bool go_to(Breakpoint& moment) {
    Walk start = *this;
    moment.reached(*trace_, before_, now_, {});
    while (advance())
      if (moment.reached(*trace_, before_, now_, {})) return true;
    *this = std::move(start);
    return false;
  }

 private:
  bool advance() {
    Step const next = position_ == no_step ? 0 : position_ + 1;
    if (next >= trace_->size()) return false;
    if (position_ != no_step) apply(before_, *trace_, position_);
    apply(now_, *trace_, next);
    position_ = next;
    return true;
  }

  Trace const* trace_;
  Step position_ = no_step;
  World before_, now_;
};

class Placer {
 public:
  Placer(Lesson const& lesson, Trace const& trace) : lesson_(lesson), trace_(trace), walk_(trace) {}

  PlacedLesson place() {
    for (LessonStep const& step : lesson_.steps) place(step);
    return std::move(placed_);
  }

 private:
  void complain(LessonStep const& step, std::string text) { placed_.problems.push_back({step.line, std::move(text)}); }

  void place(LessonStep const& step) {
    PlacedStep placed;
    go_to_moment(step);
    placed.step = walk_.position();
    check_claims(step);
    check_pointers(step);
    if (!step.ask.empty()) placed.answer = ask(step);
    if (placed.answer && placed.answer->reveal != no_step &&
        (placed.step == no_step || placed.answer->reveal > placed.step))
      walk_.go_to(placed.answer->reveal);
    placed_.steps.push_back(std::move(placed));
  }

  void go_to_moment(LessonStep const& step) {
    if (step.at.empty()) return;
    if (step.at == "beginning") {
      walk_ = Walk(trace_);
      return;
    }
    if (step.at == "end") {
      walk_.go_to(trace_.size() == 0 ? no_step : trace_.size() - 1);
      return;
    }
    try {
      Breakpoint moment(step.at);
      if (walk_.go_to(moment)) return;
      complain(step,
               fmt::format("the moment '{}' does not come in the run after the step before; queuescope lesson new "
                           "shows which moments a trace has",
                           step.at));
    } catch (BreakpointError const& error) {
      complain(step, error.what());
    }
  }

  void check_claims(LessonStep const& step) {
    for (std::string const& claim : step.claims) {
      try {
        Breakpoint holds(claim);
        if (holds.reached(trace_, World{}, walk_.world(), {})) continue;
        complain(step, fmt::format("the step claims '{}', but in the run it is not so then", claim));
      } catch (BreakpointError const& error) {
        complain(step, error.what());
      }
    }
  }

  void check_pointers(LessonStep const& step) {
    for (std::string const& name : step.point) {
      bool known = name == "code" || name == "timeline";
      for (auto const& actor : trace_.actors) known |= actor.name == name;
      for (std::size_t queue = 0; queue < trace_.queues.size(); ++queue)
        known |= trace_.queue_name(static_cast<QueueIndex>(queue)) == name;
      if (!known)
        complain(step, fmt::format("the step points at '{}', which the run does not have; point at a process, a queue, "
                                   "\"code\" or \"timeline\"",
                                   name));
    }
  }

  std::optional<RightAnswer> ask(LessonStep const& step) {
    try {
      RightAnswer const right = right_answer(trace_, step.ask, walk_.position());
      auto const choices = step.choices.empty() ? usual_choices(trace_, step.ask) : step.choices;
      if (choices.size() < 2) {
        complain(step, fmt::format("the question '{}' needs choices", step.ask));
      } else if (std::find(choices.begin(), choices.end(), right.right) == choices.end()) {
        complain(step, fmt::format("the run answers '{}' with '{}', which is not among the choices {}", step.ask,
                                   right.right, listing(choices, 8)));
      }
      return right;
    } catch (std::invalid_argument const& error) {
      complain(step, error.what());
      return std::nullopt;
    }
  }

  Lesson const& lesson_;
  Trace const& trace_;
  Walk walk_;
  PlacedLesson placed_;
};

}  // namespace

PlacedLesson place_lesson(Lesson const& lesson, Trace const& trace) { return Placer(lesson, trace).place(); }

}  // namespace qs
