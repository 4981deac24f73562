#include "sim/capture/session.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <thread>

using namespace qs;

namespace {

SessionOptions small() { return {.actors = 4, .locations = 8, .ring_events = 1024}; }

std::string failure(SessionOptions const& options) {
  try {
    Session const session(options);
  } catch (SessionError const& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a session is laid out as its header says, and cannot be resized") {
  Session session(small());
  auto const& header = *session.view().header;
  CHECK(std::memcmp(header.magic, mp::trace::session_magic, sizeof header.magic) == 0);
  CHECK(header.version == mp::trace::session_version);
  CHECK(header.location_count == 1);
  CHECK(header.recorder_pid == getpid());

  struct stat facts {};
  REQUIRE(fstat(session.descriptor(), &facts) == 0);
  CHECK(static_cast<std::uint64_t>(facts.st_size) == session.view().size());
  CHECK(header.bytes == session.view().size());
  CHECK(ftruncate(session.descriptor(), 4096) != 0);
  CHECK((fcntl(session.descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a session for thousands of actors takes almost no memory until it is used") {
  Session session;
  struct stat facts {};
  REQUIRE(fstat(session.descriptor(), &facts) == 0);
  CHECK(session.view().header->actors == 4096);
  CHECK(facts.st_blocks * 512 < 1024 * 1024);
}

TEST_CASE("a ring's memory can be freed") {
  Session session(small());
  std::memset(static_cast<void*>(session.view().ring(2)), 1, 1024 * sizeof(mp::trace::Event));
  struct stat before {
  }, after{};
  fstat(session.descriptor(), &before);
  session.free_ring(2);
  fstat(session.descriptor(), &after);
  CHECK(after.st_blocks < before.st_blocks);
  CHECK(session.view().ring(2)[0].time == 0);
}

TEST_CASE("the session's clock counts nanoseconds from its beginning") {
  Session session(small());
  auto const begin = session.now();
  auto const real = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  auto const measured = static_cast<double>(session.now() - begin);
  auto const expected = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - real).count();
  CHECK(measured == doctest::Approx(expected).epsilon(0.05));
  CHECK(session.nanoseconds(0) == 0);
}

TEST_CASE("invalid sizes are refused with one sentence") {
  CHECK(failure({.actors = 0}) == "a session has 1 to 65535 actors, not 0");
  CHECK(failure({.actors = 70'000}) == "a session has 1 to 65535 actors, not 70000");
  CHECK(failure({.ring_events = 1000}) == "a ring holds a power of two of events, at least 16, not 1000");
  CHECK(failure({.locations = 0}) == "a session has at least one source location");
}

TEST_CASE("a session has one owner") {
  Session first(small());
  auto const* const header = first.view().header;
  Session second(std::move(first));
  CHECK(!first.view());
  CHECK(second.view().header == header);
  Session third(small());
  int const descriptor = second.descriptor();
  third = std::move(second);
  CHECK(third.descriptor() == descriptor);
  auto& same = third;
  third = std::move(same);
  CHECK(third.view().header == header);
}

TEST_CASE("a descriptor is closed once, by its last owner") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  mp::detail::FileDescriptor read(ends[0]);
  {
    mp::detail::FileDescriptor write(ends[1]);
    mp::detail::FileDescriptor taken(std::move(write));
    CHECK(!write);
    CHECK(taken.number() == ends[1]);
  }
  CHECK(fcntl(ends[1], F_GETFD) == -1);
  mp::detail::FileDescriptor other;
  other = std::move(read);
  auto& same = other;
  other = std::move(same);
  CHECK(fcntl(ends[0], F_GETFD) != -1);
  int const released = other.release();
  CHECK(fcntl(released, F_GETFD) != -1);
  close(released);
}
