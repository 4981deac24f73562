#include <algorithm>

#include "sim/model/world.hpp"

namespace qs {

namespace {

constexpr std::size_t least_distance = 4096;

// Roughly the size of a copy. Checkpoints that are this many steps apart keep memory proportional to the number of
// events, however long the queues are.
std::size_t weight(World const& world) {
  std::size_t weight = world.items.size() + world.actors.size() * 2 + world.queues.size() * 8;
  for (auto const& queue : world.queues) weight += queue.pipe.size() + queue.ends.size() * 8 + queue.uses.size() * 2;
  return weight;
}

}  // namespace

World last_world(Trace const& trace) { return world_at(trace, trace.size() == 0 ? no_step : trace.size() - 1); }

World world_at(Trace const& trace, Step last) {
  World world;
  for (Step next = 0; last != no_step && next <= std::min(last, trace.size() - 1); ++next) apply(world, trace, next);
  if (world.actors.size() < trace.actors.size()) world.actors.resize(trace.actors.size());
  return world;
}

// In a trace that grows, it comes out later that events were missing.
void History::forget_what_was_not_so() {
  for (; losses_ < trace_->losses.size(); ++losses_) {
    Step const after = trace_->losses[losses_].after;
    while (!checkpoints_.empty() && checkpoints_.back().step >= after) checkpoints_.pop_back();
    if (current_.step != no_step && current_.step >= after) current_ = {};
  }
}

World const& History::at(Step step) {
  forget_what_was_not_so();
  if (step == no_step || trace_->events.empty()) {
    current_ = {};
  } else {
    walk_to(std::min(step, trace_->size() - 1));
  }
  if (current_.actors.size() < trace_->actors.size()) current_.actors.resize(trace_->actors.size());
  return current_;
}

void History::walk_to(Step step) {
  auto const after = std::upper_bound(checkpoints_.begin(), checkpoints_.end(), step,
                                      [](Step wanted, World const& checkpoint) { return wanted < checkpoint.step; });
  World const* nearest = after == checkpoints_.begin() ? nullptr : &*std::prev(after);
  bool const behind_us = current_.step != no_step && current_.step > step;
  bool const ahead_of_us = nearest && (current_.step == no_step || nearest->step > current_.step);
  if (behind_us || ahead_of_us) current_ = nearest ? *nearest : World{};

  for (Step next = current_.step + 1; next <= step; ++next) {  // no_step + 1 is the first step
    apply(current_, *trace_, next);
    Step const last = checkpoints_.empty() ? 0 : checkpoints_.back().step;
    bool const due = next > last && (next - last) % least_distance == 0;
    if (due && next - last >= weight(current_)) checkpoints_.push_back(current_);
  }
}

}  // namespace qs
