// What an actor is doing, in one line.
#include <fmt/format.h>

#include <algorithm>

#include "sim/text/words.hpp"

namespace qs {

namespace {

constexpr char not_known[] = "not known after lost events";

std::string holder_words(Trace const& trace, World const& world, QueueWorld const& queue, LockWorld const& lock) {
  if (!world.knows_holder(queue, lock)) return fmt::format("its holder is {}", not_known);
  ActorIndex const holder = lock.holder;
  if (holder == nobody) return "held by nobody";
  auto const state = holder < world.actors.size() ? world.actors[holder].state : ActorState::unborn;
  if (state == ActorState::killed) return fmt::format("held by {} (killed)", trace.name(holder));
  if (state == ActorState::ended) return fmt::format("held by {} (ended)", trace.name(holder));
  return "held by " + trace.name(holder);
}

// Facts about what is waited for; "" if there are none.
std::string aside(Trace const& trace, World const& world, ActorWorld const& actor) {
  auto const* queue = world.queue(actor.waits_object);
  switch (actor.waits_for) {
    case Resource::child_exit:
    case Resource::thread_end:
      if (actor.waits_object >= world.actors.size()) return "";
      return fmt::format("{} is {}", trace.name(actor.waits_object),
                         state_words(world.actors[actor.waits_object].state));
    case Resource::read_lock:
    case Resource::write_lock:
    case Resource::condition_lock:
    case Resource::mutex: return queue ? holder_words(trace, world, *queue, *queue->lock(actor.waits_for)) : "";
    case Resource::slot:
      if (!queue || !queue->bounded()) return "";
      if (!world.knows_count(*queue, Resource::slot)) return fmt::format("how many are in use is {}", not_known);
      return fmt::format("{} of {} in use", queue->maxsize - queue->free_slots, queue->maxsize);
    case Resource::pipe_data:
      if (!queue) return "";
      if (!world.knows_pipe(*queue))
        return fmt::format("what is in the {} is {}", wire_word(queue->mechanism), not_known);
      if (queue->hardened()) return count(queue->pipe.size(), "item") + " in the shared log";
      return fmt::format("{} in the pipe", byte_count(queue->pipe_bytes));
    case Resource::pipe_room:
      if (queue && !world.knows_pipe(*queue))
        return fmt::format("how many of {} bytes are in use is {}", number(queue->capacity), not_known);
      return queue ? fmt::format("{} of {} bytes in use, too many for the next write", number(queue->pipe_bytes),
                                 number(queue->capacity))
                   : "";
    case Resource::barrier:
      if (queue && !world.knows_count(*queue, Resource::unfinished))
        return fmt::format("how many tasks are unfinished is {}", not_known);
      return queue && queue->unfinished >= 0 ? count(static_cast<std::uint64_t>(queue->unfinished), "unfinished task")
                                             : "";
    default: return "";
  }
}

std::string blocked_line(Trace const& trace, World const& world, ActorWorld const& actor) {
  auto const call = call_words(actor.call);
  auto const* verb = actor.in_exit ? "blocked at exit" : "blocked";
  auto line = call.empty() ? std::string(verb) : fmt::format("{} in {}", verb, call);
  line += ": waits for " + resource_words(trace, actor.waits_for, actor.waits_object, actor.wait_timeout);
  std::vector<std::string> asides;
  if (auto words = aside(trace, world, actor); !words.empty()) asides.push_back(std::move(words));
  if (actor.wait_timeout > 0) {
    asides.push_back(fmt::format("at most {}", duration(static_cast<std::uint64_t>(actor.wait_timeout))));
  }
  if (!asides.empty()) line += fmt::format(" ({})", fmt::join(asides, ", "));
  return line;
}

std::string sleeping_line(ActorWorld const& actor) {
  return "sleeps " + duration(static_cast<std::uint64_t>(std::max<std::int64_t>(actor.wait_timeout, 0)));
}

std::string running_line(Trace const& trace, ActorWorld const& actor) {
  if (actor.outside < trace.size()) return outside_words(trace, trace.at(actor.outside), trace.text(actor.outside));
  auto const call = call_words(actor.call);
  if (!call.empty()) return "running, in " + call;
  return actor.item ? fmt::format("running, has taken {}", item_label(trace, actor.item)) : "running";
}

}  // namespace

std::string outside_words(Trace const& trace, Event const& seen, std::string_view call) {
  using mp::trace::Outside;
  auto const whom = seen.object < trace.actors.size() ? trace.name(seen.object) : "";
  switch (static_cast<Outside>(seen.detail)) {
    case Outside::computing: return "computes outside the library";
    case Outside::sleeping: return fmt::format("sleeps outside the library ({})", call);
    case Outside::thread_end:
      return fmt::format("waits outside the library for {} to end ({})", whom.empty() ? "a thread" : whom, call);
    case Outside::child_exit:
      return fmt::format("waits outside the library for {} to exit ({})", whom.empty() ? "a process" : whom, call);
    case Outside::stopped: return "stopped by a signal or a debugger";
    case Outside::replaced: return fmt::format("became another program by exec: {}", call);
    default: return fmt::format("waits outside the library ({})", call);
  }
}

std::string state_words(ActorState state) {
  switch (state) {
    case ActorState::unborn: return "not started";
    case ActorState::running: return "running";
    case ActorState::sleeping: return "sleeping";
    case ActorState::blocked: return "blocked";
    case ActorState::exiting: return "exiting";
    case ActorState::ended: return "ended";
    case ActorState::killed: return "killed";
  }
  return "unknown";
}

std::string state_line(Trace const& trace, World const& world, ActorIndex index) {
  if (index >= world.actors.size()) return "unknown";
  auto const& actor = world.actors[index];
  if (!world.knows_state(index)) return "not known: events were lost";
  bool const is_process = index < trace.actors.size() && trace.actors[index].kind == ActorKind::process;
  switch (actor.state) {
    case ActorState::unborn: return "not started";
    case ActorState::running: return running_line(trace, actor);
    case ActorState::sleeping: return sleeping_line(actor);
    case ActorState::blocked: return blocked_line(trace, world, actor);
    case ActorState::exiting: return "running its exit steps";
    case ActorState::ended:
      return is_process && actor.exit_code_known ? "ended with " + exit_words(actor.exit_code) : "ended";
    case ActorState::killed: return actor.exit_code_known ? exit_words(actor.exit_code) : "killed";
  }
  return "unknown";
}

}  // namespace qs
