// The segmented log: what it frees, and what rebuild() recovers.
#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "hardened/event_count.hpp"
#include "tests/queue/hardened/own_segmented_log.hpp"
#include "tests/queue/hardened/single_step.hpp"

using mp::detail::SegmentedLog;

namespace {

std::string const big(100'000, 'b');

void rebuild(SegmentedLog& log) {
  log.rebuild([](SegmentedLog::Visit const&) {});
}

}  // namespace

TEST_CASE("log: two segments suffice while the readers keep up") {
  OwnLog fixture(64);
  for (int item = 0; item < 50'000; ++item) {
    REQUIRE(fixture.put("item " + std::to_string(item)));
    REQUIRE(fixture.get() == "item " + std::to_string(item));
  }
  CHECK(fixture.log.used_segments() <= 2);
}

TEST_CASE("log: a write that does not fit fails without effect, and succeeds later") {
  OwnLog fixture(4);
  REQUIRE(fixture.put(big));
  CHECK_FALSE(fixture.put(std::string(300'000, 'x')));
  CHECK(fixture.log.size() == 1);
  CHECK(fixture.get() == big);
  rebuild(fixture.log);  // a queue recovers the segments of a failed write in the same way
  CHECK(fixture.put(big));
  CHECK(fixture.get() == big);
}

TEST_CASE("log: a writer that dies before its commit adds nothing, and rebuild frees its segments") {
  OwnLog fixture(16);
  REQUIRE(fixture.put("first"));
  for (int death = 0; death < 100; ++death) {
    if (fixture.log.write({big, {}}, {}) == SegmentedLog::no_memory) rebuild(fixture.log);
    CHECK(fixture.log.size() == 1);
  }
  rebuild(fixture.log);
  CHECK(fixture.log.free_segments() == fixture.log.used_segments() - 1);
  CHECK(fixture.put(big));
  CHECK(fixture.get() == "first");
  CHECK(fixture.get() == big);
}

TEST_CASE("log: rebuild keeps queued and pinned frames") {
  OwnLog fixture(32);
  REQUIRE(fixture.put(big));
  REQUIRE(fixture.put("between"));
  REQUIRE(fixture.put(big + "2"));
  auto const pinned = fixture.log.front();
  fixture.log.pin(pinned);
  fixture.log.commit_read(pinned);
  for (int times = 0; times < 3; ++times) {
    fixture.log.rebuild([&](SegmentedLog::Visit const& visit) { visit(pinned); });
    REQUIRE(fixture.put("more"));
  }
  std::string body(pinned.bytes, '\0');
  fixture.log.copy(pinned, body.data());
  CHECK(body == big);
  CHECK(fixture.get() == "between");
  CHECK(fixture.get() == big + "2");
  fixture.log.unpin(pinned);
  for (int times = 0; times < 3; ++times) CHECK(fixture.get() == "more");
  CHECK(fixture.log.free_segments() == fixture.log.used_segments() - 1);
}

TEST_CASE("log: the segments of a backlog are reused") {
  OwnLog fixture(400);
  for (int item = 0; item < 150; ++item) REQUIRE(fixture.put(big));
  std::uint32_t const used = fixture.log.used_segments();
  for (int item = 0; item < 150; ++item) CHECK(fixture.get() == big);
  CHECK(fixture.log.free_segments() == used - 1);
  for (int item = 0; item < 150; ++item) REQUIRE(fixture.put(big));
  CHECK(fixture.log.used_segments() <= used + 1);
}

TEST_CASE("log: the pages of a backlog are returned to the system, even in unaligned memory") {
  OwnLog fixture(400);
  for (int item = 0; item < 200; ++item) REQUIRE(fixture.put(big));
  std::size_t const full = fixture.resident_bytes();
  CHECK(full > 200 * big.size());
  for (int item = 0; item < 200; ++item) CHECK(fixture.get() == big);
  CHECK(fixture.resident_bytes() < (SegmentedLog::max_hot_segments + 8) * SegmentedLog::segment_bytes);
}

#if !defined(__SANITIZE_THREAD__)
TEST_CASE("log: the size is never negative when items are put and got while it is read") {
  OwnLog fixture(64);
  bool long_enough = true;
  for (int step = 1; long_enough; ++step) {
    std::uint32_t size = 0;
    long_enough = tests::interrupted_after(
        step, [&] { size = fixture.log.size(); },
        [&] {
          fixture.put("item");
          fixture.get();
        });
    CAPTURE(step);
    REQUIRE(static_cast<std::int32_t>(size) >= 0);
  }
}
#endif

TEST_CASE("log: a side reads the other's position only when the cached one does not suffice") {
  OwnLog fixture(64);
  CHECK_FALSE(fixture.log.any());
  CHECK_FALSE(fixture.log.any_for_reader());
  for (int item = 0; item < 5; ++item) fixture.put("item");
  CHECK(fixture.log.any());
  CHECK(fixture.log.holds(5));
  CHECK_FALSE(fixture.log.holds(6));
  for (int item = 0; item < 5; ++item) {
    CHECK(fixture.log.holds_for_writer(1));
    REQUIRE(fixture.log.any_for_reader());
    fixture.get();
  }
  CHECK_FALSE(fixture.log.any());
  CHECK_FALSE(fixture.log.any_for_reader());
  CHECK_FALSE(fixture.log.holds_for_writer(1));
}

TEST_CASE("spin budget: grows with short waits, shrinks with long ones") {
  mp::detail::SpinBudget spin;
  auto const looks = [&] {
    int count = 0;
    CHECK_FALSE(spin.spin([&] { return ++count < 0; }));
    return count;
  };
  int const fewest = looks();
  CHECK(fewest > 0);
  for (int wait = 0; wait < 10; ++wait) spin.learn(std::chrono::microseconds(20));
  CHECK(looks() > fewest);
  CHECK(spin.spin([] { return true; }));
  for (int wait = 0; wait < 10; ++wait) spin.learn(std::chrono::seconds(1));
  CHECK(looks() == fewest);
}
