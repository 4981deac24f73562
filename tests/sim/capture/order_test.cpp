#include "sim/capture/order.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace qs;
using mp::trace::Chunk;
using mp::trace::QueueFacts;

namespace {

constexpr std::uint64_t always = ~std::uint64_t{0};

struct Ordered {
  std::vector<Event> events;
  std::vector<std::string> texts;
  EventOrder order{[this](Event const& event, std::string_view text) {
    events.push_back(event);
    texts.emplace_back(text);
  }};

  std::vector<Kind> kinds() const {
    std::vector<Kind> result;
    for (Event const& event : events) result.push_back(event.kind);
    return result;
  }
};

Event event(std::uint64_t time, ActorIndex actor, Kind kind, std::uint16_t object = 0, std::int64_t argument = 0) {
  return {.time = time, .actor = actor, .kind = kind, .object = object, .argument = argument};
}

Event resource_event(std::uint64_t time, ActorIndex actor, Kind kind, Resource resource) {
  return {.time = time, .actor = actor, .kind = kind, .detail = static_cast<std::uint8_t>(resource), .object = 0};
}

Event new_queue(std::uint64_t time, std::uint32_t capacity = 100, std::int32_t maxsize = 10) {
  return event(time, 0, Kind::queue_new, 0, QueueFacts{capacity, maxsize}.packed());
}

Event chunk(std::uint64_t time, ActorIndex actor, Kind kind, std::uint32_t bytes, ItemId item = {}) {
  Event result = event(time, actor, kind, 0, Chunk{bytes, 0}.packed());
  result.item_producer = item.producer;
  result.item_sequence = item.sequence;
  return result;
}

}  // namespace

TEST_CASE("the earliest event goes first, and each actor's events keep their order") {
  Ordered ordered;
  ordered.order.add(event(30, 0, Kind::note), "third");
  ordered.order.add(event(20, 0, Kind::note), "fourth, stamped before its effect");
  ordered.order.add(event(10, 1, Kind::note), "first");
  ordered.order.add(event(25, 1, Kind::note), "second");
  ordered.order.advance(always, 0);
  CHECK(ordered.texts == std::vector<std::string>{"first", "second", "third", "fourth, stamped before its effect"});
  CHECK(ordered.events.back().time == 30);
  CHECK(ordered.order.empty());
}

TEST_CASE("a text stays with its event among events without one, over many passes") {
  Ordered ordered;
  for (std::uint64_t time = 0; time < 30; ++time) {
    ordered.order.add(event(time, 0, Kind::note), time % 3 == 1 ? std::to_string(time) : "");
    if (time % 7 == 0) ordered.order.advance(time / 2, 0);
  }
  ordered.order.advance(always, 0);
  REQUIRE(ordered.events.size() == 30);
  for (std::uint64_t time = 0; time < 30; ++time) {
    CHECK(ordered.events[time].time == time);
    CHECK(ordered.texts[time] == (time % 3 == 1 ? std::to_string(time) : ""));
  }
}

TEST_CASE("events later than the watermark are held back") {
  Ordered ordered;
  ordered.order.add(event(10, 0, Kind::note));
  ordered.order.add(event(20, 0, Kind::note));
  ordered.order.advance(15, 0);
  CHECK(ordered.events.size() == 1);
  ordered.order.add(event(17, 1, Kind::note));
  ordered.order.advance(20, 0);
  REQUIRE(ordered.events.size() == 3);
  CHECK(ordered.events[1].actor == 1);
}

TEST_CASE("events are emitted in portions, so that the rings can be drained in between") {
  Ordered ordered;
  for (std::uint64_t const time : {10u, 20u, 30u}) ordered.order.add(event(time, 0, Kind::note));
  CHECK_FALSE(ordered.order.advance(always, 0, 2));
  CHECK(ordered.events.size() == 2);
  CHECK(ordered.order.held() == 1);
  ordered.order.add(event(25, 1, Kind::note));
  CHECK(ordered.order.advance(always, 0, 2));
  REQUIRE(ordered.events.size() == 4);
  CHECK(ordered.events[2].actor == 1);
}

TEST_CASE("a lock is released before it is acquired again, and times never decrease") {
  Ordered ordered;
  ordered.order.add(new_queue(1));
  ordered.order.add(resource_event(2, 0, Kind::acquired, Resource::read_lock));
  ordered.order.add(resource_event(9, 0, Kind::released, Resource::read_lock));
  ordered.order.add(resource_event(8, 1, Kind::acquired, Resource::read_lock));
  ordered.order.add(event(9, 2, Kind::note));
  ordered.order.advance(always, 0);
  CHECK(ordered.kinds() == std::vector{Kind::queue_new, Kind::acquired, Kind::released, Kind::acquired, Kind::note});
  CHECK(std::is_sorted(ordered.events.begin(), ordered.events.end(),
                       [](Event const& a, Event const& b) { return a.time < b.time; }));
  CHECK(ordered.order.forced() == 0);
}

