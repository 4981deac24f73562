// Events removed at random from recorded runs: whatever the model still claims is what it says of the whole run.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>
#include <string>
#include <vector>

#include "sim/model/world.hpp"
#include "sim/text/words.hpp"
#include "tests/sim/support/recorded.hpp"

using namespace qs;

namespace {

/// A trace of which events are missing, and where in the whole trace each of its steps is.
struct Damaged {
  Trace trace;
  std::vector<Step> place;  ///< the whole run has got so far
};

/// Runs of consecutive events of one actor are replaced by the gap that its hook would write before its next event.
Damaged damage(Trace const& whole, std::mt19937& random, int losses) {
  std::vector<std::vector<Step>> events(whole.actors.size());
  for (Step step = 0; step < whole.size(); ++step) events[whole.at(step).actor].push_back(step);
  std::vector<bool> gone(whole.size());
  for (int loss = 0; loss < losses; ++loss) {
    auto const& its = events[random() % events.size()];
    if (its.size() < 3) continue;
    auto const first = random() % (its.size() - 1), count = 1 + random() % 12;
    for (std::size_t at = first; at < std::min(first + count, its.size() - 1); ++at) gone[its[at]] = true;
  }
  Damaged damaged;
  TraceBuilder builder(damaged.trace);
  for (std::size_t index = 0; index < whole.actors.size(); ++index)
    builder.actor(static_cast<ActorIndex>(index), whole.actors[index]);
  for (std::size_t index = 0; index < whole.locations.size(); ++index)
    builder.location(static_cast<std::uint32_t>(index), whole.locations[index]);
  std::vector<std::int64_t> missing(whole.actors.size());
  for (Step step = 0; step < whole.size(); ++step) {
    Event const& event = whole.at(step);
    if (gone[step]) {
      ++missing[event.actor];
      continue;
    }
    if (auto const lost = std::exchange(missing[event.actor], 0); lost > 0) {
      builder.event({.time = event.time, .actor = event.actor, .kind = Kind::gap, .argument = lost}, {});
      damaged.place.push_back(step == 0 ? 0 : step - 1);
    }
    builder.event(event, whole.text(step));
    damaged.place.push_back(step);
  }
  return damaged;
}

struct Comparison {
  std::uint64_t claims = 0, unknown = 0, wrong = 0;
  std::string first;

  void claim(bool known, bool right, auto const& words) {
    ++(known ? claims : unknown);
    if (!known || right) return;
    if (wrong++ == 0) first = words();
  }
};

void compare_actor(Comparison& all, World const& world, World const& truth, ActorIndex index) {
  auto const &claimed = world.actors[index], &real = truth.actors[index];
  // Whoever runs its exit steps runs.
  auto const plain = [](ActorState state) { return state == ActorState::exiting ? ActorState::running : state; };
  auto const who = [&](char const* what) {
    return [&, what] {
      return fmt::format("{} of actor {}: {} in place of {}", what, index, state_words(claimed.state),
                         state_words(real.state));
    };
  };
  all.claim(world.knows_state(index), plain(claimed.state) == plain(real.state), who("state"));
  if (claimed.state == ActorState::blocked) {
    all.claim(world.knows_state(index),
              claimed.waits_for == real.waits_for && claimed.waits_object == real.waits_object, who("wait"));
  }
  all.claim(world.knows_call(index), claimed.call == real.call, who("call"));
}

void compare_queue(Comparison& all, World const& world, World const& truth, QueueIndex index) {
  auto const &claimed = world.queues[index], &real = truth.queues[index];
  auto const values = [&](char const* what, std::int64_t said, std::int64_t is) {
    return [=] { return fmt::format("{} of queue {}: {} in place of {}", what, index, said, is); };
  };
  for (auto const resource : {Resource::read_lock, Resource::write_lock, Resource::condition_lock}) {
    auto const said = claimed.lock(resource)->holder, is = real.lock(resource)->holder;
    all.claim(world.knows_holder(claimed, *claimed.lock(resource)), said == is, values(facts(resource).name, said, is));
  }
  for (auto const resource :
       {Resource::slot, Resource::unfinished, Resource::sleeping, Resource::woken_joiner, Resource::barrier}) {
    auto const said = claimed.semaphore(resource), is = real.semaphore(resource);
    all.claim(world.knows_count(claimed, resource), said == is, values(facts(resource).name, said, is));
  }
  auto const said = static_cast<std::int64_t>(claimed.pipe_bytes), is = static_cast<std::int64_t>(real.pipe_bytes);
  all.claim(world.knows_pipe(claimed), said == is && claimed.pipe.size() == real.pipe.size(),
            values("pipe bytes", said, is));
}

Comparison compare(Trace const& whole, Damaged const& damaged) {
  Comparison all;
  World world, truth;
  Step next = 0;
  for (Step step = 0; step < damaged.trace.size(); ++step) {
    apply(world, damaged.trace, step);
    for (; next <= damaged.place[step]; ++next) apply(truth, whole, next);
    auto const before = all.wrong;
    for (std::size_t index = 0; index < world.actors.size(); ++index)
      compare_actor(all, world, truth, static_cast<ActorIndex>(index));
    for (std::size_t index = 0; index < world.queues.size(); ++index) {
      if (world.queues[index].exists) compare_queue(all, world, truth, static_cast<QueueIndex>(index));
    }
    for (auto const& [id, item] : world.items) {
      auto const real = truth.items.find(id);
      bool const there = real != truth.items.end();
      bool const right = there ? real->second.place == item.place && real->second.actor == item.actor
                               : item.place == ItemPlace::done || item.place == ItemPlace::dropped;
      all.claim(world.knows_place(item), right, [&, &item = item, &id = id] {
        return fmt::format("item {} of {}: place {} in place of {}", id.sequence, id.producer,
                           static_cast<int>(item.place), there ? static_cast<int>(real->second.place) : -1);
      });
    }
    if (before == 0 && all.wrong > 0) {
      all.first += fmt::format(", at step {} ({}), {} of the whole run", step, sentence(damaged.trace, step),
                               damaged.place[step]);
    }
  }
  return all;
}

void check_random_losses(std::string const& scenario, std::map<std::string, std::string> const& settings) {
  auto const run = tests::record(scenario, settings);
  std::mt19937 random(7);
  Comparison none = compare(run.trace, damage(run.trace, random, 0));
  CHECK(none.unknown == 0);
  CHECK(none.wrong == 0);
  std::uint64_t claims = 0, unknown = 0;
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    auto const damaged = damage(run.trace, random, 1 + round % 4);
    auto const found = compare(run.trace, damaged);
    CHECK_MESSAGE(found.wrong == 0, scenario << ": " << found.first);
    claims += found.claims;
    unknown += found.unknown;
  }
  CHECK(unknown > 0);
  CHECK(claims > unknown / 2);
  MESSAGE(scenario << ": " << claims << " claims, all as in the whole run, and " << unknown << " times unknown");
}

}  // namespace

