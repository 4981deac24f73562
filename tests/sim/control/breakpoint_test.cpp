#include "sim/control/breakpoint.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "tests/sim/support/story.hpp"

using namespace qs;
using testing::Story;

namespace {

/// The steps at which the breakpoint is reached, checked after every event.
std::vector<Step> stops(Trace const& trace, char const* line) {
  Breakpoint breakpoint(line);
  std::vector<Step> found;
  World now;
  for (Step step = 0; step < trace.size(); ++step) {
    World const before = now;
    apply(now, trace, step);
    if (breakpoint.reached(trace, before, now, {})) found.push_back(step);
  }
  return found;
}

std::string breakpoint_error(char const* line) {
  try {
    Breakpoint const breakpoint(line);
  } catch (BreakpointError const& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a condition on a queue is reached when it becomes true, not while it stays true") {
  Story story;
  auto const main = story.process("main");
  auto const queue = story.queue(main, "jobs", testing::QueueClass::queue, 5);
  auto const feeder = story.feeder(main, queue);
  auto const first = story.put(main, queue, "7");
  auto const second = story.put(main, queue, "8");
  story.put(main, queue, "9");
  story.feed(feeder, queue, first);
  story.feed(feeder, queue, second);
  story.get(main, queue, first);
  auto const& trace = story.trace();

  REQUIRE(stops(trace, "jobs.qsize > 1").size() == 1);
  CHECK(stops(trace, "jobs.qsize>1").front() == trace.put_of(second) + 1);  // when it takes its slot
  CHECK(stops(trace, "jobs.qsize >= 3").size() == 1);
  CHECK(stops(trace, "jobs.qsize == 2").size() == 2);
  CHECK(stops(trace, "jobs.qsize > 3").empty());
  CHECK(stops(trace, "others.qsize > 0").empty());
  CHECK(stops(trace, "jobs.free_slots < 4") == std::vector<Step>{trace.put_of(second) + 1});
  CHECK(stops(trace, "jobs.free_slots <= 2").size() == 1);
  CHECK(stops(trace, "jobs.buffered == 3").size() == 1);
  CHECK(trace.at(stops(trace, "jobs.pipe_bytes > 9").at(0)).kind == Kind::pipe_write);
  CHECK(stops(trace, "jobs.pipe_bytes != 0").size() == 1);
}

TEST_CASE("an item reaches a place") {
  Story story;
  auto const main = story.process("main");
  auto const queue = story.queue(main, "jobs", testing::QueueClass::joinable);
  auto const feeder = story.feeder(main, queue);
  auto const item = story.put(main, queue, "'a b'", true);
  auto const sentinel = story.put(main, queue, "None", true);
  story.take(feeder, queue, item);
  story.write(feeder, queue, item, 5, 4);
  story.write(feeder, queue, item, 4);
  story.feed(feeder, queue, sentinel);
  story.get(main, queue, item);
  story.get(main, queue, sentinel);
  story.task_done(main, queue, item);
  auto const& trace = story.trace();

  auto const only = [&](char const* line) {
    auto const found = stops(trace, line);
    REQUIRE_MESSAGE(found.size() == 1, line);
    return trace.at(found.front());
  };
  CHECK(only("item 'a b' putting").kind == Kind::put_begin);
  CHECK(only("item 'a b' buffered").kind == Kind::buffer_append);
  CHECK(only("item 'a b' feeding").kind == Kind::buffer_take);
  CHECK(only("item 'a b' piped").kind == Kind::pipe_write);
  CHECK(only("item 'a b' got").kind == Kind::get_end);
  CHECK(only("item 'a b' done").kind == Kind::task_done_end);
  CHECK(only("sentinel got").item() == sentinel);
  CHECK(stops(trace, "sentinel done").empty());
  CHECK(stops(trace, "item 8 piped").empty());
}

TEST_CASE("an actor blocks or ends") {
  Story story;
  auto const main = story.process("main");
  auto const queue = story.queue(main, "jobs");
  auto const consumer = story.process("consumer-1", main);
  auto const feeder = story.feeder(main, queue);
  story.blocked(feeder, Resource::buffered_item, queue);
  story.starve(consumer, queue);
  story.woken(consumer, Resource::pipe_data, queue);
  story.blocked(consumer, Resource::pipe_data, queue);
  story.kill(main, consumer);
  story.end(main);
  auto const& trace = story.trace();

  CHECK(stops(trace, "blocked").size() == 2);  // an idle feeder does not count
  CHECK(stops(trace, "consumer-1 blocked").size() == 2);
  CHECK(stops(trace, "main/jobs blocked").size() == 1);
  CHECK(stops(trace, "main feeder of jobs blocked").size() == 1);
  CHECK(stops(trace, "main blocked").empty());
  CHECK(stops(trace, "killed").size() == 1);
  CHECK(stops(trace, "main ended").size() == 1);
  CHECK(stops(trace, "consumer-1 ended").empty());
}

TEST_CASE("an actor reaches a line, and again with every call on it") {
  Story story;
  auto const main = story.process("main");
  auto const queue = story.queue(main, "jobs");
  TraceBuilder(story.trace()).location(1, {.file = "/src/consumer.cpp", .line = 12, .function = "work"});
  TraceBuilder(story.trace()).location(2, {.file = "/src/my_consumer.cpp", .line = 12, .function = "work"});
  auto const call = [&](Kind kind, std::uint32_t location) {
    return story.tell({.actor = main, .kind = kind, .location = location, .object = queue, .argument = -1});
  };
  auto const first = call(Kind::get_begin, 1);
  call(Kind::get_end, 1);
  auto const again = call(Kind::get_begin, 1);
  auto const other = call(Kind::qsize, 2);
  call(Kind::qsize, 2);

  auto const& trace = story.trace();
  CHECK(stops(trace, "consumer.cpp:12") == std::vector<Step>{first, again});
  CHECK(stops(trace, "src/consumer.cpp:12") == std::vector<Step>{first, again});
  CHECK(stops(trace, "main at consumer.cpp:12") == std::vector<Step>{first, again});
  CHECK(stops(trace, "main reaches my_consumer.cpp:12") == std::vector<Step>{other});
  CHECK(stops(trace, "consumer-1 at consumer.cpp:12").empty());
  CHECK(stops(trace, "consumer.cpp:13").empty());
}

TEST_CASE("an actor parked before an operation has reached its line, once for each call") {
  Story story;
  auto const main = story.process("main");
  auto const queue = story.queue(main, "jobs");
  auto const feeder = story.feeder(main, queue);
  TraceBuilder(story.trace()).location(1, {.file = "/src/poll.cpp", .line = 5, .function = "poll"});
  Trace const& trace = story.trace();
  Breakpoint breakpoint("poll.cpp:5");
  World now;
  std::vector<ActorStatus> status(2);
  auto const parked = [&](ActorIndex actor, Kind kind, std::uint32_t location) {
    status[actor] = {.where = ActorStatus::Where::parked, .process = main, .next = {}};
    status[actor].next = {.actor = actor, .kind = kind, .location = location, .object = queue};
  };
  auto const reached = [&] {
    World const before = now;
    for (Step step = now.step == no_step ? 0 : now.step + 1; step < trace.size(); ++step) apply(now, trace, step);
    return breakpoint.reached(trace, before, now, status);
  };
  auto const happens = [&](Kind kind) {
    story.tell({.actor = main, .kind = kind, .location = 1, .object = queue, .argument = -1});
  };
  parked(main, Kind::queue_new, 0);
  CHECK(!reached());
  parked(main, Kind::qsize, 1);
  CHECK(reached());  // before it calls qsize()
  CHECK(!reached());
  happens(Kind::qsize);
  parked(main, Kind::empty, 1);
  CHECK(reached());  // another operation on the line
  happens(Kind::empty);
  happens(Kind::get_begin);
  parked(main, Kind::acquired, 1);
  CHECK(reached());
  happens(Kind::acquired);
  parked(main, Kind::pipe_read, 1);
  CHECK(!reached());  // the same call
  parked(feeder, Kind::acquired, 1);
  CHECK(reached());
  story.tell({.actor = feeder, .kind = Kind::acquired, .location = 1, .object = queue});
  parked(feeder, Kind::pipe_write, 1);
  CHECK(!reached());  // the same item

  Breakpoint later("poll.cpp:5");
  CHECK(!later.reached(trace, now, now, status));  // both are on the line already
}

TEST_CASE("a step number") {
  Story story;
  auto const main = story.process("main");
  story.queue(main, "jobs");
  TraceBuilder(story.trace()).decision({.step = 1, .choice = {Choice::What::go, main}, .enabled = {}});
  TraceBuilder(story.trace()).decision({.step = 2, .choice = {Choice::What::go, main}, .enabled = {}});
  auto const third = story.tell({.actor = main, .kind = Kind::note});
  CHECK(stops(story.trace(), "choice 2") == std::vector<Step>{third});
  CHECK(stops(story.trace(), "choice 3").empty());
  CHECK(stops(story.trace(), "step 1") == std::vector<Step>{1});  // a step is an event
}

TEST_CASE("a malformed breakpoint is refused with one sentence and an example") {
  for (char const* wrong : {"", "  ", "nonsense", "main sleeps", "item 7", "item 7 flying", "sentinel", "step",
                            "step x", "choice x", "jobs.qsize > ", "jobs.qsize > many", "jobs.size > 3", "qsize > 3",
                            "jobs.qsize = 3", "main at consumer.cpp:", "consumer.cpp:x", ":12"}) {
    CAPTURE(wrong);
    std::string const words = breakpoint_error(wrong);
    CHECK(words.find("or example") != std::string::npos);
  }
  CHECK(breakpoint_error("jobs.size > 3") ==
        "'size' is not a property of a queue; use one of qsize, pipe_bytes, unfinished, free_slots or buffered, for "
        "example "
        "jobs.qsize > 3");
}
