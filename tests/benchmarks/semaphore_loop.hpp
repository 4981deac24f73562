// The ceiling of Mechanism::cpython: a bare C loop over a pipe with the same framing and the same three semaphores, and
// nothing else: no feeder, no buffer, no item type.
#pragma once

#include <semaphore.h>

#include <string>
#include <vector>

#include "cell.hpp"
#include "system_peers.hpp"

namespace benchmarks {

class SemaphoreLoop {
 public:
  explicit SemaphoreLoop(Cell const& cell);
  ~SemaphoreLoop();
  SemaphoreLoop(SemaphoreLoop const&) = delete;
  SemaphoreLoop& operator=(SemaphoreLoop const&) = delete;

  std::uint64_t put();
  std::uint64_t get();

 private:
  struct Locks {
    sem_t slots, read_lock, write_lock;
  };
  Locks* locks_;  // shared by the processes
  Pipe pipe_;
  std::string message_;  // what is put: header and body
  std::vector<char> body_;
};

}  // namespace benchmarks
