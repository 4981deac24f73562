// Where in a trace events are missing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace qs {

/// The stretches of steps in which somebody's events were lost: from his last recorded event to the gap that tells of
/// it. What happened in between may have happened anywhere in the stretch, so that nothing that a lost event could have
/// changed is known there. Stretches that overlap are one.
class LostStretches final : public Sink {
 public:
  void event(Event const& event, std::string_view) override {
    if (last_.size() <= event.actor) last_.resize(std::size_t{event.actor} + 1, no_step);
    bool const starts = event.kind == Kind::process_start || event.kind == Kind::thread_start;
    if (starts && event.object != mp::trace::no_object) {
      if (last_.size() <= event.object) last_.resize(std::size_t{event.object} + 1, no_step);
      if (last_[event.object] == no_step) last_[event.object] = next_;
    }
    if (event.kind == Kind::gap) add(last_[event.actor] == no_step ? 0 : last_[event.actor] + 1, next_);
    last_[event.actor] = next_++;
  }
  /// Steps must rise from call to call.
  bool contain(Step step) {
    while (at_ < stretches_.size() && stretches_[at_].last < step) ++at_;
    return at_ < stretches_.size() && stretches_[at_].first <= step;
  }

 private:
  struct Stretch {
    Step first, last;
  };

  void add(Step first, Step last) {
    for (; !stretches_.empty() && stretches_.back().last + 1 >= first; stretches_.pop_back()) {
      first = std::min(first, stretches_.back().first);
    }
    stretches_.push_back({first, last});
  }

  Step next_ = 0;
  std::vector<Step> last_;  ///< by actor
  std::vector<Stretch> stretches_;
  std::size_t at_ = 0;
};

}  // namespace qs
