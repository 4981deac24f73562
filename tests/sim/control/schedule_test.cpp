#include "sim/control/schedule.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "sim/control/scheduler.hpp"

using namespace qs;

namespace {

std::string schedule_error(std::string const& text) {
  try {
    parse_schedule(text);
  } catch (ScheduleError const& error) {
    return error.what();
  }
  return "";
}

Choice go(ActorIndex actor) { return {Choice::What::go, actor}; }
Choice const time_passes{Choice::What::time};

}  // namespace

TEST_CASE("a schedule converts to text and back") {
  std::string const text = "main:4,producer-1,producer-1/jobs:3,time:2,kill=consumer-2,consumer#2";
  Schedule const schedule = parse_schedule(text);
  CHECK(schedule.size() == 12);
  CHECK(schedule.at(4) == NamedChoice{Choice::What::go, "producer-1"});
  CHECK(schedule.at(8) == NamedChoice{Choice::What::time, ""});
  CHECK(schedule.at(10) == NamedChoice{Choice::What::kill, "consumer-2"});
  CHECK(to_text(schedule) == text);
  CHECK(parse_schedule("").empty());
  CHECK(to_text(parse_schedule("main,main,\n main:2 ,,time")) == "main:4,time");

  std::mt19937 random(1);
  for (int round = 0; round < 100; ++round) {
    Schedule some;
    for (auto length = random() % 30; length > 0; --length) {
      std::string const who = "process-" + std::to_string(random() % 3);
      switch (random() % 4) {
        case 0: some.push_back({Choice::What::time, ""}); break;
        case 1: some.push_back({Choice::What::kill, who}); break;
        default: some.push_back({Choice::What::go, who});
      }
    }
    CHECK(parse_schedule(to_text(some)) == some);
  }
}

TEST_CASE("a malformed schedule is refused with one sentence") {
  for (char const* wrong : {"main:", "main:0", "main:-1", "main:x", "main:1:2", "kill=", ":3", "main:99999999999999"}) {
    CAPTURE(wrong);
    CHECK(schedule_error(wrong).find(wrong) != std::string::npos);
  }
}

TEST_CASE("each actor has a name of its own that a schedule can contain") {
  std::vector<ActorFacts> actors{{.name = "main"},
                                 {.name = "main feeder of my jobs", .kind = ActorKind::feeder, .process = 0},
                                 {.name = "a,b:c", .process = 2},
                                 {.name = "main", .process = 3},
                                 {.name = "time", .process = 4},
                                 {.name = "kill=main", .process = 5},
                                 {.name = "", .process = 6},
                                 {.name = "thread 7", .kind = ActorKind::thread, .process = 0}};
  ActorNames names;
  names.update(actors);
  Schedule schedule;
  for (ActorIndex actor = 0; actor < actors.size(); ++actor) {
    CHECK(names.find(names.name(actor)) == actor);
    schedule.push_back(names.named(go(actor)));
    schedule.push_back(names.named({Choice::What::kill, actor}));
  }
  CHECK(names.name(1) == "main/my_jobs");
  CHECK(names.name(3) == "main#2");
  CHECK(names.name(7) == "main/thread");
  CHECK(parse_schedule(to_text(schedule)) == schedule);
  CHECK(names.find("nobody") == mp::trace::no_object);
}

// Comparing each name with all others, or counting up to a free number, would take hours here.
TEST_CASE("the largest number of actors with one name still get names of their own") {
  std::vector<ActorFacts> const actors(mp::trace::no_object, {.name = "worker"});
  ActorNames names;
  names.update(actors);
  CHECK(names.name(0) == "worker");
  CHECK(names.name(65534) == "worker#65535");
  CHECK(names.find("worker#65535") == 65534);
}

TEST_CASE("the default choice is the last actor, then the next one in order, and time only when no actor can go") {
  CHECK(!default_choice({}, {}));
  CHECK(default_choice({go(1), go(3)}, {}) == go(1));
  CHECK(default_choice({go(1), go(3)}, go(3)) == go(3));
  CHECK(default_choice({go(1), go(3)}, go(2)) == go(3));
  CHECK(default_choice({go(1), go(3)}, go(4)) == go(1));
  CHECK(default_choice({go(1), time_passes}, go(4)) == go(1));
  CHECK(default_choice({time_passes}, go(4)) == time_passes);
  CHECK(default_choice({go(1), time_passes}, time_passes) == go(1));
  CHECK(default_choice({go(1), go(2)}, Choice{Choice::What::kill, 1}) == go(1));
}
