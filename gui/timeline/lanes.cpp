#include "gui/timeline/lanes.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace qs::gui {

LaneState group_of(Resource resource) {
  switch (resource) {
    case Resource::read_lock:
    case Resource::write_lock:
    case Resource::condition_lock:
    case Resource::mutex:
    case Resource::permit:
    case Resource::buffer_lock: return LaneState::waits_lock;
    case Resource::slot: return LaneState::waits_slot;
    case Resource::private_item:
    case Resource::private_room:
    case Resource::any_ready:
    case Resource::result:
    case Resource::pipe_data:
    case Resource::pipe_room: return LaneState::waits_pipe;
    case Resource::buffered_item: return LaneState::rests;
    case Resource::deadline: return LaneState::waits_time;
    case Resource::unfinished:
    case Resource::sleeping:
    case Resource::woken_joiner:
    case Resource::barrier:
    case Resource::feeder_end:
    case Resource::sleeper:
    case Resource::acknowledgement:
    case Resource::notice:
    case Resource::flag:
    case Resource::parties:
    case Resource::thread_end:
    case Resource::neighbour:
    case Resource::child_exit: return LaneState::waits_join;
    case Resource::nothing: break;
  }
  return LaneState::running;
}

char const* words(LaneState doing) {
  constexpr std::array<char const*, doing_count> all{
      "not there",       "running", "waits for a lock", "waits for a slot", "waits for data or room",
      "waits in a join", "sleeps",  "feeder idle",      "exiting"};
  return all[static_cast<std::size_t>(doing)];
}

std::optional<Standstill> standstill(Trace const& trace, Axis const& axis) {
  bool const stopped = trace.run.was_stopped();
  if (!stopped || trace.events.empty()) return std::nullopt;
  std::uint64_t const last = axis.at(trace, trace.size() - 1);
  std::uint64_t const stop = axis.stop(trace, last);
  return stop > last ? std::optional(Standstill{last, stop}) : std::nullopt;
}

bool Lanes::update(Trace const& trace, AxisKind kind) {
  bool const same_axis = kind == axis_.kind();
  if (trace.size() < seen_ || trace.actors.size() < lanes_.size() || !same_axis) *this = Lanes{};
  axis_ = Axis(kind);
  bool const more = seen_ < trace.size();
  if (lanes_.size() != trace.actors.size()) {
    for (std::size_t i = lanes_.size(); i < trace.actors.size(); ++i)
      lanes_.push_back({static_cast<ActorIndex>(i), trace.actors[i].kind != ActorKind::process, {}, {}});
    in_exit_.resize(lanes_.size());
    put_in_order(trace);
  }
  for (; seen_ < trace.size(); ++seen_) take(trace, seen_);
  auto const still = standstill(trace, axis_);
  end_ = still ? still->to : last_event_;
  return more;
}

void Lanes::put_in_order(Trace const& trace) {
  order_.clear();
  std::vector<std::vector<ActorIndex>> threads(lanes_.size());
  for (auto const& lane : lanes_) {
    auto const process = trace.actors[lane.actor].process;
    if (lane.indented && process < lanes_.size() && !lanes_[process].indented) threads[process].push_back(lane.actor);
  }
  for (auto const& lane : lanes_) {
    auto const process = trace.actors[lane.actor].process;
    bool const below_another = lane.indented && process < lanes_.size() && !lanes_[process].indented;
    if (below_another) continue;
    order_.push_back(lane.actor);
    order_.insert(order_.end(), threads[lane.actor].begin(), threads[lane.actor].end());
  }
}

void Lanes::become(ActorIndex actor, std::uint64_t time, LaneState doing) {
  auto& spans = lanes_[actor].spans;
  if (!spans.empty()) {
    if (spans.back().doing == doing) return;
    time = std::max(time, spans.back().begin);
  }
  spans.push_back({time, doing});
}

void Lanes::bury(Trace const& trace, ActorIndex process, Step step, bool killed) {
  if (process >= lanes_.size()) return;
  auto const time = axis_.at(trace, step);
  auto const& spans = lanes_[process].spans;
  if (spans.empty() || spans.back().doing == LaneState::nothing) return;
  lanes_[process].moments.push_back({time, step, killed ? LaneMark::killed : LaneMark::ended});
  for (auto const& lane : lanes_)
    if ((lane.actor == process || trace.actors[lane.actor].process == process) && !lane.spans.empty())
      become(lane.actor, time, LaneState::nothing);
}

