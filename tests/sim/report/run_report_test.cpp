#include "sim/report/run_report.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "sim/base/wrapping.hpp"
#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::testing;

namespace {

// A run report as printed, and on one line to search for sentences.
struct PrintedReport {
  std::string text, flat;
  std::size_t lines = 0, widest = 0;
  explicit PrintedReport(Story const& story, Colours colours = Colours::no) : text(run_report(story.trace(), colours)) {
    std::istringstream in(text);
    for (std::string line; std::getline(in, line); ++lines) widest = std::max(widest, columns(line));
    std::istringstream words(text);
    for (std::string word; words >> word;) flat += (flat.empty() ? "" : " ") + word;
  }
  bool says(std::string_view part) const { return flat.find(part) != flat.npos; }
};

}  // namespace

TEST_CASE("a report says who put and got what, who waited, and how the run ended") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs", QueueClass::queue, 3);
  auto const feeder = story.feeder(main, jobs);
  auto const consumer = story.process("consumer", main, mp::trace::process_daemon);
  for (auto const* value : {"7", "8", "None"}) {
    auto const item = story.put(main, jobs, value);
    story.feed(feeder, jobs, item);
    story.get(consumer, jobs, item);
  }
  auto const refused = story.begin_put(main, jobs, "9");
  story.refused(main, Resource::slot, jobs);
  story.item_event(main, Kind::put_end, jobs, refused, 0, {}, static_cast<std::uint8_t>(Outcome::full));
  story.put(main, jobs, "10");
  story.blocked(main, Resource::child_exit, consumer);
  story.pass(250'000'000);
  story.woken(main, Resource::child_exit, consumer);
  story.tell({.actor = main, .kind = Kind::note}, "qsize() is 1");
  story.kill(main, consumer, 15);
  story.end(main, 0);
  story.trace().run.title = "sentinel";
  story.trace().run.parameters = {{"consumers", "1"}, {"items", "2"}};
  story.trace().run.ending = RunEnding::finished;

  PrintedReport const told(story);
  INFO(told.text);
  CHECK(told.says("sentinel (consumers=1, items=2): finished after 250 ms."));
  CHECK(told.says("2 processes and 1 feeder on 1 queue"));
  CHECK(told.says("Queue jobs, 3 slots"));
  CHECK(told.says("main put 3 items: 7, 8, 10; and 1 sentinel; Full once"));
  CHECK(told.says("consumer got 2 items: 7, 8; and 1 sentinel"));
  CHECK(told.says("main waited 250 ms for consumer to exit"));
  CHECK(told.says("At the end: 1 lost (10)."));
  CHECK(told.says("qsize() is 1"));
  CHECK(told.says("main (pid 100): ended with exit code 0"));
  CHECK(told.says("consumer (pid 102): killed by SIGTERM (daemon)"));
  CHECK(told.text.find('\x1b') == std::string::npos);
  CHECK(PrintedReport(story, Colours::yes).text.find("\x1b[32m  main (pid 100)") != std::string::npos);
}

TEST_CASE("a wait that never ends is reported as in vain") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  story.starve(main, jobs);
  story.pass(2'000'000'000);
  auto const other = story.process("other", main);
  story.blocked(main, Resource::child_exit, other);
  story.trace().run.ending = RunEnding::deadline;
  PrintedReport const told(story);
  INFO(told.text);
  CHECK(told.says("did not end by itself and was stopped"));
  CHECK(told.says("main waited 2.00 s for bytes in the pipe of jobs"));
  CHECK(told.says("main waited 0 ns for other to exit, in vain"));
  CHECK(told.says("main (pid 100): blocked in get: waits for other to exit"));
}

TEST_CASE("similar actors are grouped, and no line is wider than 100 columns") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  auto const feeder = story.feeder(main, jobs);
  std::vector<ActorIndex> consumers;
  for (int i = 1; i <= 200; ++i) consumers.push_back(story.process("consumer-" + std::to_string(i), main));
  for (std::size_t i = 0; i < 1000; ++i) {
    auto const item = story.put(main, jobs, std::to_string(i));
    story.feed(feeder, jobs, item);
    story.get(consumers[i % 190], jobs, item);
  }
  for (auto consumer : consumers) {
    story.call(consumer, Kind::get_begin, jobs);
    story.blocked(consumer, Resource::read_lock, jobs);
  }
  story.pass(50'000'000);
  for (auto consumer : consumers) story.refused(consumer, Resource::read_lock, jobs);
  for (auto consumer : consumers) story.end(consumer);
  PrintedReport const told(story);
  INFO(told.text);
  CHECK(told.lines < 30);
  CHECK(told.widest <= terminal_columns);
  CHECK(told.says("main put 1,000 items: 0, 1, 2, ..., 997, 998, 999"));
  CHECK(told.says("consumer-1 to consumer-190 (190) got 1,000 items, 5 to 6 each"));
  CHECK(told.says("consumer-1 to consumer-200 (200) waited 10."));
  CHECK(told.says("consumer-1 to consumer-200 (200): ended with exit code 0"));
  CHECK(told.says("Nothing is left in it."));
}

TEST_CASE("an empty trace has a report too") {
  Story const story;
  CHECK(PrintedReport(story).says("was still running when the recording ended"));
}

TEST_CASE("lines are wrapped at spaces and indented under the first one") {
  auto const text = wrapped(std::string(60, 'a') + " " + std::string(60, 'b') + " c", "  x: ");
  CHECK(text == "  x: " + std::string(60, 'a') + "\n     " + std::string(60, 'b') + " c\n");
  CHECK(columns(wrapped(std::string(300, 'a'), "  ")) <= terminal_columns + 1);
  CHECK(fitted("grün und blau", 8) == "grün ...");
  CHECK(fitted("grün", 6, true) == "grün  ");
}
