// Ends the waits of a thread when a stop is requested.
#pragma once

#include <stop_token>

namespace mp::detail {

/// While it lives, calls of this thread that may time out do so as soon as the stop is requested.
class StopScope {
 public:
  explicit StopScope(std::stop_token const& stop) noexcept { current_ = &stop; }
  ~StopScope() { current_ = nullptr; }
  StopScope(StopScope const&) = delete;
  StopScope& operator=(StopScope const&) = delete;

  [[nodiscard]] static bool active() noexcept { return current_ != nullptr; }
  [[nodiscard]] static bool stop_requested() noexcept { return active() && current_->stop_requested(); }

 private:
  static inline thread_local std::stop_token const* current_ = nullptr;
};

}  // namespace mp::detail
