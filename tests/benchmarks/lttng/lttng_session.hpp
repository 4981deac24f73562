// A recording session of LTTng for this process: a flight recorder, so that no event is dropped and none goes to the
// disk. Its daemon is started when there is none, and ends with it.
#pragma once

#include <sys/types.h>

#include <string>

namespace benchmarks {

class LttngSession {
 public:
  /// Throws std::runtime_error, with the reason as a sentence.
  LttngSession();
  ~LttngSession();
  LttngSession(LttngSession const&) = delete;
  LttngSession& operator=(LttngSession const&) = delete;

 private:
  void end() noexcept;

  std::string name_;
  pid_t daemon_ = 0;  ///< 0: somebody else's
};

}  // namespace benchmarks
