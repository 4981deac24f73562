#include "semaphore_loop.hpp"

#include <arpa/inet.h>
#include <sys/mman.h>

#include <cstdint>
#include <limits>
#include <new>

namespace benchmarks {

namespace {
constexpr std::size_t header_size = 4;
constexpr std::size_t largest_in_one_write = 16384;  // of CPython's Connection._send_bytes
}  // namespace

SemaphoreLoop::SemaphoreLoop(Cell const& cell) {
  void* const memory = mmap(nullptr, sizeof(Locks), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  locks_ = new (memory) Locks;
  sem_init(&locks_->slots, 1, cell.bound == Bound::items ? bound_items : std::numeric_limits<int>::max());
  sem_init(&locks_->read_lock, 1, 1);
  sem_init(&locks_->write_lock, 1, 1);

  auto const header = htonl(static_cast<std::uint32_t>(cell.size));
  message_.assign(reinterpret_cast<char const*>(&header), header_size);
  message_.append(cell.size, 'x');
}
SemaphoreLoop::~SemaphoreLoop() { munmap(locks_, sizeof(Locks)); }

std::uint64_t SemaphoreLoop::put() {
  sem_wait(&locks_->slots);
  sem_wait(&locks_->write_lock);
  if (message_.size() - header_size <= largest_in_one_write) {
    pipe_.write_all(message_.data(), message_.size());
  } else {
    pipe_.write_all(message_.data(), header_size);
    pipe_.write_all(message_.data() + header_size, message_.size() - header_size);
  }
  sem_post(&locks_->write_lock);
  return 1;
}

std::uint64_t SemaphoreLoop::get() {
  std::uint32_t size = 0;
  sem_wait(&locks_->read_lock);
  pipe_.read_all(&size, sizeof size);
  body_.resize(ntohl(size));
  pipe_.read_all(body_.data(), body_.size());
  sem_post(&locks_->read_lock);
  sem_post(&locks_->slots);
  return 1;
}

}  // namespace benchmarks
