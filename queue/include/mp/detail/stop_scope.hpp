// Ends the waits of a thread when a stop is requested.
#pragma once

#include <stop_token>

namespace mp::detail {

/// While it lives, calls of this thread that may time out do so as soon as the stop is requested.
class StopScope {
 public:
  explicit StopScope(std::stop_token const& stop) noexcept { current = &stop; }
  ~StopScope() { current = nullptr; }
  StopScope(StopScope const&) = delete;
  StopScope& operator=(StopScope const&) = delete;

  [[nodiscard]] static bool active() noexcept { return current != nullptr; }
  [[nodiscard]] static bool stop_requested() noexcept { return active() && current->stop_requested(); }

 private:
  static inline thread_local std::stop_token const* current = nullptr;
};

}  // namespace mp::detail