TEST_CASE("an event that waits for its cause does not delay other actors") {
  Ordered ordered;
  ordered.order.add(new_queue(1));
  ordered.order.add(chunk(2, 1, Kind::pipe_read, 5));
  ordered.order.add(event(3, 2, Kind::note));
  ordered.order.advance(10, 0);
  CHECK(ordered.kinds() == std::vector{Kind::queue_new, Kind::note});
  ordered.order.add(chunk(4, 0, Kind::pipe_write, 5));
  ordered.order.advance(10, 1);
  CHECK(ordered.kinds() == std::vector{Kind::queue_new, Kind::note, Kind::pipe_write, Kind::pipe_read});
}

TEST_CASE("a write waits for the read that makes room, but a chunk larger than the pipe needs none") {
  Ordered ordered;
  ordered.order.add(new_queue(1, 10));
  ordered.order.add(chunk(2, 0, Kind::pipe_write, 8));
  ordered.order.add(chunk(3, 0, Kind::pipe_write, 8));
  ordered.order.add(chunk(4, 1, Kind::pipe_read, 8));
  ordered.order.add(chunk(5, 1, Kind::pipe_read, 8));
  ordered.order.add(chunk(6, 0, Kind::pipe_write, 11));
  ordered.order.advance(always, 0);
  CHECK(ordered.kinds() == std::vector{Kind::queue_new, Kind::pipe_write, Kind::pipe_read, Kind::pipe_write,
                                       Kind::pipe_read, Kind::pipe_write});
  CHECK(ordered.order.forced() == 0);
}

TEST_CASE("an item is read after it was written, and taken after it was appended") {
  Ordered ordered;
  ItemId const early{0, 1}, late{3, 1};
  ordered.order.add(new_queue(1));
  ordered.order.add(chunk(2, 0, Kind::pipe_write, 5, early));
  ordered.order.add(chunk(3, 1, Kind::pipe_read, 5, late));
  ordered.order.add(chunk(4, 3, Kind::pipe_write, 5, late));
  Event take = event(5, 4, Kind::buffer_take);
  Event append = event(6, 5, Kind::buffer_append);
  take.item_sequence = append.item_sequence = 9;
  ordered.order.add(take);
  ordered.order.add(append);
  ordered.order.advance(always, 0);
  CHECK(ordered.kinds() == std::vector{Kind::queue_new, Kind::pipe_write, Kind::pipe_write, Kind::pipe_read,
                                       Kind::buffer_append, Kind::buffer_take});
}

TEST_CASE("a process begins after its start and is reaped after its end") {
  Ordered ordered;
  ordered.order.add(event(1, 1, Kind::process_begin, 0));
  ordered.order.add(event(8, 1, Kind::process_end));
  ordered.order.add(event(2, 0, Kind::process_start, 1));
  ordered.order.add(event(3, 0, Kind::process_start, 2));
  ordered.order.add(event(5, 0, Kind::process_reaped, 1));
  ordered.order.add(event(6, 0, Kind::process_reaped, 2));
  ordered.order.add(event(9, 2, Kind::process_lost));
  ordered.order.advance(always, 0);
  CHECK(ordered.kinds() == std::vector{Kind::process_start, Kind::process_begin, Kind::process_start, Kind::process_end,
                                       Kind::process_reaped, Kind::process_lost, Kind::process_reaped});
  CHECK(ordered.order.forced() == 0);
}

TEST_CASE("events of a queue come after its creation, and a feeder's begin after its start") {
  Ordered ordered;
  ordered.order.add(event(1, 1, Kind::thread_begin, 0));
  ordered.order.add(event(2, 2, Kind::thread_begin, mp::trace::no_object));
  ordered.order.add(event(3, 3, Kind::put_begin, 0));
  ordered.order.add(new_queue(7));
  ordered.order.add(event(8, 0, Kind::thread_start, 1));
  ordered.order.advance(always, 0);
  CHECK(ordered.kinds() ==
        std::vector{Kind::thread_begin, Kind::queue_new, Kind::put_begin, Kind::thread_start, Kind::thread_begin});
  CHECK(ordered.events[0].actor == 2);
}

