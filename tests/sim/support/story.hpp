// Hand-written traces: the events that a queue would emit, in a few lines. Every event takes 1 µs.
#pragma once

#include <string>
#include <vector>

#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs::testing {

using mp::trace::Chunk;
using mp::trace::QueueClass;
using mp::trace::QueueFacts;

inline constexpr std::uint64_t header_bytes = 4;

class Story {
 public:
  Story() { TraceBuilder(trace_).location(0, {}); }

  Trace const& trace() const { return trace_; }
  Trace& trace() { return trace_; }
  World world() const {
    World world;
    for (Step step = 0; step < trace_.size(); ++step) apply(world, trace_, step);
    return world;
  }

  Step tell(Event event, std::string_view text = {}) {
    event.time = now_ += 1000;
    TraceBuilder(trace_).event(event, text);
    return trace_.size() - 1;
  }
  void pass(std::uint64_t nanoseconds) { now_ += nanoseconds; }

  ActorIndex process(std::string name, ActorIndex parent = nobody, std::int64_t flags = 0) {
    auto const actor = add({.name = std::move(name), .parent = parent, .pid = 100 + next_actor()});
    if (parent != nobody) tell({.actor = parent, .kind = Kind::process_start, .object = actor, .argument = flags});
    auto const begin = parent == nobody ? Kind::program_begin : Kind::process_begin;
    tell({.actor = actor, .kind = begin, .object = parent, .argument = 100 + actor});
    return actor;
  }
  ActorIndex feeder(ActorIndex process, QueueIndex queue) {
    auto const actor = add({.name = trace_.name(process) + " feeder of " + trace_.queue_name(queue),
                            .kind = ActorKind::feeder,
                            .parent = process,
                            .process = process});
    tell({.actor = process, .kind = Kind::thread_start, .object = actor, .argument = queue});
    tell({.actor = actor, .kind = Kind::thread_begin, .object = queue});
    return actor;
  }
  QueueIndex queue(ActorIndex actor, std::string_view name, QueueClass type = QueueClass::queue,
                   std::int32_t maxsize = 2147483647, mp::Mechanism mechanism = mp::Mechanism::cpython) {
    auto const queue = next_queue_++;
    std::uint32_t const capacity = mechanism == mp::Mechanism::hardened ? 0 : 65536;
    tell({.actor = actor,
          .kind = Kind::queue_new,
          .detail = mp::trace::QueueKind{type, mechanism}.packed(),
          .object = queue,
          .argument = QueueFacts{capacity, maxsize}.packed()},
         name);
    return queue;
  }

  void blocked(ActorIndex actor, Resource resource, std::uint16_t object, ItemId item = {}, std::int64_t timeout = -1) {
    on(actor, Kind::blocked, resource, object, item, timeout);
  }
  void woken(ActorIndex actor, Resource resource, std::uint16_t object) { on(actor, Kind::woken, resource, object); }
  void acquired(ActorIndex actor, Resource resource, std::uint16_t object) {
    on(actor, Kind::acquired, resource, object);
  }
  void refused(ActorIndex actor, Resource resource, std::uint16_t object) {
    on(actor, Kind::refused, resource, object);
  }
  void repaired(ActorIndex actor, Resource resource, std::uint16_t object) {
    on(actor, Kind::repaired, resource, object);
  }
  void released(ActorIndex actor, Resource resource, std::uint16_t object) {
    on(actor, Kind::released, resource, object);
  }
  Step call(ActorIndex actor, Kind kind, std::uint16_t object, Outcome outcome = Outcome::ok) {
    return tell({.actor = actor, .kind = kind, .detail = static_cast<std::uint8_t>(outcome), .object = object});
  }
  void item_event(ActorIndex actor, Kind kind, QueueIndex queue, ItemId item, std::int64_t argument = 0,
                  std::string_view text = {}, std::uint8_t detail = 0) {
    tell({.actor = actor,
          .kind = kind,
          .detail = detail,
          .object = queue,
          .item_producer = item.producer,
          .item_sequence = item.sequence,
          .argument = argument},
         text);
  }

