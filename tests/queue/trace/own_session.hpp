// A session as a recorder creates it, for tests of the recorded side.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

#include <doctest/doctest.h>

#include <mp/detail/file_descriptor.hpp>
#include <mp/trace/session.hpp>

namespace tests {

/// Shared by processes forked from here; the calling process counts as the recorder. Its descriptor survives exec.
class OwnSession {
 public:
  explicit OwnSession(int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)
      : memory_(memfd_create("queue_tests", MFD_ALLOW_SEALING)) {
    mp::trace::SessionFacts const sizes{.actors = 16, .locations = 64, .ring_events = 256};
    REQUIRE(ftruncate(descriptor(), static_cast<off_t>(sizes.bytes())) == 0);
    if (seals != 0) REQUIRE(fcntl(descriptor(), F_ADD_SEALS, seals) == 0);
    void* const memory = mmap(nullptr, sizes.bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor(), 0);
    REQUIRE(memory != MAP_FAILED);
    auto* const header = new (memory) mp::trace::Header{};
    std::memcpy(header->magic, mp::trace::session_magic, sizeof header->magic);
    header->version = mp::trace::session_version;
    header->actors = sizes.actors;
    header->locations = sizes.locations;
    header->ring_events = sizes.ring_events;
    header->bytes = sizes.bytes();
    header->recorder_pid = getpid();
    header->location_count = 1;
    view_ = mp::trace::SessionView(*header);
  }
  ~OwnSession() { munmap(view_.header, view_.size()); }
  OwnSession(OwnSession const&) = delete;
  OwnSession& operator=(OwnSession const&) = delete;

  mp::trace::SessionView const& view() const { return view_; }
  mp::trace::Header& header() const { return *view_.header; }
  int descriptor() const { return memory_.number(); }

  /// All recorded events of this kind.
  std::vector<mp::trace::Event> events(mp::trace::Kind kind) const {
    std::vector<mp::trace::Event> found;
    for (std::uint32_t actor = 0; actor < std::min(header().actor_count.load(), view_.facts.actors); ++actor) {
      std::uint64_t const head = view_.actor(actor).head.load();
      for (std::uint64_t index = 0; index < head; ++index) {
        mp::trace::Event const& event = view_.ring(actor)[index];
        if (event.kind == kind) found.push_back(event);
      }
    }
    return found;
  }

 private:
  mp::detail::FileDescriptor memory_;
  mp::trace::SessionView view_;
};

}  // namespace tests
