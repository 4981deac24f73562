// Traces that no program made: a test says what the actors do, and the events are written as the library
// would write them. Each event takes a microsecond.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>

#include "sim/trace.hpp"
#include "sim/world.hpp"

namespace qs::gui {

class ActedTrace {
 public:
  Trace trace;

  ActedTrace() {
    trace.locations.push_back({});
    source_ =
        "// One producer, one consumer and a sentinel between them.\n"
        "void producer(Queue<std::optional<int>>& jobs) {\n"
        "  for (int i = 0; i < 10; ++i) {\n"
        "    jobs.put(i * i);\n"
        "  }\n"
        "  jobs.put(std::nullopt);\n"
        "}\n"
        "\n"
        "void consumer(Queue<std::optional<int>>& jobs) {\n"
        "  while (auto job = jobs.get()) {\n"
        "    work_on(*job);\n"
        "    jobs.task_done();\n"
        "  }\n"
        "}\n";
    trace.sources["sample.cpp"] = source_;
    for (std::uint32_t line = 1; line <= 14; ++line) trace.locations.push_back({"sample.cpp", line, ""});
  }

  ActorIndex process(std::string const& name, ActorIndex parent = nobody) {
    auto const index = static_cast<ActorIndex>(trace.actors.size());
    trace.actors.push_back({name, ActorKind::process, parent, index, 4000 + index});
    if (parent == nobody) {
      event(index, Kind::program_begin, mp::trace::no_object, 4000 + index);
    } else {
      event(parent, Kind::process_start, index, 0);
      event(index, Kind::process_begin, parent, 4000 + index);
    }
    return index;
  }

  QueueIndex queue(ActorIndex creator, std::string const& name,
                   mp::trace::QueueClass type = mp::trace::QueueClass::queue, std::int32_t maxsize = 2147483647) {
    auto const index = static_cast<QueueIndex>(types_.size());
    types_.push_back(type);
    Event made = make(creator, Kind::queue_new, index, mp::trace::QueueFacts{65536, maxsize}.packed());
    made.detail = static_cast<std::uint8_t>(type);
    trace.append(made, name);
    return index;
  }

  ItemId begin_put(ActorIndex actor, QueueIndex queue, std::string const& preview, bool sentinel = false) {
    ItemId const item{actor, ++sequence_[actor]};
    Event put = make(actor, Kind::put_begin, queue, -1, item);
    put.detail = sentinel ? mp::trace::item_sentinel : mp::trace::item_plain;
    put.location = sentinel ? 6 : 4;
    trace.append(put, preview);
    return item;
  }

  ItemId put(ActorIndex actor, QueueIndex queue, std::string const& preview, bool sentinel = false) {
    ItemId const item = begin_put(actor, queue, preview, sentinel);
    event(actor, Kind::acquired, queue, 0, item, Resource::slot);
    if (feeder(actor, queue) == nobody) start_feeder(actor, queue);
    event(actor, Kind::buffer_append, queue, 0, item);
    if (types_[queue] == mp::trace::QueueClass::joinable)
      event(actor, Kind::released, queue, 0, item, Resource::unfinished);
    event(actor, Kind::put_end, queue, 0, item);
    buffers_[{actor, queue}].push_back(item);
    return item;
  }

  ActorIndex feeder(ActorIndex process, QueueIndex queue) const {
    auto const found = feeders_.find({process, queue});
    return found == feeders_.end() ? nobody : found->second;
  }

  /// The feeder takes the buffer's first item.
  ItemId take(ActorIndex process, QueueIndex queue, std::uint32_t bytes = 5) {
    auto& buffer = buffers_[{process, queue}];
    ItemId const item = buffer.front();
    buffer.pop_front();
    ActorIndex const it = feeder(process, queue);
    event(it, Kind::buffer_take, queue, 0, item);
    event(it, Kind::serialised, queue, bytes, item);
    return item;
  }

