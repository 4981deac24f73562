// Handling of SIGINT, SIGTERM and SIGHUP while a program runs whose trace has to be completed.
#pragma once

#include <atomic>
#include <csignal>
#include <cstddef>

namespace qs::cli {

/// While an object of this class exists, these signals only request the end of the run.
class StopOnSignal {
 public:
  StopOnSignal();
  ~StopOnSignal();
  StopOnSignal(StopOnSignal const&) = delete;
  StopOnSignal& operator=(StopOnSignal const&) = delete;

  std::atomic<bool> const& wanted() const;

 private:
  static constexpr std::size_t count = 3;
  static constexpr int signals[count] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction before_[count];
};

}  // namespace qs::cli
