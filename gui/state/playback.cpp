#include "gui/state/playback.hpp"

#include <algorithm>
#include <cmath>

namespace qs::gui {

void Playback::reset(Trace const& trace, bool live) {
  trace_ = &trace;
  live_ = live;
  mode_ = live ? Mode::following : Mode::paused;
  step_ = no_step;
  clock_ = 0;
  motion_ = 1;
  hold_ = 0;
  glide_.reset();
  shortened_ = 0;
}

void Playback::run_ended() {
  live_ = false;
  if (mode_ != Mode::following) return;
  advance(0);
  mode_ = Mode::paused;
}

void Playback::play() {
  if (!trace_ || trace_->size() == 0) return;
  if (!live_ && step_ != no_step && step_ + 1 >= trace_->size()) place(no_step, false);
  if (step_ == no_step) clock_ = static_cast<double>(time_of(0));
  glide_.reset();
  mode_ = Mode::playing;
}

void Playback::follow() {
  if (!trace_) return;
  glide_.reset();
  if (trace_->size() > 0) place(trace_->size() - 1, false);
  mode_ = live_ ? Mode::following : Mode::paused;
}

void Playback::go_to(Step step) {
  if (!trace_) return;
  if (step != no_step && trace_->size() > 0) step = std::min(step, trace_->size() - 1);
  glide_.reset();
  bool const single = step != no_step && static_cast<std::int64_t>(step) == position() + 1;
  place(trace_->size() == 0 ? no_step : step, single);
  mode_ = Mode::paused;
}

void Playback::step_by(std::int64_t steps) {
  std::int64_t const wanted = position() + steps;
  if (trace_ && wanted >= static_cast<std::int64_t>(trace_->size())) return go_to(trace_->size() - 1);
  go_to(wanted < 0 ? no_step : static_cast<Step>(wanted));
}

void Playback::glide_to(Step step) {
  if (!trace_ || trace_->size() == 0) return;
  if (step != no_step) step = std::min(step, trace_->size() - 1);
  if (step == no_step || static_cast<std::int64_t>(step) <= position()) return go_to(step);
  mode_ = Mode::paused;
  begin_glide(step);
}

void Playback::begin_glide(Step target) {
  glide_ = target;
  int movements = 0;
  for (auto step = static_cast<Step>(position() + 1); step <= target; ++step) movements += moves_item(step);
  glide_time_ = std::clamp(longest_motion / std::max(movements, 1), 0.15, longest_motion);
  if (movements > 8) glide_time_ = 1.2 / movements;
}

/// Shows one movement after another; steps that move nothing take no time.
bool Playback::advance_glide(double wall_seconds) {
  bool moved = false;
  double left = wall_seconds;
  while (glide_) {
    double const rest = (1 - motion_) * motion_time_;
    if (rest > left) {
      motion_ += left / motion_time_;
      return moved;
    }
    left -= rest;
    motion_ = 1;
    auto const next = static_cast<Step>(position() + 1);
    if (position() >= static_cast<std::int64_t>(*glide_) || next >= trace_->size()) {
      glide_.reset();
      return moved;
    }
    place(next, moves_item(next));
    if (motion_ < 1) motion_time_ = glide_time_;
    moved = true;
  }
  return moved;
}

bool Playback::moves_item(Step step) const {
  switch (trace_->at(step).kind) {
    case Kind::put_begin:
    case Kind::buffer_append:
    case Kind::buffer_take:
    case Kind::serialise_failed:
    case Kind::pipe_write:
    case Kind::pipe_read:
    case Kind::get_end:
    case Kind::task_done_end: return true;
    default: return false;
  }
}

double Playback::least_motion() const { return std::min(longest_motion, 0.2 * usual / speed_); }

void Playback::speed(double factor) { speed_ = std::clamp(factor, slowest, fastest); }

bool Playback::advance(double wall_seconds) {
  if (!trace_) return false;
  if (glide_) return advance_glide(wall_seconds);
  if (motion_ < 1) motion_ = std::min(1.0, motion_ + wall_seconds / motion_time_);
  if (mode_ == Mode::playing) return advance_clock(wall_seconds);
  if (mode_ != Mode::following || trace_->size() == 0 || step_ == trace_->size() - 1) return false;
  auto const coming = static_cast<std::int64_t>(trace_->size()) - 1 - position();
  if (step_by_step_ && coming > 1 && coming <= most_gliding) {
    begin_glide(trace_->size() - 1);
    return advance_glide(0);
  }
  place(trace_->size() - 1, coming == 1);
  return true;
}

bool Playback::advance_clock(double wall_seconds) {
  auto const old = step_;
  double left = wall_seconds;
  while (left >= 0) {
    double const held = std::min(hold_, left);
    hold_ -= held;
    left -= held;
    if (hold_ > 0) break;
    auto const next = static_cast<Step>(position() + 1);
    if (next >= trace_->size()) {
      if (!live_) mode_ = Mode::paused;
      shortened_ = 0;
      break;
    }
    auto const due = static_cast<double>(time_of(next));
    double const gap = std::max(0.0, due - static_cast<double>(time_of(step_)));
    bool const idle = gap / (speed_ * 1e9) > longest_idle;
    skipping_ = idle ? gap / longest_idle : speed_ * 1e9;
    shortened_ = idle ? static_cast<std::uint64_t>(gap) : 0;
    double const wait = std::max(0.0, due - clock_) / skipping_;
    if (wait > left) {
      clock_ += left * skipping_;
      break;
    }
    left -= wait;
    place(next, true);
  }
  if (old == step_) return false;
  if (position() - (old == no_step ? -1 : static_cast<std::int64_t>(old)) > 1) motion_ = 1;
  return true;
}

std::uint64_t Playback::time() const {
  return mode_ == Mode::playing ? static_cast<std::uint64_t>(clock_) : time_of(step_);
}

double Playback::next_change() const {
  if (motion_ < 1 || shortened_ > 0 || glide_) return 0;
  if (mode_ != Mode::playing || !trace_) return 1e9;
  auto const next = static_cast<Step>(position() + 1);
  if (next >= trace_->size()) return 1e9;
  return std::max(0.0, static_cast<double>(time_of(next)) - clock_) / (speed_ * 1e9);
}

std::uint64_t Playback::time_of(Step step) const {
  if (!trace_ || trace_->size() == 0) return 0;
  return trace_->at(step == no_step ? 0 : std::min(step, trace_->size() - 1)).time;
}

void Playback::place(Step step, bool single) {
  step_ = step;
  clock_ = static_cast<double>(time_of(step));
  motion_ = 1;
  hold_ = 0;
  if (!single) return;
  motion_ = 0;
  motion_time_ = longest_motion;
  if (mode_ == Mode::playing && step + 1 < trace_->size()) {
    double const gap = (static_cast<double>(time_of(step + 1)) - static_cast<double>(time_of(step))) / (speed_ * 1e9);
    if (moves_item(step)) hold_ = least_motion();
    motion_time_ = std::clamp(std::max(gap, hold_), 0.02, longest_motion);
  }
}

}  // namespace qs::gui