  /// The feeder writes the buffer's first item into the pipe.
  ItemId feed(ActorIndex process, QueueIndex queue, std::uint32_t bytes = 5) {
    ItemId const item = take(process, queue, bytes);
    ActorIndex const it = feeder(process, queue);
    event(it, Kind::acquired, queue, 0, item, Resource::write_lock);
    event(it, Kind::pipe_write, queue, mp::trace::Chunk{bytes + 4, 0}.packed(), item);
    event(it, Kind::released, queue, 0, item, Resource::write_lock);
    pipes_[queue].emplace_back(item, bytes + 4);
    return item;
  }

  void begin_get(ActorIndex actor, QueueIndex queue) {
    Event get = make(actor, Kind::get_begin, queue, -1);
    get.location = 10;
    trace.append(get);
  }

  void take_read_lock(ActorIndex actor, QueueIndex queue) {
    begin_get(actor, queue);
    event(actor, Kind::acquired, queue, 0, {}, Resource::read_lock);
  }

  ItemId get(ActorIndex actor, QueueIndex queue) {
    take_read_lock(actor, queue);
    auto const [item, frame] = pipes_[queue].front();
    pipes_[queue].pop_front();
    event(actor, Kind::pipe_read, queue, mp::trace::Chunk{4, frame - 4}.packed(), item);
    event(actor, Kind::pipe_read, queue, mp::trace::Chunk{frame - 4, 0}.packed(), item);
    event(actor, Kind::released, queue, 0, item, Resource::read_lock);
    event(actor, Kind::released, queue, 0, item, Resource::slot);
    event(actor, Kind::get_end, queue, frame - 4, item);
    return item;
  }

  void block(ActorIndex actor, Resource resource, std::uint16_t object, ItemId item = {}) {
    event(actor, Kind::blocked, object, -1, item, resource);
  }
  void kill(ActorIndex killer, ActorIndex victim) {
    event(killer, Kind::process_signal, victim, 9);
    event(killer, Kind::process_reaped, victim, -9);
  }
  void end(ActorIndex actor, int code = 0) {
    event(actor, Kind::exit_begin, mp::trace::no_object, code);
    event(actor, Kind::process_end, mp::trace::no_object, code);
  }

  void event(ActorIndex actor, Kind kind, std::uint16_t object, std::int64_t argument, ItemId item = {},
             Resource resource = Resource::nothing) {
    Event it = make(actor, kind, object, argument, item);
    it.detail = static_cast<std::uint8_t>(resource);
    trace.append(it);
  }
  void pass(std::uint64_t nanoseconds) { now_ += nanoseconds; }

  World world(Step step = no_step) const {
    World result;
    for (Step i = 0; i < trace.size() && (step == no_step || i <= step); ++i) apply(result, trace, i);
    return result;
  }

 private:
  Event make(ActorIndex actor, Kind kind, std::uint16_t object, std::int64_t argument, ItemId item = {}) {
    Event it;
    it.time = now_ += 1000;
    it.actor = actor;
    it.kind = kind;
    it.object = object;
    it.argument = argument;
    it.item_producer = item.producer;
    it.item_sequence = item.sequence;
    return it;
  }

  void start_feeder(ActorIndex process, QueueIndex queue) {
    auto const index = static_cast<ActorIndex>(trace.actors.size());
    trace.actors.push_back({trace.actors[process].name + " feeder", ActorKind::feeder, process, process, 9000 + index});
    feeders_[{process, queue}] = index;
    event(process, Kind::thread_start, index, queue);
    event(index, Kind::thread_begin, queue, 9000 + index);
  }

  using End = std::pair<ActorIndex, QueueIndex>;
  std::uint64_t now_ = 0;
  std::string source_;
  std::vector<mp::trace::QueueClass> types_;
  std::map<ActorIndex, std::uint32_t> sequence_;
  std::map<End, ActorIndex> feeders_;
  std::map<End, std::deque<ItemId>> buffers_;
  std::map<QueueIndex, std::deque<std::pair<ItemId, std::uint32_t>>> pipes_;
};

}  // namespace qs::gui
