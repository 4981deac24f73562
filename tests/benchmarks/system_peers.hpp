// What the system itself has: a raw pipe, and POSIX message queues. The same bytes from and into a buffer of the
// caller.
#pragma once

#include <mqueue.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cell.hpp"

namespace benchmarks {

class Pipe {
 public:
  Pipe();
  ~Pipe();
  Pipe(Pipe const&) = delete;
  Pipe& operator=(Pipe const&) = delete;
  /// Both throw when it breaks.
  void write_all(void const* data, std::size_t count) const;
  void read_all(void* data, std::size_t count) const;

 private:
  int ends_[2];
};

/// Messages of a fixed size without any frame, `messages` of them in one write.
class RawPipe {
 public:
  RawPipe(Cell const& cell, std::uint64_t messages) : messages_(messages), buffer_(cell.size * messages) {}
  /// Several writers or readers do not get whole messages when a write is larger than PIPE_BUF.
  static std::string refusal(Cell const& cell, std::uint64_t messages);

  std::uint64_t put() {
    pipe_.write_all(buffer_.data(), buffer_.size());
    return messages_;
  }
  std::uint64_t get() {
    pipe_.read_all(buffer_.data(), buffer_.size());
    return messages_;
  }

 private:
  std::uint64_t messages_;
  Pipe pipe_;
  std::vector<char> buffer_;
};

/// Bounded by 64, or by what /proc/sys/fs/mqueue allows.
class PosixQueue {
 public:
  explicit PosixQueue(Cell const& cell);
  ~PosixQueue();
  PosixQueue(PosixQueue const&) = delete;
  PosixQueue& operator=(PosixQueue const&) = delete;
  static std::string refusal(Cell const& cell);

  std::uint64_t put();
  std::uint64_t get();

 private:
  mqd_t queue_;
  std::vector<char> buffer_;
};

}  // namespace benchmarks
