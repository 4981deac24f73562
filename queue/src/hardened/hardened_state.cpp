#include "hardened/hardened_state.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <new>

#include <mp/errors.hpp>

namespace mp::detail {

namespace {
constexpr std::uint32_t fewest_segments = 256;
}

SharedHardenedState::SharedHardenedState() {
  void* memory = MAP_FAILED;
  for (;; segments_ /= 2) {
    memory = mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory != MAP_FAILED) break;
    if (segments_ == fewest_segments)
      throw OSError(std::string("no shared memory for a queue: ") + std::strerror(errno));
  }
  madvise(memory, bytes(), MADV_DONTDUMP);
  state_ = static_cast<HardenedState*>(memory);
  // All else is right as the kernel gives it, zeroed; to write it would make its pages cost something.
  new (&state_->write_lock) RobustMutex;
  new (&state_->read_lock) RobustMutex;
  state_->line.fresh.store(1);  // segment 0 is in the line from the start
}

SharedHardenedState::~SharedHardenedState() { munmap(state_, bytes()); }

}  // namespace mp::detail
