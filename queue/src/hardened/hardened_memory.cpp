#include "hardened/hardened_memory.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include <mp/errors.hpp>

namespace mp::detail {

namespace {
constexpr std::uint32_t fewest_segments = 256;
}

HardenedMemory::HardenedMemory(std::unique_ptr<NamedMemory> named) : named_(std::move(named)) {
  if (named_) {
    state_ = &named_->state();
    return;
  }
  void* memory = MAP_FAILED;
  for (;; segments_ /= 2) {
    memory = mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory != MAP_FAILED) break;
    if (segments_ == fewest_segments)
      throw OSError(std::string("cannot map the shared memory of a queue: ") + std::strerror(errno));
  }
  madvise(memory, bytes(), MADV_DONTDUMP);
  state_ = static_cast<HardenedState*>(memory);
  // All other fields start as zero, as mapped; writing them would allocate their pages.
  new (&state_->write_lock) RobustMutex;
  new (&state_->read_lock) RobustMutex;
  state_->log.fresh.store(1);  // segment 0 is in the log from the start
}

HardenedMemory::~HardenedMemory() {
  if (!named_) munmap(state_, bytes());
}

}  // namespace mp::detail
