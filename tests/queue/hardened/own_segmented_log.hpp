// A segmented log without a queue, for tests.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "hardened/segmented_log.hpp"

/// Zeroed memory shared with forked processes.
class ZeroedMemory {
 public:
  explicit ZeroedMemory(std::size_t bytes)
      : bytes_(bytes),
        start_(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
    REQUIRE(start_ != MAP_FAILED);
  }
  ~ZeroedMemory() { munmap(start_, bytes_); }
  ZeroedMemory(ZeroedMemory const&) = delete;
  ZeroedMemory& operator=(ZeroedMemory const&) = delete;
  std::size_t resident_bytes() const {
    std::size_t const page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    std::vector<unsigned char> resident((bytes_ + page - 1) / page);
    REQUIRE(mincore(start_, bytes_, resident.data()) == 0);
    std::size_t pages = 0;
    for (unsigned char const flags : resident) pages += flags & 1;
    return pages * page;
  }
  template <typename T>
  T& as() const {
    return *static_cast<T*>(start_);
  }

 private:
  std::size_t bytes_;
  void* start_;
};

/// Has no locks: the tests use it from one process at a time.
class OwnLog {
 public:
  explicit OwnLog(std::uint32_t segments)
      : memory_(mp::detail::SegmentedLog::bytes(segments)),
        log(state_.as<mp::detail::SegmentedLogState>(), &memory_.as<std::byte>(), segments) {
    state_.as<mp::detail::SegmentedLogState>().fresh.store(1);
  }
  bool put(std::string const& body) {
    std::uint64_t const behind = log.write({body, {}}, {});
    if (behind == mp::detail::SegmentedLog::no_memory) return false;
    log.commit_written(behind);
    return true;
  }
  std::string get() {
    auto const first = log.front();
    std::string body(first.bytes, '\0');
    log.copy(first, body.data());
    log.commit_read(first);
    return body;
  }

  std::size_t resident_bytes() const { return memory_.resident_bytes(); }

 private:
  ZeroedMemory state_{sizeof(mp::detail::SegmentedLogState)}, memory_;

 public:
  mp::detail::SegmentedLog log;
};
