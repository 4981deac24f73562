// An open file descriptor and its one owner.
#pragma once

#include <unistd.h>

#include <utility>

namespace qs {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = other.release();
    }
    return *this;
  }
  ~Descriptor() { close(); }

  int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  void close() {
    if (number_ >= 0) ::close(release());
  }
  /// Gives the descriptor away, open.
  int release() { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
};

}  // namespace qs
