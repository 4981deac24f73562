#include "sim/cli/stopping.hpp"

namespace qs::cli {

namespace {

std::atomic<bool> stop_wanted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "it is set in a signal handler");

}  // namespace

StopOnSignal::StopOnSignal() {
  stop_wanted = false;
  struct sigaction action {};
  action.sa_handler = [](int) { stop_wanted = true; };
  for (std::size_t index = 0; index < count; ++index) sigaction(signals[index], &action, &before_[index]);
}

StopOnSignal::~StopOnSignal() {
  for (std::size_t index = 0; index < count; ++index) sigaction(signals[index], &before_[index], nullptr);
}

std::atomic<bool> const& StopOnSignal::wanted() const { return stop_wanted; }

}  // namespace qs::cli
