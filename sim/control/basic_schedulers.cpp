#include "sim/control/basic_schedulers.hpp"

#include <algorithm>
#include <thread>

namespace qs {

namespace {

/// `time` is the last of the enabled choices, if it is among them.
std::size_t goers(std::vector<Choice> const& enabled) {
  bool const time = !enabled.empty() && enabled.back().what == Choice::What::time;
  return enabled.size() - (time ? 1 : 0);
}

}  // namespace

std::optional<Choice> RandomRun::choose(SchedulerContext const& now) {
  if (now.enabled.empty()) return {};
  std::size_t const several = goers(now.enabled);
  if (several == 0) return now.enabled.back();
  // Not std::uniform_int_distribution, whose results differ between standard libraries.
  return now.enabled[random_() % several];
}

std::optional<Choice> FairRun::choose(SchedulerContext const& now) {
  if (now.enabled.empty()) return {};
  std::size_t const several = goers(now.enabled);
  if (several == 0) return now.enabled.back();
  last_.resize(std::max(last_.size(), now.actors.size()));
  auto const at = [this](Choice choice) { return choice.actor < last_.size() ? last_[choice.actor] : 0; };
  auto const longest = std::min_element(now.enabled.begin(), now.enabled.begin() + static_cast<std::ptrdiff_t>(several),
                                        [&](Choice a, Choice b) { return at(a) < at(b); });
  if (longest->actor < last_.size()) last_[longest->actor] = now.steps + 1;
  return *longest;
}

std::optional<Choice> PacedRun::choose(SchedulerContext const& now) {
  auto const left = next_ - Clock::now();
  if (left > Clock::duration::zero()) {
    // Everybody is parked, so no event is missed; the sleep is short so that Ctrl-C works.
    std::this_thread::sleep_for(std::min<Clock::duration>(left, std::chrono::milliseconds(50)));
    return {};
  }
  auto const choice = inner_->choose(now);
  if (choice) next_ = Clock::now() + pace_;
  return choice;
}

std::optional<std::chrono::milliseconds> PacedRun::stall() {
  auto const inner = inner_->stall();
  return inner ? std::optional(*inner + pace_) : std::nullopt;
}

}  // namespace qs
