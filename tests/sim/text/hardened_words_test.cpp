// How a hardened queue is described: with a shared log and robust locks, and with neither a pipe nor a feeder.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "sim/control/status_words.hpp"
#include "sim/diagnosis/diagnosis.hpp"
#include "sim/model/stats.hpp"
#include "sim/report/run_report.hpp"
#include "sim/report/summary.hpp"
#include "sim/text/words.hpp"
#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::testing;

namespace {

struct Hardened : Story {
  ActorIndex main = process("main"), worker = process("worker", main);
  QueueIndex tasks = queue(main, "tasks", QueueClass::joinable, 2147483647, mp::Mechanism::hardened);

  ItemId put_task(std::string_view preview = "7") {
    auto const item = begin_put(main, tasks, preview);
    acquired(main, Resource::write_lock, tasks);
    write(main, tasks, item, 20);
    released(main, Resource::write_lock, tasks);
    item_event(main, Kind::put_end, tasks, item);
    return item;
  }
  void get_task(ItemId item) {
    begin_get(worker, tasks);
    item_event(worker, Kind::pipe_read, tasks, item, Chunk{20, 0}.packed());
    released(worker, Resource::read_lock, tasks);
    item_event(worker, Kind::get_end, tasks, item, 4);
  }
  std::string last() const { return sentence(trace(), trace().size() - 1); }
  std::string diagnosis() const { return to_text(diagnose(trace(), world())); }
};

bool has(std::string const& words, std::string_view part) { return words.find(part) != words.npos; }

}  // namespace

TEST_CASE("a hardened queue is described by its shared log, never by a pipe or a feeder") {
  Hardened story;
  CHECK(story.last() == "main creates the hardened queue tasks");
  auto const item = story.begin_put(story.main, story.tasks, "7");
  story.write(story.main, story.tasks, item, 20);
  CHECK(story.last() == "main writes 20 bytes of 7 into the shared log");
  story.item_event(story.worker, Kind::pipe_read, story.tasks, item, Chunk{20, 0}.packed());
  CHECK(story.last() == "worker reads 20 bytes of 7 from the shared log");
  story.call(story.worker, Kind::get_begin, story.tasks);
  story.blocked(story.worker, Resource::pipe_data, story.tasks);
  CHECK(story.last() == "worker waits for an item in the shared log of tasks");
  CHECK(state_line(story.trace(), story.world(), story.worker) ==
        "blocked in get: waits for an item in the shared log of tasks (0 items in the shared log)");
  auto const all = run_report(story.trace(), Colours::no) + story.diagnosis() +
                   to_text(story.trace(), statistics(story.trace())) +
                   queue_lines(story.trace(), story.world()).front();
  INFO(all);
  CHECK_FALSE(has(all, "pipe"));
  CHECK_FALSE(has(all, "feeder"));
  CHECK_FALSE(has(all, "of 0"));
  CHECK(has(all, "tasks, joinable, hardened"));
  CHECK(to_json(story.trace(), statistics(story.trace()))["queues"][0]["mechanism"] == "hardened");
}

TEST_CASE("an actor that waits for a dead process's lock on a hardened queue repairs it and is not stuck") {
  Hardened story;
  story.put_task();
  story.begin_get(story.worker, story.tasks);
  story.kill(story.main, story.worker);
  story.blocked(story.main, Resource::read_lock, story.tasks);
  CHECK_FALSE(diagnose(story.trace(), story.world()).stuck);
  INFO(story.diagnosis());
  CHECK(has(story.diagnosis(), "main goes on: it repairs what the dead left behind."));
  story.repaired(story.main, Resource::read_lock, story.tasks);
  story.acquired(story.main, Resource::read_lock, story.tasks);
  CHECK(story.world().queue(story.tasks)->read_lock.holder == story.main);
  CHECK(has(run_report(story.trace(), Colours::no), "main finds the holder of the read lock of tasks dead"));
}

TEST_CASE("a task lost with its consumer is reported, with the remedy") {
  Hardened story;
  auto const item = story.put_task("7");
  story.get_task(item);
  story.begin_join(story.main, story.tasks);
  story.kill(story.main, story.worker);
  CHECK_FALSE(diagnose(story.trace(), story.world()).stuck);
  story.item_event(story.main, Kind::task_lost, story.tasks, item, 0, "worker");
  story.call(story.main, Kind::join_end, story.tasks, Outcome::lost);
  auto const found = diagnose(story.trace(), story.world());
  REQUIRE(found.findings.size() == 1);
  CHECK(name(found.findings[0].mistake) == "tasks-lost");
  CHECK(found.findings[0].title == "worker was killed with 1 task in its hands: 7");
  auto const brief = summary(story.trace());
  CHECK(brief.puts == 1);
  CHECK(brief.gets == 1);
  CHECK(brief.lost == 1);
  CHECK(brief.repairs == 1);
  CHECK(has(to_line(brief), "worker was killed with 1 task in its hands: 7, 1 repair"));
  CHECK(has(found.findings[0].remedy, "redeliver"));
  CHECK(has(run_report(story.trace(), Colours::no), "main finds that worker died with 7: the task is lost."));
}