void Lanes::take(Trace const& trace, Step step) {
  Event const& event = trace.at(step);
  std::uint64_t const time = axis_.at(trace, step);
  last_event_ = std::max(last_event_, time);
  ActorIndex const actor = event.actor;
  if (actor >= lanes_.size()) return;
  auto& moments = lanes_[actor].moments;
  switch (event.kind) {
    case Kind::process_end:
    case Kind::process_lost: bury(trace, actor, step, event.kind == Kind::process_lost || event.argument < 0); return;
    case Kind::thread_end: become(actor, time, LaneState::nothing); return;
    case Kind::gap: moments.push_back({time, step, LaneMark::gap}); return;
    case Kind::text:
    case Kind::outside:  // the recorder looked at it; it has done nothing
    case Kind::foreign_thread: return;
    case Kind::process_reaped: bury(trace, event.object, step, event.argument < 0); break;
    case Kind::exit_begin: in_exit_[actor] = true; break;
    case Kind::serialise_failed:
    case Kind::pipe_broken: moments.push_back({time, step, LaneMark::lost_item}); break;
    case Kind::put_begin:
      if ((event.detail & mp::trace::item_sentinel) == 0) break;
      sentinels_.insert(event.item().packed());
      moments.push_back({time, step, LaneMark::sentinel_put});
      break;
    case Kind::get_end:
      if (event.item() && sentinels_.contains(event.item().packed()))
        moments.push_back({time, step, LaneMark::sentinel_got});
      break;
    default: break;
  }
  LaneState doing = in_exit_[actor] ? LaneState::exiting : LaneState::running;
  if (event.kind == Kind::blocked) doing = group_of(event.resource());
  become(actor, time, doing);
}

LaneState Lanes::doing_at(ActorIndex actor, std::uint64_t time) const {
  if (actor >= lanes_.size()) return LaneState::nothing;
  auto const& spans = lanes_[actor].spans;
  auto const after = std::upper_bound(spans.begin(), spans.end(), time,
                                      [](std::uint64_t at, LaneSpan const& span) { return at < span.begin; });
  return after == spans.begin() ? LaneState::nothing : std::prev(after)->doing;
}

namespace {

using Spans = std::vector<LaneSpan>;

/// Which state takes most of [from, to) among the spans [first, last); long runs are sampled.
LaneState prevailing(Spans const& spans, std::size_t first, std::size_t last, double from, double to, double end) {
  std::array<double, doing_count> shares{};
  std::size_t const stride = std::max<std::size_t>(1, (last - first) / 32);
  for (std::size_t i = first; i < last; i += stride) {
    double const begin = std::max(from, static_cast<double>(spans[i].begin));
    double const next = i + 1 < spans.size() ? static_cast<double>(spans[i + 1].begin) : end;
    shares[static_cast<std::size_t>(spans[i].doing)] += std::max(0.0, std::min(to, next) - begin) + 1e-6;
  }
  return static_cast<LaneState>(std::max_element(shares.begin(), shares.end()) - shares.begin());
}

}  // namespace

std::vector<DrawnSpan> visible_spans(Lane const& lane, TimeScale const& scale, std::uint64_t end, float least) {
  std::vector<DrawnSpan> drawn;
  auto const& spans = lane.spans;
  auto const last_time = static_cast<double>(end);
  auto const begin_of = [&](std::size_t i) {
    return i < spans.size() ? static_cast<double>(spans[i].begin) : last_time;
  };
  auto const first_after = [&](double time, std::size_t from) {
    auto const at =
        std::upper_bound(spans.begin() + static_cast<std::ptrdiff_t>(from), spans.end(), time,
                         [](double moment, LaneSpan const& span) { return moment < static_cast<double>(span.begin); });
    return static_cast<std::size_t>(at - spans.begin());
  };
  auto const draw = [&](double from, double to, LaneState doing, bool merged) {
    float const left = std::max(scale.x_of(from), scale.left()), right = std::min(scale.x_of(to), scale.right());
    if (doing == LaneState::nothing || right < left) return;
    if (!drawn.empty() && drawn.back().doing == doing && drawn.back().merged == merged &&
        left - drawn.back().right < 0.5F)
      drawn.back().right = right;
    else
      drawn.push_back({left, right, doing, merged});
  };

  std::size_t i = first_after(scale.begin(), 0);
  if (i > 0) --i;
  double const shortest = scale.per_pixel() * static_cast<double>(least);
  while (i < spans.size() && begin_of(i) <= scale.end()) {
    double const from = std::max(begin_of(i), scale.begin());
    if (begin_of(i + 1) - from >= shortest) {
      draw(from, begin_of(i + 1), spans[i].doing, false);
      ++i;
      continue;
    }
    // A piece of `least` pixels, ended early where something long enough to be seen begins.
    std::size_t next = first_after(from + shortest, i + 1);
    if (next > i + 1 && begin_of(next) - begin_of(next - 1) >= shortest) --next;
    double const to = std::min(next < spans.size() ? begin_of(next) : last_time, from + 2 * shortest);
    draw(from, std::max(to, from), prevailing(spans, i, next, from, to, last_time), next - i > 1);
    i = next;
  }
  return drawn;
}

std::optional<DrawnSpan> standstill_span(Lane const& lane, TimeScale const& scale, Standstill still) {
  if (lane.spans.empty() || lane.spans.back().doing == LaneState::nothing) return std::nullopt;
  float const left = std::max(scale.x_of(static_cast<double>(still.from)), scale.left());
  float const right = std::min(scale.x_of(static_cast<double>(still.to)), scale.right());
  if (right <= left) return std::nullopt;
  return DrawnSpan{left, right, lane.spans.back().doing, false};
}

}  // namespace qs::gui
