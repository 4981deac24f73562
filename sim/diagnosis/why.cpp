// The wait-for chain of one actor, in words.
#include <fmt/format.h>

#include <algorithm>

#include "sim/diagnosis/diagnosis.hpp"
#include "sim/diagnosis/wait_graph.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

class Narrator {
 public:
  Narrator(Trace const& trace, World const& world, WaitGraph const& graph)
      : trace_(trace), world_(world), graph_(graph) {}

  WaitChain chain(ActorIndex actor) const {
    auto const path = graph_.path(actor);
    WaitChain chain;
    chain.root = path.back();
    chain.cycle = std::find(path.begin(), path.end() - 1, path.back()) != path.end() - 1;
    chain.hopeless = graph_.waits(actor) && !graph_.lively(path.back());
    auto const links = chain.cycle ? path.size() - 1 : path.size();
    for (std::size_t i = 0; i < links; ++i) chain.links.push_back(link(path[i]));
    chain.conclusion = conclusion(path, chain);
    return chain;
  }

 private:
  WaitLink link(ActorIndex index) const {
    auto const& actor = world_.actors[index];
    WaitLink link;
    link.actor = index;
    link.since = actor.since;
    if (actor.state == ActorState::blocked) {
      link.resource = actor.waits_for;
      link.object = actor.waits_object;
      link.because_of = graph_.providers(index);
    }
    link.sentence = sentence(index, link);
    return link;
  }

  std::string sentence(ActorIndex index, WaitLink const& link) const {
    auto const& actor = world_.actors[index];
    auto const& name = trace_.name(index);
    if (actor.state == ActorState::sleeping) {
      return fmt::format("{} {}{}. It goes on by itself.", name, state_line(trace_, world_, index), aside(actor));
    }
    if (actor.state != ActorState::blocked) {
      auto const where = place(trace_, actor.location);
      return fmt::format("{} {}{}.", name, plain_state(index), where.empty() ? "" : " at " + where);
    }
    auto words = fmt::format("{} waits", name);
    if (actor.in_exit) words += " at its exit";
    if (auto const call = call_on(actor); !call.empty() && !actor.in_exit) words += " in " + call;
    words += " for " + resource_words(trace_, actor.waits_for, actor.waits_object, actor.wait_timeout);
    words += aside(actor) + ".";
    if (auto const reason = why_not(index, link); !reason.empty()) words += " " + reason;
    return words;
  }

  // A pipe has send and recv.
  std::string call_on(ActorWorld const& actor) const {
    auto const* queue = world_.queue(actor.call_object);
    bool const of_pipe = queue != nullptr && queue->type == mp::trace::QueueClass::pipe;
    if (of_pipe && actor.call == Kind::put_begin) return "send";
    if (of_pipe && actor.call == Kind::get_begin) return "recv";
    return call_words(actor.call);
  }

  // Since when, and where in the source.
  std::string aside(ActorWorld const& actor) const {
    std::string words;
    if (auto const now = present(); actor.since < trace_.size() && now > trace_.at(actor.since).time) {
      words += fmt::format(", for {}", duration(now - trace_.at(actor.since).time));
    }
    if (auto const where = place(trace_, actor.location); !where.empty()) words += fmt::format(" ({})", where);
    return words;
  }

  // At the last step, time has gone on to the end of the run.
  std::uint64_t present() const {
    return world_.step != no_step && world_.step + 1 == trace_.size() ? trace_.duration() : world_.time;
  }

  std::string plain_state(ActorIndex index) const {
    auto const line = state_line(trace_, world_, index);
    if (auto const* seen = graph_.outside(index)) {
      auto const what = static_cast<mp::trace::Outside>(seen->detail);
      auto const adjective = what == mp::trace::Outside::stopped;
      return (adjective ? "is " : "") + outside_words(trace_, *seen, trace_.text(world_.actors[index].outside));
    }
    if (!graph_.dead(index)) return "is " + line;
    return (world_.actors[index].state == ActorState::killed ? "was " : "has ") + line;
  }

