// Where the processes of a storm log what they do, in memory that outlives them.
#pragma once

#include <sys/mman.h>

#include <atomic>
#include <cstdint>
#include <new>

namespace qs::storm {

/// Zeroed memory shared with the processes that this one forks from now on. Only pages that are written use memory.
template <typename T>
class SharedArray {
 public:
  explicit SharedArray(std::size_t size) : size_(size) {
    void* memory =
        mmap(nullptr, size * sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    memory_ = static_cast<T*>(memory);
  }
  ~SharedArray() { munmap(memory_, size_ * sizeof(T)); }
  SharedArray(SharedArray const&) = delete;
  SharedArray& operator=(SharedArray const&) = delete;
  T& operator[](std::size_t index) const { return memory_[index]; }
  std::size_t size() const { return size_; }

 private:
  T* memory_;
  std::size_t size_;
};

/// One entry of a consumer's log: an item that get returned.
struct Got {
  static constexpr std::uint64_t redelivered = std::uint64_t{1} << 60;
  static constexpr std::uint64_t finishing = std::uint64_t{1} << 61;  ///< task_done was called
  static constexpr std::uint64_t finished = std::uint64_t{1} << 62;   ///< and returned
  static constexpr std::uint64_t packed(std::uint32_t producer, std::uint64_t sequence) {
    return (std::uint64_t{producer} << 44) | sequence;
  }
  static constexpr std::uint32_t producer(std::uint64_t entry) {
    return static_cast<std::uint32_t>(entry >> 44) & 0xffff;
  }
  static constexpr std::uint64_t sequence(std::uint64_t entry) { return entry & ((std::uint64_t{1} << 44) - 1); }
};

/// The log of one consumer, with room for every item.
inline constexpr std::size_t longest_log = std::size_t{1} << 26;

/// The successor of a killed process continues with these.
struct ProducerRecord {
  alignas(64) std::atomic<std::uint64_t> begun;  ///< the latest put
  std::atomic<std::uint64_t> returned;           ///< the latest put that returned
};

struct ConsumerRecord {
  alignas(64) std::atomic<std::uint64_t> got;  ///< entries of its log; the next one may be written already
  std::atomic<std::uint64_t> wanted;           ///< 1 + the entry that a get was called for; 0: not in get
};

struct Trouble {
  std::atomic<std::uint32_t> count;
  char text[200];  ///< of the first
};

struct Board {
  static constexpr std::size_t most_of_a_role = 64;
  std::atomic<std::uint32_t> stop;  ///< producers end
  Trouble trouble;
  ProducerRecord producer[most_of_a_role];
  ConsumerRecord consumer[most_of_a_role];
};

}  // namespace qs::storm
