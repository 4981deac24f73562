// Lines that a person types or a pipe brings, without waiting for them longer than one wants to.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

namespace qs::cli {

class LineInput {
 public:
  /// `stop`: set by a signal handler; then no more lines are waited for.
  LineInput(int descriptor, std::atomic<bool> const& stop) : descriptor_(descriptor), stop_(stop) {}

  /// The next line, without its end; nothing: none came in time, or a signal did.
  std::optional<std::string> line(std::chrono::milliseconds at_most);
  /// There is nothing more to come.
  bool ended() const { return ended_ && waiting_.empty(); }
  bool interrupted() const { return stop_; }
  bool terminal() const;

 private:
  int descriptor_;
  std::atomic<bool> const& stop_;
  std::string waiting_;  ///< read and not yet handed out
  bool ended_ = false;
};

}  // namespace qs::cli
