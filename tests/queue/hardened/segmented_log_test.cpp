// The line in shared memory alone: what it frees, and what rebuild() finds again.
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

void rebuild(SegmentedLog& line) {
  line.rebuild([](SegmentedLog::Visit const&) {});
}

}  // namespace

TEST_CASE("line: two segments are enough for ever, when readers keep up") {
  OwnLine fixture(64);
  for (int item = 0; item < 50'000; ++item) {
    REQUIRE(fixture.put("item " + std::to_string(item)));
    REQUIRE(fixture.get() == "item " + std::to_string(item));
  }
  CHECK(fixture.line.used_segments() <= 2);
}

TEST_CASE("line: what does not fit is refused, changes nothing, and fits later") {
  OwnLine fixture(4);
  REQUIRE(fixture.put(big));
  CHECK_FALSE(fixture.put(std::string(300'000, 'x')));
  CHECK(fixture.line.size() == 1);
  CHECK(fixture.get() == big);
  rebuild(fixture.line);  // what the refused put had taken, the queue repairs before it gives up
  CHECK(fixture.put(big));
  CHECK(fixture.get() == big);
}

TEST_CASE("line: a writer that dies before its commit has done nothing, and rebuild finds its segments") {
  OwnLine fixture(16);
  REQUIRE(fixture.put("first"));
  for (int death = 0; death < 100; ++death) {
    if (fixture.line.write({big, {}}, {}) == SegmentedLog::no_memory) rebuild(fixture.line);
    CHECK(fixture.line.size() == 1);
  }
  rebuild(fixture.line);
  CHECK(fixture.line.free_segments() == fixture.line.used_segments() - 1);
  CHECK(fixture.put(big));
  CHECK(fixture.get() == "first");
  CHECK(fixture.get() == big);
}

TEST_CASE("line: rebuild keeps what is in the line and what is pinned") {
  OwnLine fixture(32);
  REQUIRE(fixture.put(big));
  REQUIRE(fixture.put("between"));
  REQUIRE(fixture.put(big + "2"));
  auto const pinned = fixture.line.front();
  fixture.line.pin(pinned);
  fixture.line.commit_read(pinned);
  for (int times = 0; times < 3; ++times) {
    fixture.line.rebuild([&](SegmentedLog::Visit const& visit) { visit(pinned); });
    REQUIRE(fixture.put("more"));
  }
  std::string body(pinned.bytes, '\0');
  fixture.line.copy(pinned, body.data());
  CHECK(body == big);
  CHECK(fixture.get() == "between");
  CHECK(fixture.get() == big + "2");
  fixture.line.unpin(pinned);
  for (int times = 0; times < 3; ++times) CHECK(fixture.get() == "more");
  CHECK(fixture.line.free_segments() == fixture.line.used_segments() - 1);
}

TEST_CASE("line: what came of a crowd is used again") {
  OwnLine fixture(400);
  for (int item = 0; item < 150; ++item) REQUIRE(fixture.put(big));
  std::uint32_t const used = fixture.line.used_segments();
  for (int item = 0; item < 150; ++item) CHECK(fixture.get() == big);
  CHECK(fixture.line.free_segments() == used - 1);
  for (int item = 0; item < 150; ++item) REQUIRE(fixture.put(big));
  CHECK(fixture.line.used_segments() <= used + 1);
}

TEST_CASE("log: the pages of a backlog go back to the system, also where the memory is not aligned") {
  OwnLine fixture(400);
  for (int item = 0; item < 200; ++item) REQUIRE(fixture.put(big));
  std::size_t const full = fixture.resident_bytes();
  CHECK(full > 200 * big.size());
  for (int item = 0; item < 200; ++item) CHECK(fixture.get() == big);
  CHECK(fixture.resident_bytes() < (SegmentedLog::most_hot + 8) * SegmentedLog::segment_bytes);
}

#if !defined(__SANITIZE_THREAD__)
TEST_CASE("log: the size is never negative when items are put and got while it is read") {
  OwnLine fixture(64);
  bool long_enough = true;
  for (int step = 1; long_enough; ++step) {
    std::uint32_t size = 0;
    long_enough = tests::interrupted_after(
        step, [&] { size = fixture.line.size(); },
        [&] {
          fixture.put("item");
          fixture.get();
        });
    CAPTURE(step);
    REQUIRE(static_cast<std::int32_t>(size) >= 0);
  }
}
#endif

TEST_CASE("line: what one side has seen of the other is enough until it does not answer") {
  OwnLine fixture(64);
  CHECK_FALSE(fixture.line.any());
  CHECK_FALSE(fixture.line.any_for_reader());
  for (int item = 0; item < 5; ++item) fixture.put("item");
  CHECK(fixture.line.any());
  CHECK(fixture.line.holds(5));
  CHECK_FALSE(fixture.line.holds(6));
  for (int item = 0; item < 5; ++item) {
    CHECK(fixture.line.holds_for_writer(1));
    REQUIRE(fixture.line.any_for_reader());
    fixture.get();
  }
  CHECK_FALSE(fixture.line.any());
  CHECK_FALSE(fixture.line.any_for_reader());
  CHECK_FALSE(fixture.line.holds_for_writer(1));
}

TEST_CASE("spin budget: short waits make the next one look for longer, long ones take that back") {
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
