// The owner of an open file descriptor.
#pragma once

#include <unistd.h>

#include <atomic>

namespace mp::detail {

/// Move-only. One thread may close it while another reads its number.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = other.release();
    }
    return *this;
  }
  ~FileDescriptor() { close(); }

  /// -1 if it owns none.
  int number() const { return number_.load(std::memory_order_relaxed); }
  explicit operator bool() const { return number() >= 0; }
  void close() {
    int const number = release();
    if (number >= 0) ::close(number);
  }
  /// Gives up ownership without closing.
  int release() { return number_.exchange(-1); }

 private:
  std::atomic<int> number_{-1};
};

}  // namespace mp::detail