TEST_CASE("finish emits every event, with or without its cause") {
  Ordered ordered;
  ordered.order.add(new_queue(1));
  ordered.order.add(chunk(2, 1, Kind::pipe_read, 5));
  ordered.order.add(event(3, 1, Kind::note));
  ordered.order.finish();
  CHECK(ordered.kinds() == std::vector{Kind::queue_new, Kind::pipe_read, Kind::note});
  CHECK(ordered.order.forced() == 1);
  CHECK(ordered.order.empty());
}

TEST_CASE("an event whose cause never comes is emitted and counted after cause_timeout") {
  Ordered ordered;
  ordered.order.add(new_queue(1));
  ordered.order.add(resource_event(2, 0, Kind::acquired, Resource::write_lock));
  ordered.order.add(resource_event(3, 1, Kind::acquired, Resource::write_lock));
  ordered.order.add(event(4, 1, Kind::note));
  ordered.order.advance(100, 1000);
  CHECK(ordered.events.size() == 2);
  ordered.order.advance(200, 1000 + EventOrder::cause_timeout - 1);
  CHECK(ordered.events.size() == 2);
  ordered.order.advance(300, 1000 + EventOrder::cause_timeout);
  CHECK(ordered.events.size() == 4);
  CHECK(ordered.order.forced() == 1);
}

TEST_CASE("each event has a cause_timeout of its own") {
  Ordered ordered;
  ordered.order.add(new_queue(1));
  ordered.order.add(chunk(2, 1, Kind::pipe_read, 5));
  ordered.order.add(chunk(3, 1, Kind::pipe_read, 5));
  ordered.order.advance(100, 1000);
  ordered.order.add(chunk(4, 0, Kind::pipe_write, 5));
  ordered.order.advance(200, 1000 + EventOrder::cause_timeout - 1);
  CHECK(ordered.kinds() == std::vector{Kind::queue_new, Kind::pipe_write, Kind::pipe_read});
  ordered.order.advance(300, 1000 + EventOrder::cause_timeout);
  CHECK(ordered.order.forced() == 0);
}

TEST_CASE("after a gap any number of missing causes does not delay the order") {
  Ordered ordered;
  constexpr std::uint64_t orphans = 10'000;
  for (std::uint32_t item = 1; item <= orphans; ++item) {
    Event take = event(item, 0, Kind::buffer_take, mp::trace::no_object);
    take.item_sequence = item;
    ordered.order.add(take);
  }
  ordered.order.add(event(orphans + 1, 1, Kind::gap, 0, 10));
  ordered.order.advance(EventOrder::cause_timeout_with_gaps + 2 * orphans, 0);
  CHECK(ordered.events.size() == orphans + 1);
  CHECK(ordered.order.forced() == orphans);
}

namespace {

bool is_acquiring(Kind kind) {
  return kind == Kind::acquired || kind == Kind::pipe_read || kind == Kind::buffer_take || kind == Kind::process_begin;
}

/// An event and when it could be read from its ring.
struct Written {
  std::uint64_t when;
  Event event;
};

/// Generates possible runs of some actors with a semaphore, buffers and a pipe under two locks. Effects are 10 apart.
/// Acquiring kinds are stamped up to 300 later, releasing kinds up to 300 earlier; a write is stamped before its
/// effect, but written to the ring only when its size is known.
class RunGenerator {
 public:
  RunGenerator(unsigned seed, ActorIndex actors) : random_(seed), actors_(actors), busy_until_(actors, 0) {
    add(0, Kind::queue_new, 0, QueueFacts{capacity_, slots_}.packed());
    for (ActorIndex actor = 1; actor < actors; ++actor) {
      pass_time(0);
      add(0, Kind::process_start, actor);
      pass_time(0);
      add(actor, Kind::process_begin, 0);
    }
  }

  void run(int steps) {
    while (steps-- > 0) {
      now_ += 10;
      auto const actor = static_cast<ActorIndex>(below(actors_));
      if (busy_until_[actor] <= now_) step(actor);
    }
  }

  std::uint64_t below(std::uint64_t limit) {
    return std::uniform_int_distribution<std::uint64_t>(0, limit - 1)(random_);
  }

  std::vector<Written> true_order;

 private:
  void pass_time(ActorIndex actor) { now_ = std::max(now_ + 10, busy_until_[actor]); }

  void add(ActorIndex actor, Kind kind, std::uint16_t object = 0, std::int64_t argument = 0, Resource resource = {},
           ItemId item = {}) {
    std::uint64_t const early = std::max(busy_until_[actor], now_ - below(300));
    Event made = event(is_acquiring(kind) ? now_ + below(300) : early, actor, kind, object, argument);
    made.detail = static_cast<std::uint8_t>(resource);
    made.item_producer = item.producer;
    made.item_sequence = item.sequence;
    true_order.push_back({kind == Kind::pipe_write ? now_ : made.time, made});
    busy_until_[actor] = std::max(now_, made.time);
  }

