// A line of items without a queue around it, for tests of what stands on it.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "hardened/segmented_log.hpp"

/// Memory that processes forked from here share; all zeros.
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

/// No locks: here one goes after the other.
class OwnLine {
 public:
  explicit OwnLine(std::uint32_t segments)
      : memory_(mp::detail::SegmentedLog::bytes(segments)),
        line(state_.as<mp::detail::SegmentedLogState>(), &memory_.as<std::byte>(), segments) {
    state_.as<mp::detail::SegmentedLogState>().fresh.store(1);
  }
  bool put(std::string const& body) {
    std::uint64_t const behind = line.write({body, {}}, {});
    if (behind == mp::detail::SegmentedLog::no_memory) return false;
    line.commit_written(behind);
    return true;
  }
  std::string get() {
    auto const first = line.front();
    std::string body(first.bytes, '\0');
    line.copy(first, body.data());
    line.commit_read(first);
    return body;
  }

  std::size_t resident_bytes() const { return memory_.resident_bytes(); }

 private:
  ZeroedMemory state_{sizeof(mp::detail::SegmentedLogState)}, memory_;

 public:
  mp::detail::SegmentedLog line;
};