  // Why it does not get what it waits for.
  std::string why_not(ActorIndex index, WaitLink const& link) const {
    auto const& actor = world_.actors[index];
    auto const* queue = world_.queue(actor.waits_object);
    auto const* lock = queue ? queue->lock(actor.waits_for) : nullptr;
    if (lock && !world_.knows_holder(*queue, *lock)) return unknown;
    bool const of_pipe = actor.waits_for == Resource::pipe_room || actor.waits_for == Resource::pipe_data;
    if (queue && of_pipe && !world_.knows_pipe(*queue)) return unknown;
    switch (actor.waits_for) {
      case Resource::read_lock:
      case Resource::write_lock:
      case Resource::condition_lock:
      case Resource::mutex: return why_locked(link, queue && queue->hardened());
      case Resource::permit: return queue ? why_no_permit(*queue) : "";
      case Resource::acknowledgement: return why_not_acknowledged(link);
      case Resource::notice:
      case Resource::flag:
      case Resource::parties: return who(link, "could do that").substr(1);
      case Resource::result: return why_no_result(link);
      case Resource::private_item:
      case Resource::private_room:
      case Resource::neighbour: return who(link, "could do that").substr(1);
      case Resource::slot:
        if (queue && !queue->bounded())
          return "All of its memory is in use, and only a get makes room." + who(link, "could get");
        return queue ? fmt::format("All {} of its slots are taken, and only a get gives one back.{}",
                                   number(static_cast<std::uint64_t>(std::max<std::int32_t>(queue->maxsize, 0))),
                                   who(link, "could get"))
                     : "";
      case Resource::pipe_data: return queue ? why_no_data(*queue, link) : "";
      case Resource::pipe_room:
        if (queue && queue->capacity == 0)
          return "The socket is full, and only a receive makes room." + who(link, "could receive");
        return queue ? fmt::format(
                           "The pipe holds {} of {} bytes, too many for the next write, and only a get makes room.{}",
                           number(queue->pipe_bytes), number(queue->capacity), who(link, "could get"))
                     : "";
      case Resource::barrier: return queue ? why_unfinished(actor.waits_object, *queue) : "";
      case Resource::woken_joiner: return why_no_answer(link);
      case Resource::feeder_end: return queue ? why_feeder_stays(index, *queue) : "";
      default: return "";
    }
  }

  static constexpr char unknown[] = "Events were lost: what stands in its way is not known.";

  std::string why_locked(WaitLink const& link, bool robust) const {
    if (link.because_of.empty()) return "Nobody holds it any more, so the wait is about to end.";
    auto const holder = link.because_of.front();
    auto const& name = trace_.name(holder);
    if (!graph_.dead(holder)) return fmt::format("{} holds it.", name);
    bool const killed = world_.actors[holder].state == ActorState::killed;
    if (robust) {
      return fmt::format("{} {} while it held it. The lock is robust: who takes it next repairs what was left.", name,
                         killed ? "was killed" : "ended");
    }
    return fmt::format("{} holds it, and {} while it held it: nobody will ever give it back.", name,
                       killed ? "was killed" : "ended");
  }

  std::string why_no_permit(QueueWorld const& queue) const {
    std::vector<std::string> holders;
    for (auto const& [holder, permits] : queue.permits) {
      holders.push_back(
          fmt::format("{} ({}{})", trace_.name(holder), permits, graph_.dead(holder) ? ", and is dead" : ""));
    }
    if (holders.empty()) return "Nobody has acquired one that it has not released.";
    return fmt::format("Who has acquired and not released: {}.", listing(holders, 4));
  }