  void acquire(ActorIndex actor, Resource lock, ActorIndex& holder) {
    if (holder != nobody_) return;
    holder = actor;
    add(actor, Kind::acquired, 0, 0, lock);
  }

  void release(ActorIndex actor, Resource lock, ActorIndex& holder) {
    if (holder != actor) return;
    holder = nobody_;
    add(actor, Kind::released, 0, 0, lock);
  }

  void step(ActorIndex actor) {
    auto const bytes = static_cast<std::uint32_t>(1 + below(capacity_));
    switch (below(9)) {
      case 0: return acquire(actor, Resource::write_lock, writer_);
      case 1: return release(actor, Resource::write_lock, writer_);
      case 2: return acquire(actor, Resource::read_lock, reader_);
      case 3: return release(actor, Resource::read_lock, reader_);
      case 4:
        if (slots_ == 0) return;
        --slots_;
        return add(actor, Kind::acquired, 0, 0, Resource::slot);
      case 5: ++slots_; return add(actor, Kind::released, 0, 0, Resource::slot);
      case 6:
        if (writer_ != actor || in_pipe_ + bytes > capacity_) return;
        in_pipe_ += bytes;
        return add(actor, Kind::pipe_write, 0, Chunk{bytes, 0}.packed());
      case 7: {
        auto const read = std::min(bytes, in_pipe_);
        if (reader_ != actor || read == 0) return;
        in_pipe_ -= read;
        return add(actor, Kind::pipe_read, 0, Chunk{read, 0}.packed());
      }
      default:
        if (below(2) == 0 || buffered_.empty()) {
          buffered_.push_back({actor, ++items_});
          return add(actor, Kind::buffer_append, 0, 0, {}, buffered_.back());
        }
        add(actor, Kind::buffer_take, 0, 0, {}, buffered_.front());
        buffered_.pop_front();
    }
  }

  std::mt19937 random_;
  static constexpr ActorIndex nobody_ = mp::trace::no_object;
  ActorIndex actors_;
  std::vector<std::uint64_t> busy_until_;
  std::uint64_t now_ = 1000;
  ActorIndex writer_ = nobody_, reader_ = nobody_;
  std::uint32_t capacity_ = 60;
  std::int32_t slots_ = 3;
  std::uint32_t in_pipe_ = 0;
  std::deque<ItemId> buffered_;
  std::uint32_t items_ = 0;
};

/// Checks an order independently of Causality, as simply as possible. Returns the first violation, or "".
std::string causality_error(std::vector<Event> const& order) {
  std::map<std::uint8_t, std::int64_t> values;
  std::set<ActorIndex> started{0};
  std::set<ItemId> buffered;
  std::int64_t bytes = 0, capacity = 0;
  std::uint64_t time = 0;
  for (std::size_t step = 0; step < order.size(); ++step) {
    Event const& now = order[step];
    auto const count = static_cast<std::int64_t>(Chunk::unpack(now.argument).bytes);
    bool fine = now.time >= time;
    time = now.time;
    switch (now.kind) {
      case Kind::queue_new:
        capacity = QueueFacts::unpack(now.argument).capacity;
        values[static_cast<std::uint8_t>(Resource::slot)] = QueueFacts::unpack(now.argument).maxsize;
        values[static_cast<std::uint8_t>(Resource::write_lock)] = 1;
        values[static_cast<std::uint8_t>(Resource::read_lock)] = 1;
        break;
      case Kind::process_start: started.insert(now.object); break;
      case Kind::process_begin: fine = fine && started.contains(now.actor); break;
      case Kind::acquired: fine = fine && values[now.detail]-- > 0; break;
      case Kind::released: ++values[now.detail]; break;
      case Kind::pipe_write: fine = fine && (bytes += count) <= capacity; break;
      case Kind::pipe_read: fine = fine && (bytes -= count) >= 0; break;
      case Kind::buffer_append: buffered.insert(now.item()); break;
      case Kind::buffer_take: fine = fine && buffered.erase(now.item()) == 1; break;
      default: break;
    }
    if (!fine) return "step " + std::to_string(step) + ": " + facts(now.kind).name;
  }
  return "";
}

/// What an actor did, without the times.
using Actions = std::vector<std::tuple<Kind, std::int64_t, std::uint64_t>>;

std::map<ActorIndex, Actions> by_actor(std::vector<Event> const& events) {
  std::map<ActorIndex, Actions> result;
  for (Event const& now : events) result[now.actor].emplace_back(now.kind, now.argument, now.item().packed());
  return result;
}

std::vector<Event> events_of(std::vector<Written> const& order) {
  std::vector<Event> result;
  for (Written const& written : order) result.push_back(written.event);
  return result;
}

}  // namespace

