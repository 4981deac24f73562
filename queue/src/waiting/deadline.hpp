// Durations and deadlines, without overflow.
#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>
#include <limits>

#include <mp/options.hpp>

#include "trace/gate.hpp"

namespace mp::detail {

inline Nanoseconds saturated_sum(Nanoseconds a, Nanoseconds b) {
  Nanoseconds::rep sum = 0;
  if (__builtin_add_overflow(a.count(), b.count(), &sum)) {
    return b.count() > 0 ? Nanoseconds::max() : Nanoseconds::min();
  }
  return Nanoseconds(sum);
}

inline timespec to_timespec(Nanoseconds duration) {
  timespec time{};
  time.tv_sec = duration.count() / 1'000'000'000;
  time.tv_nsec = duration.count() % 1'000'000'000;
  return time;
}
inline Nanoseconds from_timespec(timespec const& time) {
  return std::chrono::seconds(time.tv_sec) + Nanoseconds(time.tv_nsec);
}

/// The deadline of a call, on the clock of time-outs; may be unlimited.
class Deadline {
 public:
  /// A negative time-out counts as zero.
  explicit Deadline(Timeout const& timeout) {
    if (timeout) at_ = saturated_sum(gate::now(), std::max(*timeout, Nanoseconds::zero()));
  }
  [[nodiscard]] bool never() const { return at_ == Nanoseconds::max(); }
  Timeout at() const { return never() ? Timeout() : Timeout(at_); }
  /// The time left, never negative; nullopt: unlimited.
  Timeout left() const {
    if (never()) return {};
    return std::max(at_ - gate::now(), Nanoseconds::zero());
  }

 private:
  Nanoseconds at_ = Nanoseconds::max();
};

}  // namespace mp::detail
