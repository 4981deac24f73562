#include <fmt/format.h>

#include "gui/draw/widgets.hpp"
#include "gui/panes/inspect/inspector_parts.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

char const* type_words(mp::trace::QueueClass type) {
  switch (type) {
    case mp::trace::QueueClass::queue: return "Queue";
    case mp::trace::QueueClass::joinable: return "JoinableQueue";
    case mp::trace::QueueClass::simple: return "SimpleQueue";
    case mp::trace::QueueClass::pipe: return "Pipe";
    case mp::trace::QueueClass::lock: return "Lock";
    case mp::trace::QueueClass::semaphore: return "Semaphore";
    case mp::trace::QueueClass::condition: return "Condition";
    case mp::trace::QueueClass::event: return "Event";
    case mp::trace::QueueClass::barrier: return "Barrier";
    case mp::trace::QueueClass::private_queue: return "queue.Queue";
  }
  return "?";
}

void fact_lock(Context const& context, std::string_view what, LockWorld const& lock) {
  fact_actor(context, what, lock.holder, lock.value > 0 ? "free" : "held, by an unknown process");
}

void now(Context const& context, QueueWorld const& queue) {
  Theme const& theme = context.theme;
  bool const simple = queue.type == mp::trace::QueueClass::simple;
  fact(theme, "type", type_words(queue.type));
  fact_actor(context, "created by", queue.creator);
  fact(theme, "mechanism", queue.hardened() ? "hardened: a shared log, robust locks" : "CPython's: a pipe");
  fact(theme, wire_word(queue.mechanism),
       queue.hardened() ? byte_count(queue.pipe_bytes)
                        : fmt::format("{} of {}", number(queue.pipe_bytes), byte_count(queue.capacity)));
  fact(theme, fmt::format("in the {}", wire_word(queue.mechanism)), count(queue.pipe.size(), "item"));
  if (!simple) {
    std::string const slots =
        queue.bounded() ? fmt::format("{} of {} free", queue.free_slots, queue.maxsize) : "unbounded";
    fact(theme, "slots", slots);
    if (queue.bounded())
      fact(theme, "qsize() says", number(static_cast<std::uint64_t>(queue.maxsize - queue.free_slots)));
  }
  fact(theme, "empty() says", queue.pipe_bytes == 0 ? "true" : "false");
  fact_lock(context, "read lock", queue.read_lock);
  fact_lock(context, "write lock", queue.write_lock);
  if (queue.type == mp::trace::QueueClass::joinable) {
    if (!queue.hardened()) fact_lock(context, "join lock", queue.condition_lock);
    fact(theme, "unfinished", count(static_cast<std::uint64_t>(queue.unfinished), "task"));
    if (!queue.hardened()) fact(theme, "joiners asleep", std::to_string(queue.sleeping - queue.woken));
  }
  fact(theme, "put so far", count(queue.puts, "item"));
  fact(theme, "got so far", count(queue.gets, "item"));
  if (queue.tasks_done > 0) fact(theme, "tasks done", number(queue.tasks_done));
  if (queue.dropped > 0) fact(theme, "dropped", count(queue.dropped, "item"));
}

void ends(Context const& context, QueueWorld const& queue) {
  if (queue.ends.empty() || queue.hardened()) return;
  section(context.theme, "In each process");
  if (!begin_facts("ends", context.theme)) return;
  for (auto const& [process, end] : queue.ends) {
    std::string words = count(end.buffer.size(), "item") + " buffered, " + number(end.appended) + " so far";
    if (end.closed) words += ", closed";
    if (end.join_cancelled) words += ", join cancelled";
    fact(context.theme, context.trace.name(process), words);
  }
  ImGui::EndTable();
}

void pipe(Context const& context, QueueWorld const& queue) {
  if (queue.pipe.empty()) return;
  constexpr std::size_t most = 40;
  section(context.theme, fmt::format("In the {}, oldest first", wire_word(queue.mechanism)));
  if (!begin_facts("pipe", context.theme)) return;
  for (std::size_t i = 0; i < queue.pipe.size() && i < most; ++i) {
    PipeMessage const& message = queue.pipe[i];
    ImGui::PushID(static_cast<int>(i));
    std::string const what =
        message.written < message.frame || message.read > 0
            ? fmt::format("{} of {}", number(message.written - message.read), byte_count(message.frame))
            : byte_count(message.frame);
    fact_item(context, what, message.item);
    ImGui::PopID();
  }
  if (queue.pipe.size() > most) fact(context.theme, "\u2026", fmt::format("and {} more", queue.pipe.size() - most));
  ImGui::EndTable();
}

}  // namespace

void inspect_queue(Context const& context, QueueIndex index, Stats const* stats) {
  Theme const& theme = context.theme;
  if (index >= context.world.queues.size() || !context.world.queues[index].exists) {
    return empty_state(theme, "This queue does not exist yet", "Step forward, or play.");
  }
  QueueWorld const& queue = context.world.queues[index];
  heading(theme, queue.name);
  if (begin_facts("queue", theme)) {
    now(context, queue);
    ImGui::EndTable();
  }
  pipe(context, queue);
  ends(context, queue);
  if (!stats) return;
  for (QueueStats const& whole : stats->queues) {
    if (whole.queue != index) continue;
    section(theme, "In the whole run");
    if (!begin_facts("whole", theme)) return;
    fact(theme, "items", fmt::format("{} put, {} got", number(whole.puts), number(whole.gets)));
    if (whole.sentinels > 0) fact(theme, "sentinels", number(whole.sentinels));
    if (whole.dropped > 0) fact(theme, "dropped", number(whole.dropped));
    if (whole.latency.count > 0) {
      fact(theme, "put to get",
           fmt::format("median {}, shortest {}, longest {}", duration(whole.latency.median),
                       duration(whole.latency.min), duration(whole.latency.max)));
    }
    fact(theme, "most at once",
         fmt::format("{}, {} in the {}", count(whole.most_items, "item"), byte_count(whole.most_pipe_bytes),
                     wire_word(queue.mechanism)));
    if (whole.items_per_second > 0) fact(theme, "rate", fmt::format("{:.1f} items a second", whole.items_per_second));
    ImGui::EndTable();
  }
}

}  // namespace qs::gui
