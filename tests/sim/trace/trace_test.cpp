#include "sim/trace/trace.hpp"

#include <doctest/doctest.h>

using namespace qs;

TEST_CASE("a trace finds the put of an item and the name of a queue") {
  Trace trace;
  TraceBuilder build(trace);
  build.actor(0, {.name = "main"});
  build.event({.kind = Kind::queue_new, .object = 1}, "jobs");
  for (std::uint32_t sequence : {1u, 2u, 5u}) {
    build.event({.time = sequence, .kind = Kind::put_begin, .object = 1, .item_sequence = sequence},
                std::to_string(sequence));
  }
  CHECK(trace.queue_name(1) == "jobs");
  CHECK(trace.queue_name(0) == "queue 0");
  CHECK(trace.put_of({0, 2}) == 2);
  CHECK(trace.put_of({0, 5}) == 3);
  CHECK(trace.put_of({0, 3}) == no_step);
  CHECK(trace.put_of({7, 1}) == no_step);
  CHECK(trace.text(3) == "5");
  CHECK(trace.duration() == 5);
}

TEST_CASE("unknown actors, texts and locations have defaults") {
  Trace const trace;
  CHECK(trace.name(3) == "somebody");
  CHECK(trace.text(0).empty());
  CHECK(trace.location(Event{.location = 9}).line == 0);
}

TEST_CASE("lost events are summed over the gaps, without negative counts") {
  Trace trace;
  trace.append({.kind = Kind::gap, .argument = 10});
  trace.append({.kind = Kind::gap, .argument = -4});
  CHECK(trace.lost == 10);
}
