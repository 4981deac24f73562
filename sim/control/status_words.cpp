#include "sim/control/status_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/text/announced.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

using mp::trace::QueueClass;

constexpr std::size_t most_items = 8;  ///< named in one place

std::string items_words(std::vector<std::string> const& labels) {
  return labels.empty() ? "empty" : listing(labels, most_items);
}

std::string message_words(Trace const& trace, PipeMessage const& message) {
  std::string label = message.item ? short_label(trace, message.item) : "something";
  if (message.read > 0) return fmt::format("{} (partly read)", label);
  if (message.written < message.frame) return fmt::format("{} (partly written)", label);
  return label;
}

/// "held by consumer-1", also when that one is dead.
std::string lock_words(Trace const& trace, World const& world, char const* name, LockWorld const& lock) {
  if (lock.value > 0) return "";
  if (lock.holder == nobody || lock.holder >= world.actors.size()) return fmt::format("{}: taken", name);
  bool const gone = !world.actors[lock.holder].alive();
  return fmt::format("{}: {}{}", name, trace.name(lock.holder), gone ? " (dead)" : "");
}

std::string queue_line(Trace const& trace, World const& world, QueueWorld const& queue) {
  std::vector<std::string> parts;
  std::vector<std::string> piped;
  for (auto const& message : queue.pipe) piped.push_back(message_words(trace, message));
  auto const filled = queue.hardened()
                          ? "shared log " + byte_count(queue.pipe_bytes)
                          : fmt::format("pipe {} of {} bytes", number(queue.pipe_bytes), number(queue.capacity));
  parts.push_back(filled + (piped.empty() ? "" : ": " + items_words(piped)));
  for (auto const& [process, end] : queue.ends) {
    if (end.buffer.empty()) continue;
    std::vector<std::string> labels;
    for (ItemId const item : end.buffer) labels.push_back(short_label(trace, item));
    parts.push_back(fmt::format("{}'s buffer: {}", trace.name(process), items_words(labels)));
  }
  if (queue.bounded()) parts.push_back(fmt::format("{} of {} slots free", queue.free_slots, queue.maxsize));
  if (queue.type == QueueClass::joinable) parts.push_back(fmt::format("{} unfinished", queue.unfinished));
  for (auto const& held : {lock_words(trace, world, "read lock", queue.read_lock),
                           lock_words(trace, world, "write lock", queue.write_lock),
                           lock_words(trace, world, "join condition", queue.condition_lock)}) {
    if (!held.empty()) parts.push_back(held);
  }
  return fmt::format("{}: {}", queue.name, fmt::join(parts, "; "));
}

}  // namespace

std::string status_words(Trace const& trace, World const& world, ActorIndex actor, ActorStatus const& status) {
  switch (status.where) {
    case ActorStatus::Where::unborn: return "not started";
    case ActorStatus::Where::gone: return state_line(trace, world, actor);
    case ActorStatus::Where::computing: return "computing";
    case ActorStatus::Where::outside: return "waiting outside the library for another thread or process";
    case ActorStatus::Where::parked: break;
  }
  if (status.blocked_on == Resource::nothing) return "will " + next_operation(trace, status.next, Length::whole);
  if (status.enabled) {
    return fmt::format("timed out: will stop waiting for {}",
                       resource_words(trace, status.blocked_on, status.next.object));
  }
  bool const known = actor < world.actors.size() && (world.actors[actor].state == ActorState::blocked ||
                                                     world.actors[actor].state == ActorState::sleeping);
  if (known) return state_line(trace, world, actor);
  return fmt::format("waits for {}", resource_words(trace, status.blocked_on, status.next.object));
}

std::vector<std::string> queue_lines(Trace const& trace, World const& world) {
  std::vector<std::string> lines;
  for (QueueWorld const& queue : world.queues) {
    if (queue.exists) lines.push_back(queue_line(trace, world, queue));
  }
  return lines;
}

}  // namespace qs