  std::string why_not_acknowledged(WaitLink const& link) const {
    if (!link.because_of.empty() && graph_.dead(link.because_of.front())) {
      return fmt::format(
          "It wakes every process that waits there and does not go on until each has answered; {} was killed in its "
          "wait and will never answer.",
          trace_.name(link.because_of.front()));
    }
    return "It wakes every process that waits there and does not go on until each has answered.";
  }

  std::string why_no_result(WaitLink const& link) const {
    if (link.because_of.empty()) return "No thread is left that hands out results.";
    auto const handler = link.because_of.front();
    return graph_.dead(handler) ? fmt::format("{}, the thread that hands them out, has ended.", trace_.name(handler))
                                : fmt::format("{} hands them out.", trace_.name(handler));
  }

  std::string why_no_data(QueueWorld const& queue, WaitLink const& link) const {
    if (!queue.pipe.empty() && queue.pipe.front().written < queue.pipe.front().frame && !link.because_of.empty()) {
      auto const& message = queue.pipe.front();
      auto const writer = link.because_of.front();
      auto words = fmt::format(
          "It is in the middle of {}: {} of its {} bytes were written, the rest can only come from {}",
          short_label(trace_, message.item), number(message.written), number(message.frame), trace_.name(writer));
      return words + (graph_.dead(writer) ? ", which is dead." : ".");
    }
    return fmt::format("The {} is empty, and only a put brings something.{}", wire_word(queue.mechanism),
                       who(link, "could put"));
  }

  std::string why_unfinished(QueueIndex index, QueueWorld const& queue) const {
    std::vector<std::string> names;
    for (auto const& [id, item] : world_.items) {
      if (!world_.knows_place(item)) continue;  // events were lost
      if (item.queue != index || item.place == ItemPlace::putting || item.place == ItemPlace::done) continue;
      if (names.size() < 200) names.push_back(fmt::format("{} ({})", short_label(trace_, id), where(item)));
    }
    auto const tasks = count(static_cast<std::uint64_t>(std::max<std::int64_t>(queue.unfinished, 0)), "task");
    if (names.empty()) return fmt::format("{} unfinished.", tasks);
    return fmt::format("{} unfinished: {}.", tasks + (queue.unfinished == 1 ? " is" : " are"), listing(names, 3));
  }

  std::string where(ItemWorld const& item) const {
    switch (item.place) {
      case ItemPlace::got: return "got by " + trace_.name(item.actor);
      case ItemPlace::buffered: return "in the buffer of " + trace_.name(item.actor);
      case ItemPlace::feeding: return "in the hands of " + trace_.name(item.actor);
      case ItemPlace::dropped: return "dropped by " + trace_.name(item.actor);
      default: return fmt::format("in the {}", wire_word(trace_.mechanism(item.queue)));
    }
  }

  std::string why_no_answer(WaitLink const& link) const {
    if (!link.because_of.empty() && graph_.dead(link.because_of.front())) {
      return fmt::format(
          "It wakes everybody who sleeps in join and waits for the answer of each; {} was killed in its "
          "sleep and will never answer.",
          trace_.name(link.because_of.front()));
    }
    return "It wakes everybody who sleeps in join and waits for the answer of each.";
  }

  std::string why_feeder_stays(ActorIndex index, QueueWorld const& queue) const {
    auto const end = queue.ends.find(world_.actors[index].process);
    if (end == queue.ends.end()) return "";
    std::size_t left = end->second.buffer.size();
    if (end->second.feeder < world_.actors.size() && world_.actors[end->second.feeder].item) ++left;
    return left == 0 ? "" : fmt::format("The feeder still has {} to write.", count(left, "item"));
  }

  // " Nobody is left who could get.", " Those who could get: main (blocked)."
  std::string who(WaitLink const& link, char const* could) const {
    if (link.because_of.empty()) return fmt::format(" Nobody is left who {}.", could);
    std::vector<std::string> names;
    for (ActorIndex actor : link.because_of) {
      auto const state =
          graph_.outside(actor) != nullptr ? "outside the library" : state_words(world_.actors[actor].state);
      names.push_back(fmt::format("{} ({})", trace_.name(actor), state));
    }
    return fmt::format(" Who {}: {}.", could, listing(names, 3));
  }

