// Reads lines from a terminal or a pipe, with a time-out.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

namespace qs::cli {

class LineInput {
 public:
  /// `stop` is set by a signal handler and ends the waiting.
  LineInput(int descriptor, std::atomic<bool> const& stop) : descriptor_(descriptor), stop_(stop) {}

  /// The next line, without its newline; nullopt after the time-out or a signal.
  std::optional<std::string> line(std::chrono::milliseconds at_most);
  /// End of file, and every line has been returned.
  bool ended() const { return ended_ && waiting_.empty(); }
  bool interrupted() const { return stop_; }
  bool terminal() const;

 private:
  int descriptor_;
  std::atomic<bool> const& stop_;
  std::string waiting_;  ///< read but not yet returned
  bool ended_ = false;
};

}  // namespace qs::cli