TEST_CASE("random runs with late timestamps are put into a possible order") {
  for (unsigned seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    auto const actors = static_cast<ActorIndex>(2 + seed % 12);
    RunGenerator generator(seed, actors);
    generator.run(20'000);

    std::vector<std::deque<Written>> rings(actors);
    for (Written const& written : generator.true_order) rings[written.event.actor].push_back(written);
    std::size_t left = generator.true_order.size();

    Ordered ordered;
    for (std::uint64_t pass = 0; left > 0 || !ordered.order.empty(); pass += 1 + generator.below(400)) {
      for (auto& ring : rings) {
        for (; !ring.empty() && ring.front().when <= pass; ring.pop_front(), --left) {
          ordered.order.add(ring.front().event);
        }
      }
      ordered.order.advance(pass, pass);
    }

    CHECK(ordered.order.forced() == 0);
    CHECK(causality_error(ordered.events) == "");
    CHECK(by_actor(ordered.events) == by_actor(events_of(generator.true_order)));
  }
}

TEST_CASE("with inconsistent clocks no event is lost, and each actor's order is kept") {
  for (unsigned seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    RunGenerator generator(seed, 5);
    generator.run(2000);
    Ordered ordered;
    for (auto [when, stamped] : generator.true_order) {
      stamped.time += generator.below(500);
      ordered.order.add(stamped);
    }
    ordered.order.finish();
    CHECK(by_actor(ordered.events) == by_actor(events_of(generator.true_order)));
    if (ordered.order.forced() == 0) CHECK(causality_error(ordered.events) == "");
  }
}

TEST_CASE("thousands of actors that wait for one lock do not take quadratic time") {
  constexpr ActorIndex crowd = 4000;
  Ordered ordered;
  ordered.order.add(new_queue(1));
  ordered.order.add(resource_event(2, 0, Kind::acquired, Resource::read_lock));
  for (ActorIndex actor = 1; actor < crowd; ++actor) {
    ordered.order.add(resource_event(10, actor, Kind::acquired, Resource::read_lock));
    ordered.order.add(resource_event(11, actor, Kind::released, Resource::read_lock));
  }
  ordered.order.add(resource_event(12, 0, Kind::released, Resource::read_lock));
  ordered.order.advance(always, 0);
  CHECK(ordered.events.size() == 2u * crowd + 1);
  CHECK(ordered.order.forced() == 0);
}

// If each event were compared with all items whose read was lost, this test would run into its time limit.
TEST_CASE("items whose read was lost do not slow down later events") {
  constexpr std::uint32_t lost = 200'000;
  Ordered ordered;
  ordered.order.add(new_queue(1, 0));
  for (std::uint32_t i = 1; i <= lost; ++i) ordered.order.add(chunk(2, 0, Kind::pipe_write, 9, {0, i}));
  ordered.order.add(event(3, 1, Kind::gap, mp::trace::no_object, 1));
  for (std::uint32_t i = 1; i <= lost; ++i) {
    ordered.order.add(chunk(3 + i, 0, Kind::pipe_write, 9, {1, i}));
    ordered.order.add(chunk(3 + i, 1, Kind::pipe_read, 9, {2, i}));
  }
  ordered.order.finish();
  CHECK(ordered.events.size() == 3 * lost + 2);
}

// The reads that belong to these writes, and the takes that belong to these appends, were lost.
TEST_CASE("the memory and the time an event takes do not grow with the events lost before it") {
  Causality causality;
  std::vector<Requirement> provided;
  causality.happen(new_queue(0), provided);
  causality.happen(event(1, 0, Kind::gap, 0, 1), provided);
  std::uint32_t const items = (1u << 20) + 1000;
  for (std::uint32_t sequence = 1; sequence <= items; ++sequence) {
    provided.clear();
    causality.happen(chunk(2, 0, Kind::buffer_append, 0, {1, sequence}), provided);
    causality.happen(chunk(2, 0, Kind::pipe_write, 8, {1, sequence}), provided);
  }
  CHECK(causality.kept() < 100);
  CHECK_FALSE(causality.missing(chunk(3, 2, Kind::pipe_read, 8, {1, items})).has_value());
  CHECK_FALSE(causality.missing(chunk(3, 2, Kind::buffer_take, 0, {2, 1})).has_value());
}
