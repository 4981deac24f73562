// What every actor did and when: spans of one state each, and marks at instants. Built incrementally from the events.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>
#include <vector>

#include "gui/timeline/axis.hpp"
#include "gui/timeline/scale.hpp"
#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs::gui {

/// A state as the timeline colours it: waits are grouped by what they are for.
enum class LaneState : std::uint8_t {
  nothing,  ///< not started, or ended
  running,
  waits_lock,
  waits_slot,
  waits_pipe,
  waits_join,
  waits_time,
  rests,  ///< a feeder with an empty buffer
  exiting
};
inline constexpr std::size_t doing_count = 9;

LaneState group_of(Resource resource);
/// "waits for a lock", ...
char const* words(LaneState doing);

/// From `begin` until the next one's begin.
struct LaneSpan {
  std::uint64_t begin = 0;
  LaneState doing = LaneState::nothing;
};

enum class LaneMark : std::uint8_t { sentinel_put, sentinel_got, killed, ended, gap, lost_item };

struct InstantMark {
  std::uint64_t time = 0;
  Step step = no_step;
  LaneMark mark = LaneMark::gap;
};

struct Lane {
  ActorIndex actor = nobody;
  bool indented = false;  ///< a feeder or a thread, under its process
  std::vector<LaneSpan> spans;
  std::vector<InstantMark> moments;
};

/// From the last event of a run to the time at which it was stopped, on the axis.
struct Standstill {
  std::uint64_t from = 0, to = 0;
};

/// None for a run that ended by itself or is still running.
std::optional<Standstill> standstill(Trace const& trace, Axis const& axis = Axis{});

/// A piece of a lane as it is drawn: one state, or several that are too short to be told apart.
struct DrawnSpan {
  float left = 0, right = 0;
  LaneState doing = LaneState::nothing;
  bool merged = false;  ///< `doing` is the state that took most of the time
};

class Lanes {
 public:
  /// Reads the new events; true if there were any.
  bool update(Trace const& trace, AxisKind kind = AxisKind::wall);

  std::vector<Lane> const& all() const { return lanes_; }          ///< by actor
  std::vector<ActorIndex> const& order() const { return order_; }  ///< processes, each with its threads
  std::uint64_t end() const { return end_; }                       ///< of the run, or of the events so far
  std::uint64_t last_event() const { return last_event_; }
  Axis const& axis() const { return axis_; }
  LaneState doing_at(ActorIndex actor, std::uint64_t time) const;

 private:
  void take(Trace const& trace, Step step);
  void become(ActorIndex actor, std::uint64_t time, LaneState doing);
  void bury(Trace const& trace, ActorIndex process, Step step, bool killed);
  void put_in_order(Trace const& trace);

  Axis axis_;
  std::vector<Lane> lanes_;
  std::vector<ActorIndex> order_;
  std::vector<bool> in_exit_;
  std::unordered_set<std::uint64_t> sentinels_;
  Step seen_ = 0;
  std::uint64_t last_event_ = 0;
  std::uint64_t end_ = 0;
};

/// The pieces of a lane inside the window, up to `end`. What is under `least` pixels is merged, so that the number of
/// pieces depends on the window and not on the run.
std::vector<DrawnSpan> visible_spans(Lane const& lane, TimeScale const& scale, std::uint64_t end, float least = 3);
/// What an actor was still doing when the run stood still, as far as that is inside the window.
std::optional<DrawnSpan> standstill_span(Lane const& lane, TimeScale const& scale, Standstill still);

}  // namespace qs::gui