TEST_CASE("after lost events the model claims nothing that is untrue: pools") {
  check_random_losses("consumer-pool", {});
  check_random_losses("joinable-daemon", {});
}
TEST_CASE("after lost events the model claims nothing that is untrue: sentinels") {
  check_random_losses("sentinel", {});
  check_random_losses("sentinel-per-consumer", {{"sentinels", "3"}});
}
TEST_CASE("after lost events the model claims nothing that is untrue: a full queue, and no feeder") {
  check_random_losses("backpressure", {});
  check_random_losses("simple-queue", {});
}
TEST_CASE("after lost events the model claims nothing that is untrue: a hardened queue") {
  check_random_losses("consumer-pool", {{"mechanism", "hardened"}});
  check_random_losses("killed-worker", {{"mechanism", "hardened"}, {"redeliver", "1"}});
}

TEST_CASE("what was unknown after lost events is known again when the pipe is empty or a lock changes hands") {
  auto const run = tests::record("consumer-pool");
  std::mt19937 random(11);
  bool pipe = false, lock = false;
  for (int round = 0; round < 40; ++round) {
    auto const damaged = damage(run.trace, random, 1);
    World world;
    bool pipe_unknown = false, lock_unknown = false;
    for (Step step = 0; step < damaged.trace.size(); ++step) {
      apply(world, damaged.trace, step);
      if (world.queues.empty() || !world.queues[0].exists) continue;
      bool const knows_pipe = world.knows_pipe(world.queues[0]);
      bool const knows_lock = world.knows_holder(world.queues[0], world.queues[0].read_lock);
      pipe |= pipe_unknown && knows_pipe;
      lock |= lock_unknown && knows_lock;
      pipe_unknown = !knows_pipe;
      lock_unknown = !knows_lock;
    }
  }
  CHECK(pipe);
  CHECK(lock);
}

TEST_CASE("a world that was asked for before its gap came is made anew when it comes") {
  auto const run = tests::record("sentinel");
  std::mt19937 random(3);
  Damaged damaged = damage(run.trace, random, 2);
  while (damaged.trace.losses.empty()) damaged = damage(run.trace, random, 2);
  auto const loss = damaged.trace.losses.front();
  Trace live;
  TraceBuilder builder(live);
  for (std::size_t index = 0; index < run.trace.actors.size(); ++index)
    builder.actor(static_cast<ActorIndex>(index), run.trace.actors[index]);
  History history(live);
  for (Step step = 0; step < loss.gap; ++step) builder.event(damaged.trace.at(step), damaged.trace.text(step));
  CHECK(history.at(loss.gap - 1).losing == 0);
  builder.event(damaged.trace.at(loss.gap), {});
  CHECK(history.at(loss.gap - 1).losing > 0);
  CHECK(history.at(loss.gap).losing == 0);
}
