// The play head. It knows times and steps but no window; `advance` is given the wall time that has passed.
//
// Playing follows the recorded times at `speed`. A stretch without events that would take
// longer than `longest_idle` is shortened to that, and `shortened` says by how much. A step that moves an item is shown
// for at least `least_motion`, however short the recorded time is: the clock stands still meanwhile.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/trace/trace.hpp"

namespace qs::gui {

class Playback {
 public:
  enum class Mode : std::uint8_t { paused, playing, following };

  static constexpr double slowest = 1e-4, fastest = 10, usual = 1e-2;
  static constexpr double longest_idle = 1;      ///< seconds of wall time
  static constexpr double longest_motion = 0.4;  ///< seconds in which one step is shown
  static constexpr Step most_gliding = 12;  ///< steps of a live run that are shown one by one when they come at once

  /// Starts on another trace: paused at its beginning, or following it while it is recorded.
  void reset(Trace const& trace, bool live);
  /// A live run has ended: a following play head stays at the end.
  void run_ended();

  void play();
  void pause() { mode_ = Mode::paused; }
  void follow();          ///< stays at the last step of a live run; goes to the end of any other
  void go_to(Step step);  ///< pauses; clamped to the end, no_step is the beginning
  void step_by(std::int64_t steps);
  /// Pauses. Forward, shows the movements of all steps on the way, one after another; back, goes there at once.
  void glide_to(Step step);
  /// Where the play head is going: its step while it is not gliding.
  Step target() const { return glide_ ? *glide_ : step_; }
  /// Whether what comes in while following is shown step by step, as far as it is little.
  void follow_step_by_step(bool wanted) { step_by_step_ = wanted; }
  void speed(double factor);

  /// Lets time pass; true if the play head moved.
  bool advance(double wall_seconds);

  Mode mode() const { return mode_; }
  Step step() const { return step_; }  ///< no_step: before everything
  double speed() const { return speed_; }
  bool live() const { return live_; }
  std::uint64_t time() const;                ///< ns of the play head, between events while playing
  double motion() const { return motion_; }  ///< of the last single step, 0..1
  bool moving() const { return mode_ == Mode::playing || motion_ < 1 || glide_; }
  /// Seconds for which a step that moves an item is shown while playing.
  double least_motion() const;
  std::uint64_t shortened() const { return shortened_; }  ///< ns of the idle stretch being skipped; 0: none
  /// Seconds of wall time until the play head has something new to show; 0 while something moves.
  double next_change() const;

 private:
  std::int64_t position() const { return step_ == no_step ? -1 : static_cast<std::int64_t>(step_); }
  std::uint64_t time_of(Step step) const;
  void place(Step step, bool single);
  bool advance_clock(double wall_seconds);
  void begin_glide(Step target);
  bool advance_glide(double wall_seconds);
  bool moves_item(Step step) const;

  Trace const* trace_ = nullptr;
  Mode mode_ = Mode::paused;
  bool live_ = false;
  Step step_ = no_step;
  double clock_ = 0;  ///< ns
  double speed_ = usual;
  double motion_ = 1;
  double motion_time_ = longest_motion;
  std::uint64_t shortened_ = 0;
  double hold_ = 0;  ///< seconds for which the clock is still stopped
  std::optional<Step> glide_;
  double glide_time_ = 0;  ///< seconds for each movement
  bool step_by_step_ = false;
  double skipping_ = 0;  ///< ns a second while an idle stretch is shortened
};

}  // namespace qs::gui
