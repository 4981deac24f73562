#include "sim/capture/causality.hpp"

#include <algorithm>

namespace qs {

using mp::trace::Chunk;
using mp::trace::no_object;
using mp::trace::ObjectKind;
using mp::trace::Phase;
using mp::trace::QueueClass;
using mp::trace::QueueKind;
using mp::trace::Shape;

namespace {

/// The queue an event is about; no_object if it is about none.
std::uint16_t queue_of(Event const& event) {
  if (carries_resource(event.kind)) {
    bool const known = event.detail < mp::trace::resource_count;
    return known && facts(event.resource()).owner == ObjectKind::queue ? event.object : no_object;
  }
  return facts(event.kind).object == ObjectKind::queue ? event.object : no_object;
}

/// Locks and semaphores: what has a value that acquiring takes from and releasing adds to.
bool has_value(Event const& event) {
  if (queue_of(event) == no_object) return false;
  Shape const shape = facts(event.resource()).shape;
  return shape == Shape::lock || shape == Shape::count;
}

Requirement unit(Event const& event) {
  return {Requirement::What::unit, std::uint64_t{event.object} * mp::trace::resource_count + event.detail};
}

constexpr auto unfinished = static_cast<std::size_t>(Resource::unfinished);

bool is_set(std::vector<bool> const& flags, std::size_t index) { return index < flags.size() && flags[index]; }

void set(std::vector<bool>& flags, std::size_t index) {
  if (index == no_object) return;
  if (flags.size() <= index) flags.resize(index + 1);
  flags[index] = true;
}

}  // namespace

bool Causality::Queue::holds(ItemId item) const { return !item || places.contains(item.packed()); }

// What is in the pipe is not looked at again, and would grow with every reading that is lost.
void Causality::Queue::forget_pipe() {
  pipe_known = false;
  in_pipe.clear();
  places.clear();
}

void Causality::Queue::write(ItemId item, std::uint64_t count) {
  if (count <= capacity && bytes + count > capacity) forget_pipe();
  if (!pipe_known) return;
  bytes += count;
  if (!item || (!in_pipe.empty() && in_pipe.back() == item)) return;
  places[item.packed()] = taken + in_pipe.size();
  in_pipe.push_back(item);
}

void Causality::Queue::put_back(ItemId item, std::uint64_t count) {
  if (!pipe_known) return;
  bytes += count;
  if (!item) return;
  places[item.packed()] = --taken;
  in_pipe.push_front(item);
}

void Causality::Queue::read(ItemId item, Chunk chunk) {
  if (bytes < chunk.bytes || !holds(item)) forget_pipe();
  if (!pipe_known) return;
  bytes -= std::min<std::uint64_t>(bytes, chunk.bytes);
  if (!item || chunk.missing != 0) return;
  auto const found = places.find(item.packed());
  if (found == places.end()) return;
  // A pipe is read from its front: the items ahead have been read too, even if those events were lost.
  for (std::uint64_t const last = found->second; taken <= last; ++taken) {
    auto const place = places.find(in_pipe.front().packed());
    if (place != places.end() && place->second == taken) places.erase(place);
    in_pipe.pop_front();
  }
}

Causality::Queue const* Causality::find(std::uint16_t queue) const {
  return queue < queues_.size() && queues_[queue].exists ? &queues_[queue] : nullptr;
}

Causality::Queue& Causality::at(std::uint16_t queue) {
  if (queues_.size() <= queue) queues_.resize(std::size_t{queue} + 1);
  return queues_[queue];
}

void Causality::create(Event const& event) {
  auto const made = mp::trace::QueueFacts::unpack(event.argument);
  Queue& queue = at(event.object);
  queue = {};
  queue.exists = true;
  auto const kind = QueueKind::unpack(event.detail);
  queue.counts_written = kind.mechanism == mp::Mechanism::hardened && kind.type == QueueClass::joinable;
  queue.capacity = made.capacity;
  for (std::size_t resource = 0; resource < mp::trace::resource_count; ++resource) {
    queue.values[resource] = mp::trace::table::resources[resource].shape == Shape::lock ? 1 : 0;
  }
  queue.values[static_cast<std::size_t>(Resource::slot)] = made.maxsize;
  queue.values[static_cast<std::size_t>(Resource::permit)] = made.maxsize;
}

std::optional<Requirement> Causality::missing(Event const& event) const {
  std::uint16_t const index = queue_of(event);
  Queue const* const queue = find(index);
  if (index != no_object && queue == nullptr && event.kind != Kind::queue_new)
    return Requirement{Requirement::What::queue, index};

  switch (event.kind) {
    case Kind::acquired:
      if (has_value(event) && queue->values[event.detail] <= 0) return unit(event);
      break;
    case Kind::pipe_write: {
      std::uint64_t const bytes = Chunk::unpack(event.argument).bytes;
      if (queue == nullptr || !queue->pipe_known || bytes > queue->capacity) break;
      if (queue->bytes + bytes > queue->capacity) return Requirement{Requirement::What::room, index};
      break;
    }
    case Kind::pipe_read:
      if (queue == nullptr || !queue->pipe_known) break;
      if (queue->bytes < Chunk::unpack(event.argument).bytes || !queue->holds(event.item())) {
        return Requirement{Requirement::What::bytes, index};
      }
      break;
    case Kind::process_begin:
      if (!is_set(started_, event.actor)) return Requirement{Requirement::What::start, event.actor};
      break;
    case Kind::thread_begin:
      // A thread of the program's own that happens to use a queue was started out of sight.
      if (event.object != no_object && !is_set(started_, event.actor))
        return Requirement{Requirement::What::start, event.actor};
      break;
    case Kind::process_reaped:
      if (event.object != no_object && !is_set(ended_, event.object))
        return Requirement{Requirement::What::end, event.object};
      break;
    case Kind::buffer_take:
      if (event.item() && buffers_known_ && !buffered_.contains(event.item().packed())) {
        return Requirement{Requirement::What::buffered, event.item().packed()};
      }
      break;
    default: break;
  }
  return std::nullopt;
}

std::size_t Causality::kept() const {
  std::size_t items = buffered_.size();
  for (Queue const& queue : queues_) items += queue.in_pipe.size();
  return items;
}

void Causality::buffer(ItemId item) {
  if (!buffers_known_) return;
  buffered_.insert(item.packed());
  if (!gaps_ || buffered_.size() <= most_buffered_with_gaps) return;
  buffers_known_ = false;
  buffered_.clear();
}

void Causality::happen(Event const& event, std::vector<Requirement>& provided) {
  std::uint16_t const index = queue_of(event);
  switch (event.kind) {
    case Kind::queue_new:
      if (index == no_object) break;
      create(event);
      provided.push_back({Requirement::What::queue, index});
      break;
    case Kind::acquired:
      // Not below zero: when the release was lost, the next pair must find each other again.
      if (has_value(event)) {
        auto& value = at(index).values[event.detail];
        value = std::max<std::int64_t>(value - 1, 0);
      }
      break;
    case Kind::released:
      if (!has_value(event)) break;
      at(index).values[event.detail] += 1;
      provided.push_back(unit(event));
      break;
    case Kind::repaired:  // the holder's death released it
      if (!has_value(event)) break;
      at(index).values[event.detail] = 1;
      provided.push_back(unit(event));
      break;
    case Kind::task_returned:
      if (index == no_object) break;
      at(index).put_back(event.item(), Chunk::unpack(event.argument).bytes);
      provided.push_back({Requirement::What::bytes, index});
      break;
    case Kind::pipe_write:
      if (index == no_object) break;
      at(index).write(event.item(), Chunk::unpack(event.argument).bytes);
      provided.push_back({Requirement::What::bytes, index});
      if (!at(index).pipe_known) provided.push_back({Requirement::What::room, index});
      if (at(index).counts_written) {
        at(index).values[unfinished] += 1;
        provided.push_back({Requirement::What::unit, std::uint64_t{index} * mp::trace::resource_count + unfinished});
      }
      break;
    case Kind::task_lost:
      if (index != no_object)
        at(index).values[unfinished] = std::max<std::int64_t>(at(index).values[unfinished] - 1, 0);
      break;
    case Kind::pipe_read:
      if (index == no_object) break;
      at(index).read(event.item(), Chunk::unpack(event.argument));
      provided.push_back({Requirement::What::room, index});
      if (!at(index).pipe_known) provided.push_back({Requirement::What::bytes, index});
      break;
    case Kind::process_start:
    case Kind::thread_start:
      set(started_, event.object);
      provided.push_back({Requirement::What::start, event.object});
      break;
    case Kind::process_end:
    case Kind::process_lost:
    case Kind::thread_end:
      set(ended_, event.actor);
      provided.push_back({Requirement::What::end, event.actor});
      break;
    case Kind::buffer_append:
      if (!event.item()) break;
      buffer(event.item());
      provided.push_back({Requirement::What::buffered, event.item().packed()});
      break;
    case Kind::buffer_take: buffered_.erase(event.item().packed()); break;
    case Kind::gap: gaps_ = true; break;
    default: break;
  }
}

}  // namespace qs