  ItemId begin_put(ActorIndex actor, QueueIndex queue, std::string_view preview = "7") {
    ItemId const item{actor, ++puts_[actor]};
    bool const sentinel = preview == "None";
    item_event(actor, Kind::put_begin, queue, item, -1, preview, sentinel ? mp::trace::item_sentinel : 0);
    return item;
  }
  void finish_put(ActorIndex actor, QueueIndex queue, ItemId item, bool joinable = false) {
    acquired(actor, Resource::slot, queue);
    if (joinable) acquired(actor, Resource::condition_lock, queue);
    item_event(actor, Kind::buffer_append, queue, item);
    if (joinable) {
      released(actor, Resource::unfinished, queue);
      released(actor, Resource::condition_lock, queue);
    }
    item_event(actor, Kind::put_end, queue, item);
  }
  ItemId put(ActorIndex actor, QueueIndex queue, std::string_view preview = "7", bool joinable = false) {
    auto const item = begin_put(actor, queue, preview);
    finish_put(actor, queue, item, joinable);
    return item;
  }
  void take(ActorIndex feeder, QueueIndex queue, ItemId item, std::uint32_t bytes = 5) {
    item_event(feeder, Kind::buffer_take, queue, item);
    item_event(feeder, Kind::serialised, queue, item, bytes);
  }
  void write(ActorIndex feeder, QueueIndex queue, ItemId item, std::uint32_t bytes, std::uint32_t missing = 0) {
    item_event(feeder, Kind::pipe_write, queue, item, Chunk{bytes, missing}.packed());
  }
  void feed(ActorIndex feeder, QueueIndex queue, ItemId item, std::uint32_t bytes = 5) {
    take(feeder, queue, item, bytes);
    acquired(feeder, Resource::write_lock, queue);
    write(feeder, queue, item, bytes + 4);
    released(feeder, Resource::write_lock, queue);
  }
  void read(ActorIndex actor, QueueIndex queue, ItemId item, std::uint32_t bytes = 5) {
    item_event(actor, Kind::pipe_read, queue, item, Chunk{4, bytes}.packed());
    item_event(actor, Kind::pipe_read, queue, item, Chunk{bytes, 0}.packed());
  }
  void begin_get(ActorIndex actor, QueueIndex queue) {
    tell({.actor = actor, .kind = Kind::get_begin, .object = queue, .argument = -1});
    acquired(actor, Resource::read_lock, queue);
  }
  void finish_get(ActorIndex actor, QueueIndex queue, ItemId item, std::uint32_t bytes = 5) {
    read(actor, queue, item, bytes);
    released(actor, Resource::read_lock, queue);
    released(actor, Resource::slot, queue);
    item_event(actor, Kind::get_end, queue, item, bytes);
  }
  void get(ActorIndex actor, QueueIndex queue, ItemId item, std::uint32_t bytes = 5) {
    begin_get(actor, queue);
    finish_get(actor, queue, item, bytes);
  }
  /// A get that finds nothing and waits for ever.
  void starve(ActorIndex actor, QueueIndex queue) {
    begin_get(actor, queue);
    blocked(actor, Resource::pipe_data, queue);
  }
  void task_done(ActorIndex actor, QueueIndex queue, ItemId item) {
    call(actor, Kind::task_done_begin, queue);
    acquired(actor, Resource::condition_lock, queue);
    acquired(actor, Resource::unfinished, queue);
    released(actor, Resource::condition_lock, queue);
    item_event(actor, Kind::task_done_end, queue, item);
  }
  void begin_join(ActorIndex actor, QueueIndex queue) {
    call(actor, Kind::join_begin, queue);
    acquired(actor, Resource::condition_lock, queue);
    released(actor, Resource::sleeping, queue);
    released(actor, Resource::condition_lock, queue);
    blocked(actor, Resource::barrier, queue);
  }
  void join_process(ActorIndex actor, ActorIndex child) {
    tell({.actor = actor, .kind = Kind::process_join_begin, .object = child, .argument = -1});
    blocked(actor, Resource::child_exit, child);
  }
  void end(ActorIndex process, int code = 0) {
    tell({.actor = process, .kind = Kind::exit_begin, .argument = code});
    tell({.actor = process, .kind = Kind::process_end, .argument = code});
  }
  void kill(ActorIndex killer, ActorIndex victim, int signal = 9) {
    tell({.actor = killer, .kind = Kind::process_signal, .object = victim, .argument = signal});
    tell({.actor = victim, .kind = Kind::process_lost});
    tell({.actor = killer, .kind = Kind::process_reaped, .object = victim, .argument = -signal});
  }

 private:
  std::uint16_t next_actor() const { return static_cast<std::uint16_t>(trace_.actors.size()); }
  ActorIndex add(ActorFacts facts) {
    auto const actor = next_actor();
    if (facts.kind == ActorKind::process) facts.process = actor;
    TraceBuilder(trace_).actor(actor, facts);
    puts_.push_back(0);
    return actor;
  }
  void on(ActorIndex actor, Kind kind, Resource resource, std::uint16_t object, ItemId item = {},
          std::int64_t argument = 0) {
    item_event(actor, kind, object, item, argument, {}, static_cast<std::uint8_t>(resource));
  }

  Trace trace_;
  std::uint64_t now_ = 0;
  QueueIndex next_queue_ = 0;
  std::vector<std::uint32_t> puts_;
};

}  // namespace qs::testing