  std::string conclusion(std::vector<ActorIndex> const& path, WaitChain const& chain) const {
    auto const& first = trace_.name(path.front());
    auto const& root = trace_.name(chain.root);
    if (!graph_.waits(path.front())) return fmt::format("{} does not wait for anybody.", first);
    if (chain.cycle) return circle(path);
    if (graph_.dead(chain.root)) {
      auto const& before = world_.actors[path[path.size() - 2]];
      if (before.waits_for == Resource::child_exit || before.waits_for == Resource::thread_end ||
          before.waits_for == Resource::feeder_end) {
        return fmt::format("{} is gone already, so the wait is about to end.", root);
      }
      return fmt::format("It all hangs on {}, which is dead: {} never goes on.", root, first);
    }
    if (auto const process = graph_.process_of(chain.root);
        !chain.hopeless && world_.actors[chain.root].waits_for != Resource::nothing) {
      if (graph_.foreign_thread(process) != nullptr) {
        return fmt::format("{} has a thread that has not used a queue yet ({}): {} is not stuck for certain.",
                           trace_.name(process), trace_.text(world_.actors[process].foreign), first);
      }
    }
    if (!chain.hopeless) {
      if (graph_.repairs(chain.root)) return fmt::format("{} goes on: it repairs what the dead left behind.", root);
      if (chain.root == path.front()) return fmt::format("{} goes on by itself when its time is over.", first);
      if (auto const* seen = graph_.outside(chain.root)) {
        return fmt::format("It depends on {}, which {}: {} is not stuck for certain.", root,
                           outside_words(trace_, *seen, trace_.text(world_.actors[chain.root].outside)), first);
      }
      return fmt::format("It depends on {}, which goes on: {} is not stuck for certain.", root, first);
    }
    if (auto const* seen = graph_.outside(chain.root)) {
      return fmt::format("{} {}, and nothing is known of what would end that: {} does not go on by itself.", root,
                         outside_words(trace_, *seen, trace_.text(world_.actors[chain.root].outside)), first);
    }
    auto const& last = world_.actors[chain.root];
    if (last.waits_for == Resource::child_exit || world_.queue(last.waits_object) == nullptr) {
      return fmt::format("Nothing is known of what {} waits for.", root);
    }
    if (world_.queue(last.waits_object)->lock(last.waits_for)) {
      return fmt::format("{} gets what it waits for at any moment.", root);
    }
    return fmt::format("Nobody is left who could end the wait of {}: {} never goes on.", root, first);
  }

  std::string circle(std::vector<ActorIndex> const& path) const {
    auto const begin = std::find(path.begin(), path.end() - 1, path.back());
    std::vector<std::string> names;
    for (auto actor = begin; actor != path.end() - 1; ++actor) names.push_back(trace_.name(*actor));
    if (names.size() == 1) return fmt::format("{} waits for itself and never goes on.", names.front());
    if (names.size() == 2) {
      return fmt::format("{} and {} wait for each other: neither ever goes on.", names[0], names[1]);
    }
    return fmt::format("{} wait for each other in a circle: none of them ever goes on.", listing(names, 6));
  }

  Trace const& trace_;
  World const& world_;
  WaitGraph const& graph_;
};

}  // namespace

WaitChain why(Trace const& trace, World const& world, WaitGraph const& graph, ActorIndex actor) {
  return Narrator(trace, world, graph).chain(actor);
}

WaitChain why(Trace const& trace, World const& world, ActorIndex actor) {
  if (actor >= world.actors.size()) {
    WaitChain nothing;
    nothing.conclusion = "There is no such actor at this step.";
    return nothing;
  }
  return why(trace, world, WaitGraph(trace, world), actor);
}

}  // namespace qs
