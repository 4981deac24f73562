#include <doctest/doctest.h>

#include "gui/panes/event_list.hpp"
#include "sim/text/words.hpp"
#include "tests/gui/sample_trace.hpp"

namespace {

using namespace qs;
using namespace qs::gui;

void update_fully(EventList& list, Trace const& trace) {
  while (list.update(trace, 3)) {
  }
}

TEST_CASE("event list: without a filter every event has a row") {
  testing::Sample const sample;
  EventList list;
  CHECK_FALSE(list.update(sample.trace(), 1));
  CHECK(list.size(sample.trace()) == sample.trace().size());
  CHECK(list.at(5) == 5);
  CHECK(list.row_of(5) == 5);
  CHECK(list.row_of(no_step) == -1);
}

TEST_CASE("event list: a text filter ignores case and works incrementally") {
  testing::Sample const sample;
  EventList list;
  list.reset({.text = "READ LOCK"});
  CHECK(list.update(sample.trace(), 3));
  update_fully(list, sample.trace());
  REQUIRE(list.size(sample.trace()) > 0);
  CHECK(list.size(sample.trace()) < sample.trace().size());
  for (std::size_t row = 0; row < list.size(sample.trace()); ++row) {
    CHECK(sentence(sample.trace(), list.at(row)).find("read lock") != std::string::npos);
  }
}

TEST_CASE("event list: a filter by actor and kind") {
  testing::Sample const sample;
  EventList list;
  EventFilter filter;
  filter.actor = sample.feeder;
  filter.groups = static_cast<std::uint8_t>(1U << static_cast<unsigned>(EventGroup::putting));
  list.reset(filter);
  update_fully(list, sample.trace());
  CHECK(list.size(sample.trace()) == 9);  // take, serialise, write: three times
  for (std::size_t row = 0; row < 9; ++row) CHECK(sample.trace().at(list.at(row)).actor == sample.feeder);
}

TEST_CASE("event list: a filtered-out step selects the row before it") {
  testing::Sample const sample;
  EventList list;
  EventFilter filter;
  filter.actor = sample.consumer;
  list.reset(filter);
  update_fully(list, sample.trace());
  Step const step = list.at(1);
  CHECK(list.row_of(step) == 1);
  CHECK(list.row_of(step + 1) == (list.at(2) == step + 1 ? 2 : 1));
  CHECK(list.row_of(0) == -1);
}

TEST_CASE("event list: only the new part of a growing trace is filtered") {
  testing::Story story;
  auto const main = story.process("main");
  EventList list;
  list.reset({.text = "creates"});
  update_fully(list, story.trace());
  CHECK(list.size(story.trace()) == 0);
  story.queue(main, "jobs");
  update_fully(list, story.trace());
  CHECK(list.size(story.trace()) == 1);
}

}  // namespace
