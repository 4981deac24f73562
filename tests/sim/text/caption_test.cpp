#include "sim/text/caption.hpp"

#include <doctest/doctest.h>

#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::testing;

namespace {

/// The caption of the last event so far.
std::string told(Story const& story, DetailLevel level = DetailLevel::acts) {
  CaptionTeller teller(story.trace());
  return teller.at(story.trace().size() - 1, level).text();
}

}  // namespace

TEST_CASE("a caption says who waits now") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  auto const one = story.process("consumer-1", main), two = story.process("consumer-2", main);
  auto const three = story.process("consumer-3", main);
  story.starve(one, jobs);
  CHECK(told(story) ==
        "consumer-1 waits in get: there is nothing for it in jobs; the pipe is empty, and it keeps the read lock while "
        "it waits.");
  story.call(two, Kind::get_begin, jobs);
  story.blocked(two, Resource::read_lock, jobs);
  CHECK(told(story) ==
        "consumer-2 waits for the read lock of jobs; consumer-1 holds it, and itself waits for bytes in the pipe of "
        "jobs.");
  story.call(three, Kind::get_begin, jobs);
  story.blocked(three, Resource::read_lock, jobs);
  story.released(one, Resource::read_lock, jobs);
  CHECK(told(story, DetailLevel::steps) ==
        "consumer-1 releases the read lock of jobs; consumer-2 and consumer-3 can take it now.");
  story.acquired(two, Resource::read_lock, jobs);
  CHECK(told(story, DetailLevel::steps) == "consumer-2 takes the read lock of jobs; consumer-3 now waits for it.");
}

TEST_CASE("several events are one act: a put, its way through the feeder, and a get") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs", QueueClass::queue, 1);
  auto const consumer = story.process("consumer", main);
  story.starve(consumer, jobs);
  auto const before_put = story.trace().size() - 1;
  auto const item = story.put(main, jobs, "7");
  auto const put = story.trace().size() - 1;
  CHECK(
      told(story) ==
      "main puts 7 on jobs; it is only in main's buffer: the feeder will write it into the pipe, and the queue is full "
      "now: the next put has to wait.");
  CHECK(next_act(story.trace(), before_put) == put);
  CHECK(previous_act(story.trace(), put) == before_put);
  auto const feeder = story.feeder(main, jobs);
  story.take(feeder, jobs, item);
  story.acquired(feeder, Resource::write_lock, jobs);
  story.write(feeder, jobs, item, 9);
  auto const written = story.trace().size() - 1;
  CHECK(told(story) ==
        "The feeder of main writes 7 into the pipe of jobs; consumer waited for this and can read it now.");
  story.released(feeder, Resource::write_lock, jobs);
  CHECK(act_at(story.trace(), story.trace().size() - 1) == written);
  story.woken(consumer, Resource::pipe_data, jobs);
  story.finish_get(consumer, jobs, item);
  CHECK(next_act(story.trace(), written) == story.trace().size() - 1);
  CHECK(told(story) == "consumer gets 7 from jobs.");
}

TEST_CASE("the last task_done wakes the joiner") {
  Story story;
  auto const main = story.process("main");
  auto const tasks = story.queue(main, "tasks", QueueClass::joinable);
  auto const consumer = story.process("consumer", main);
  auto const first = story.put(main, tasks, "1", true), second = story.put(main, tasks, "2", true);
  auto const feeder = story.feeder(main, tasks);
  story.begin_join(main, tasks);
  CHECK(told(story) == "main waits in join until all tasks of tasks are done; 2 tasks are not done yet.");
  story.feed(feeder, tasks, first);
  story.feed(feeder, tasks, second);
  story.get(consumer, tasks, first);
  CHECK(told(story) == "consumer gets 1 from tasks; it still owes a task_done for it.");
  story.task_done(consumer, tasks, first);
  CHECK(told(story) == "consumer calls task_done: it is done with 1; 1 task is not done yet.");
  story.get(consumer, tasks, second);
  story.task_done(consumer, tasks, second);
  CHECK(told(story) ==
        "consumer calls task_done: it is done with 2; that was the last task, so the join of main can return.");
}

TEST_CASE("the caption of a death says what the process leaves behind") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  auto const victim = story.process("victim", main), other = story.process("other", main);
  story.starve(victim, jobs);
  story.call(other, Kind::get_begin, jobs);
  story.blocked(other, Resource::read_lock, jobs);
  story.tell({.actor = main, .kind = Kind::process_signal, .object = victim, .argument = 9});
  story.tell({.actor = victim, .kind = Kind::process_lost});
  CHECK(told(story).find("it held the read lock of jobs, and other waits for it in vain.") != std::string::npos);
}

TEST_CASE("the caption of qsize, empty or full gives the true content too") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  story.put(main, jobs, "7");
  story.tell({.actor = main, .kind = Kind::empty, .object = jobs, .argument = 1});
  CHECK(told(story) == "jobs.empty() returns true to main; in truth, 1 item is still in a buffer.");
}

TEST_CASE("there is a caption for every kind of event, and for none") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  for (std::size_t kind = 0; kind < mp::trace::kind_count; ++kind) {
    if (static_cast<Kind>(kind) == Kind::text) continue;
    for (std::uint8_t detail = 0; detail < 255; ++detail) {
      story.tell({.actor = main, .kind = static_cast<Kind>(kind), .detail = detail, .object = jobs, .argument = 9});
    }
    CaptionTeller teller(story.trace());
    for (auto const level : {DetailLevel::acts, DetailLevel::steps})
      CHECK(teller.at(story.trace().size() - 1, level).what != "");
  }
  Trace const empty;
  CaptionTeller teller(empty);
  CHECK(teller.at(no_step, DetailLevel::acts).text() == "");
  CHECK(next_act(empty, no_step) == no_step);
}
