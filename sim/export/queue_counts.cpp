#include "sim/export/queue_counts.hpp"

namespace qs {

using mp::trace::Chunk, mp::trace::ObjectKind, mp::trace::QueueClass;

void QueueCounts::event(Event const& event, bool certain) {
  if (!certain) {
    for (Queue& queue : queues_) queue.counts = {};
  }
  if (object_kind(event) != ObjectKind::queue || event.object == mp::trace::no_object) return;
  if (event.kind == Kind::queue_new) create(event);
  if (!certain || event.object >= queues_.size()) return;
  Queue& queue = queues_[event.object];
  switch (event.kind) {
    case Kind::acquired:
    case Kind::released: {
      int const by = event.kind == Kind::acquired ? -1 : 1;
      if (event.resource() == Resource::slot) change(event, Count::items, -by);
      if (event.resource() == Resource::unfinished) change(event, Count::unfinished, by);
      // Whoever finds all tasks done wakes the joiners, under the lock.
      if (event.resource() == Resource::barrier && by > 0 && !queue.hardened) set(event, Count::unfinished, 0);
      break;
    }
    case Kind::blocked: wait(event, queue); break;
    case Kind::qsize:
      if (!queue.hardened && !queue.simple) set(event, Count::items, event.argument);
      break;
    case Kind::pipe_write:
    case Kind::pipe_read:
    case Kind::task_returned: move(event, queue); break;
    case Kind::task_lost: change(event, Count::unfinished, -1); break;
    default: break;
  }
}

void QueueCounts::create(Event const& event) {
  if (queues_.size() <= event.object) queues_.resize(std::size_t{event.object} + 1);
  Queue& queue = queues_[event.object];
  auto const kind = mp::trace::QueueKind::unpack(event.detail);
  queue = {.simple = kind.type == QueueClass::simple,
           .hardened = kind.mechanism == mp::Mechanism::hardened,
           .joinable = kind.type == QueueClass::joinable,
           .maxsize = mp::trace::QueueFacts::unpack(event.argument).maxsize,
           .counts = {}};
  set(event, Count::items, 0);
  set(event, Count::pipe_bytes, 0);
  if (queue.joinable) set(event, Count::unfinished, 0);
}

// What somebody cannot get is not there.
void QueueCounts::wait(Event const& event, Queue const& queue) {
  if (event.resource() == Resource::slot && !queue.hardened) set(event, Count::items, queue.maxsize);
  if (event.resource() != Resource::pipe_data) return;
  set(event, Count::pipe_bytes, 0);
  // The beginning of a message may have been read already.
  if (queue.hardened || (queue.simple && !queue.read_partly)) set(event, Count::items, 0);
}

void QueueCounts::move(Event const& event, Queue& queue) {
  auto const chunk = Chunk::unpack(event.argument);
  bool const read = event.kind == Kind::pipe_read, whole = chunk.missing == 0;
  change(event, Count::pipe_bytes, read ? -std::int64_t{chunk.bytes} : std::int64_t{chunk.bytes});
  if (read) queue.read_partly = !whole;
  if (whole && (queue.hardened || queue.simple)) change(event, Count::items, read ? -1 : 1);
  if (whole && event.kind == Kind::pipe_write && queue.hardened && queue.joinable) change(event, Count::unfinished, 1);
}

void QueueCounts::set(Event const& event, Count count, std::int64_t value) {
  auto& known = queues_[event.object].counts[static_cast<std::size_t>(count)];
  if (known == value && event.kind != Kind::queue_new) return;
  known = value;
  changed_(event.object, count, value);
}

// What would be less than nothing was never known.
void QueueCounts::change(Event const& event, Count count, std::int64_t by) {
  auto& known = queues_[event.object].counts[static_cast<std::size_t>(count)];
  if (!known) return;
  if (*known + by < 0) {
    known.reset();
    return;
  }
  set(event, count, *known + by);
}

void QueueCounts::say_all() const {
  for (std::size_t index = 0; index < queues_.size(); ++index) {
    for (std::size_t count = 0; count < count_kinds; ++count) {
      if (auto const known = queues_[index].counts[count])
        changed_(static_cast<QueueIndex>(index), static_cast<Count>(count), *known);
    }
  }
}

}  // namespace qs
