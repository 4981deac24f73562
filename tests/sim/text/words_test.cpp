#include "sim/text/words.hpp"

#include <doctest/doctest.h>

#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::testing;

TEST_CASE("every kind of event has a sentence without unfilled placeholders") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  for (std::size_t kind = 0; kind < mp::trace::kind_count; ++kind) {
    if (static_cast<Kind>(kind) == Kind::text) continue;
    auto const step =
        story.tell({.actor = main, .kind = static_cast<Kind>(kind), .object = jobs, .argument = 9}, "why");
    auto const words = sentence(story.trace(), step);
    CHECK_MESSAGE(words.find('{') == words.npos, words);
    CHECK(words.find("main") != words.npos);
  }
  CHECK(sentence(story.trace(), no_step) == "no event yet");
}

TEST_CASE("a sentence names the actor, the object and the numbers of its event") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  auto const consumer = story.process("consumer-1", main);
  auto const said = [&](Step step) { return sentence(story.trace(), step); };
  auto const last = [&] { return said(story.trace().size() - 1); };

  auto const item = story.begin_put(main, jobs, "7");
  CHECK(last() == "main puts 7 on jobs");
  story.write(main, jobs, item, 4096, 66000);
  CHECK(last() == "main writes 4,096 bytes of 7 into the pipe, 66,000 still missing");
  story.acquired(consumer, Resource::read_lock, jobs);
  CHECK(last() == "consumer-1 takes the read lock of jobs");
  story.blocked(main, Resource::child_exit, consumer);
  CHECK(last() == "main waits for consumer-1 to exit");
  story.blocked(main, Resource::deadline, mp::trace::no_object, {}, 1'200'000);
  CHECK(last() == "main sleeps 1.20 ms");
  story.woken(main, Resource::deadline, mp::trace::no_object);
  CHECK(last() == "main wakes up");
  story.tell({.actor = main, .kind = Kind::process_signal, .object = consumer, .argument = 9});
  CHECK(last() == "main sends SIGKILL to consumer-1");
  story.tell({.actor = main, .kind = Kind::process_reaped, .object = consumer, .argument = -9});
  CHECK(last() == "main reaps consumer-1 (SIGKILL)");
  story.tell({.actor = main, .kind = Kind::empty, .object = jobs, .argument = 1});
  CHECK(last() == "jobs.empty() returns true to main");
  story.call(main, Kind::get_end, jobs, Outcome::empty);
  CHECK(last() == "main's get on jobs returns: Empty");
}

TEST_CASE("items are named by their value") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  auto const seven = story.put(main, jobs, "7"), none = story.put(main, jobs, "None"), bare = story.put(main, jobs, "");
  auto const& trace = story.trace();
  CHECK(item_label(trace, seven) == "7");
  CHECK(item_name(trace, seven) == "7 (item 1 of main)");
  CHECK(item_label(trace, none) == "None");
  CHECK(is_sentinel(trace, none));
  CHECK_FALSE(is_sentinel(trace, seven));
  CHECK(item_label(trace, bare) == "#3 of main");
  CHECK(item_label(trace, {4, 9}) == "#9 of somebody");
}

TEST_CASE("the format of numbers, durations, counts and lists") {
  CHECK(duration(0) == "0 ns");
  CHECK(duration(850) == "850 ns");
  CHECK(duration(1'200'000) == "1.20 ms");
  CHECK(duration(45'600) == "45.6 µs");
  CHECK(duration(2'000'000'000) == "2.00 s");
  CHECK(duration(125'000'000'000) == "2 min 5 s");
  CHECK(duration(7'500'000'000'000) == "2 h 5 min");
  CHECK(number(999) == "999");
  CHECK(number(65536) == "65,536");
  CHECK(number(1234567) == "1,234,567");
  CHECK(byte_count(1) == "1 byte");
  CHECK(byte_count(65536) == "65,536 bytes");
  CHECK(count(2, "process", "processes") == "2 processes");
  CHECK(listing({}) == "");
  CHECK(listing({"a"}) == "a");
  CHECK(listing({"a", "b", "c"}) == "a, b and c");
  CHECK(listing({"a", "b", "c", "d", "e", "f"}) == "a, b, c and 3 more");
  CHECK(exit_words(3) == "exit code 3");
  CHECK(exit_words(-15) == "killed by SIGTERM");
  CHECK(signal_name(9) == "SIGKILL");
  CHECK(signal_name(-4) == "signal -4");
}

TEST_CASE("an actor's state in one line") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs", QueueClass::queue, 3);
  for (int i = 0; i < 3; ++i) story.put(main, jobs);
  auto const line = [&](ActorIndex actor) { return state_line(story.trace(), story.world(), actor); };
  CHECK(line(main) == "running");
  auto const item = story.begin_put(main, jobs);
  story.blocked(main, Resource::slot, jobs, item);
  CHECK(line(main) == "blocked in put: waits for a free slot of jobs (3 of 3 in use)");

  auto const one = story.process("one", main), two = story.process("two", main);
  story.starve(one, jobs);
  CHECK(line(one) == "blocked in get: waits for bytes in the pipe of jobs (0 bytes in the pipe)");
  story.call(two, Kind::get_begin, jobs);
  story.blocked(two, Resource::read_lock, jobs, {}, 200'000'000);
  CHECK(line(two) == "blocked in get: waits for the read lock of jobs (held by one, at most 200 ms)");
  story.kill(main, one);
  CHECK(line(two) == "blocked in get: waits for the read lock of jobs (held by one (killed), at most 200 ms)");
  CHECK(line(one) == "killed by SIGKILL");
  story.end(two, 3);
  CHECK(line(two) == "ended with exit code 3");
  CHECK(line(77) == "unknown");
}

TEST_CASE("a place is the file name without its folder, and the line") {
  Story story;
  TraceBuilder(story.trace()).location(1, {.file = "/src/deep/consumers.cpp", .line = 12, .function = "main"});
  CHECK(place(story.trace(), 1) == "consumers.cpp:12");
  CHECK(place(story.trace(), 0) == "");
  CHECK(place(story.trace(), 5) == "");
}

TEST_CASE("a wall of one letter is folded") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  auto const label = [&](std::string const& preview) {
    return folded_label(story.trace(), story.begin_put(main, jobs, preview));
  };
  CHECK(label('"' + std::string(40, 'x') + '"') == "\"x\" x 40");
  CHECK(label('"' + std::string(60, 'x') + "...") == "\"x\" x many");
  CHECK(label("\"xxx\"") == "\"xxx\"");
  CHECK(label('"' + std::string(40, 'x') + "y\"") == '"' + std::string(40, 'x') + "y\"");
  CHECK(label("7") == "7");
}
