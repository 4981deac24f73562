// Ctrl-C, SIGTERM and a closed terminal, while something runs that has to end in order.
#pragma once

#include <atomic>
#include <csignal>
#include <cstddef>

namespace qs::cli {

/// While it lives, such a signal ends the run and not the program that has to write the trace down.
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
