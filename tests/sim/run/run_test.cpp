#include "sim/run/run.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <random>

#include "sim/model/world.hpp"
#include "sim/process/process_tree.hpp"
#include "sim/run/scenario_run.hpp"
#include "tests/sim/support/program.hpp"

using namespace qs;

namespace {

RunOptions scenario(std::string const& name, std::map<std::string, std::string> const& settings = {}) {
  RunOptions options = scenario_run(*scenarios::find(name), settings);
  options.command.front() = scenario_program();
  options.supervisor = queuescope_program();
  options.output_to_stderr = true;
  return options;
}

RunOptions program(std::vector<std::string> command) {
  RunOptions options;
  options.command = std::move(command);
  options.supervisor = queuescope_program();
  return options;
}

struct Run {
  Trace trace;
  RunResult result;

  explicit Run(RunOptions const& options) {
    TraceBuilder builder(trace);
    std::atomic<bool> const never{false};
    result = run_program(options, {&builder}, never);
  }
  World at_end() const {
    World world;
    for (Step step = 0; step < trace.size(); ++step) apply(world, trace, step);
    return world;
  }
};

std::size_t count(Trace const& trace, Kind kind) {
  return static_cast<std::size_t>(std::count_if(trace.events.begin(), trace.events.end(),
                                                [kind](Event const& event) { return event.kind == kind; }));
}

}  // namespace

TEST_CASE("a scenario runs to its end, and every cause comes before its effect") {
  Run const run(scenario("consumer-pool"));
  CHECK(run.result.error == "");
  CHECK(run.result.facts.ending == RunEnding::finished);
  CHECK(run.result.facts.scenario == "consumer-pool");
  CHECK(run.result.facts.parameters.contains("consumers"));
  CHECK(run.result.lost == 0);
  CHECK(run.result.forced == 0);
  CHECK(run.result.events == run.trace.size());
  CHECK(run.trace.run.ending == RunEnding::finished);
  CHECK(run.trace.run.started.ends_with("Z"));
  CHECK(!run.trace.sources.empty());
  CHECK(count(run.trace, Kind::put_begin) > 0);
  // The end of every process is recorded: by the process itself or, for terminated daemons, by the recorder.
  CHECK(count(run.trace, Kind::process_end) + count(run.trace, Kind::process_lost) ==
        1 + count(run.trace, Kind::process_start));

  std::uint64_t time = 0;
  World world;
  for (Step step = 0; step < run.trace.size(); ++step) {
    CHECK(run.trace.at(step).time >= time);
    time = run.trace.at(step).time;
    apply(world, run.trace, step);
    for (auto const& queue : world.queues) CHECK(queue.pipe_bytes <= queue.capacity);
  }
  for (auto const& actor : world.actors) CHECK(!actor.alive());
}

TEST_CASE("a hundred processes are recorded without losing an event") {
  Run const run(scenario("crowd"));
  CHECK(run.result.facts.ending == RunEnding::finished);
  CHECK(run.result.lost == 0);
  CHECK(run.result.forced == 0);
  CHECK(run.trace.actors.size() > 100);
}

TEST_CASE("a run that hangs is stopped at its deadline, with its actors still blocked") {
  RunOptions options = scenario("sentinel-per-consumer");
  options.deadline = std::chrono::milliseconds(1500);
  Run const run(options);
  CHECK(run.result.facts.ending == RunEnding::deadline);
  CHECK(count(run.trace, Kind::process_lost) == 0);
  World const world = run.at_end();
  CHECK(std::any_of(world.actors.begin(), world.actors.end(),
                    [](ActorWorld const& actor) { return actor.state == ActorState::blocked; }));
  CHECK(children().empty());
}

TEST_CASE("a program that fails, and one that does not exist") {
  Run const failing(program({"sh", "-c", "exit 3"}));
  CHECK(failing.result.facts.ending == RunEnding::failed);
  CHECK(failing.result.facts.exit_code == 3);
  CHECK(failing.result.facts.title == "sh");
  Run const missing(program({"./no-such-program"}));
  CHECK(missing.result.error == "cannot start ./no-such-program: No such file or directory");
  CHECK(missing.result.facts.ending == RunEnding::none);
}

TEST_CASE("a session that cannot be created is an error of the run, not an exception") {
  RunOptions options = program({"true"});
  options.ring_events = 1000;
  CHECK(Run(options).result.error == "a ring holds a power of two of events, at least 16, not 1000");
}

TEST_CASE("small rings lose events and count them, or make the program wait") {
  RunOptions options = scenario("consumer-pool");
  options.ring_events = 16;
  SUBCASE("free-running") {
    Run const run(options);
    CHECK(run.result.facts.ending == RunEnding::finished);
    CHECK(run.result.lost == run.trace.lost);
  }
  SUBCASE("lossless") {
    options.lossless = true;
    Run const run(options);
    CHECK(run.result.facts.ending == RunEnding::finished);
    CHECK(run.result.lost == 0);
    CHECK(run.result.forced == 0);
  }
}

TEST_CASE("actors beyond the session's capacity are counted, but not recorded") {
  RunOptions options = scenario("consumer-pool");
  options.most_actors = 2;
  Run const run(options);
  CHECK(run.result.facts.ending == RunEnding::finished);
  CHECK(run.result.refused > 0);
}

TEST_CASE("a live run delivers its trace in parts, and can be stopped") {
  RunOptions options = scenario("sentinel-per-consumer");
  options.deadline = std::chrono::seconds(60);
  LiveRun live(options);
  Trace trace;
  for (int tries = 0; live.running() && tries < 3000; ++tries) {
    live.take(trace);
    if (count(trace, Kind::get_end) > 0) live.stop();
    usleep(5000);
  }
  REQUIRE(!live.running());
  live.take(trace);
  CHECK(!live.take(trace));
  CHECK(live.result().facts.ending == RunEnding::interrupted);
  CHECK(trace.run.ending == RunEnding::interrupted);
  CHECK(trace.size() == live.result().events);
  CHECK(!trace.actors.empty());
  CHECK(!trace.texts.empty());
  CHECK(children().empty());
}

TEST_CASE("destroying a live run leaves no process behind") {
  { LiveRun const live(scenario("sentinel-per-consumer")); }
  CHECK(children().empty());
}
