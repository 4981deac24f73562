// A small run, told by hand: main puts two numbers and a sentinel on a queue and joins its one consumer.
#pragma once

#include "tests/sim/support/story.hpp"

namespace qs::testing {

struct Sample {
  Story story;
  ActorIndex main, consumer, feeder;
  QueueIndex jobs;
  ItemId first, second, sentinel;

  Sample() {
    main = story.process("main");
    jobs = story.queue(main, "jobs", QueueClass::queue, 3);
    consumer = story.process("consumer", main);
    story.begin_get(consumer, jobs);
    story.blocked(consumer, Resource::pipe_data, jobs);
    first = story.put(main, jobs, "7");
    feeder = story.feeder(main, jobs);
    story.feed(feeder, jobs, first);
    story.woken(consumer, Resource::pipe_data, jobs);
    story.finish_get(consumer, jobs, first);
    second = story.put(main, jobs, "8");
    story.feed(feeder, jobs, second);
    story.get(consumer, jobs, second);
    story.pass(5'000'000'000);
    sentinel = story.put(main, jobs, "None");
    story.feed(feeder, jobs, sentinel);
    story.get(consumer, jobs, sentinel);
    story.join_process(main, consumer);
    story.end(consumer);
    story.woken(main, Resource::child_exit, consumer);
    story.end(main);
  }
  Trace const& trace() const { return story.trace(); }
};

}  // namespace qs::testing
