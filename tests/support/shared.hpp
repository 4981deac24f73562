// A value in memory shared with forked processes.
#pragma once

#include <sys/mman.h>

#include <new>

namespace tests {

template <typename T>
class Shared {
 public:
  Shared() : value_(new (mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) T{}) {}
  ~Shared() { munmap(value_, sizeof(T)); }
  Shared(Shared const&) = delete;
  Shared& operator=(Shared const&) = delete;
  T& operator*() const { return *value_; }
  T* operator->() const { return value_; }

 private:
  T* value_;
};

}  // namespace tests
