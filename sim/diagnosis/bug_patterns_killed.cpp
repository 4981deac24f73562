#include <fmt/format.h>

#include <algorithm>

#include "sim/diagnosis/recogniser.hpp"
#include "sim/text/words.hpp"

namespace qs {

void Recogniser::dead_holders() {
  struct Case {
    Resource lock;
    BugPattern mistake;
    char const* effect;
    char const* remedy;
  };
  static constexpr Case cases[] = {
      {Resource::read_lock, BugPattern::killed_reader,
       "Every get of every process now waits for that lock, or fails with Empty, however many items are in the pipe.",
       "Do not kill a process that may be in get: tell it to end, with a sentinel for example, and join it. If "
       "processes may "
       "be killed, give each a queue of its own, or use a queue that survives it."},
      {Resource::write_lock, BugPattern::killed_feeder,
       "Every put still succeeds, but no feeder can write any more: items pile up in the buffers and nothing "
       "arrives.",
       "Do not kill a process that has just put something: let it exit by itself, so that its feeder can finish. If "
       "processes may be killed, give each a queue of its own, or use a queue that survives it."},
      {Resource::condition_lock, BugPattern::killed_holder,
       "Every put, task_done and join on this queue now waits for that lock.",
       "Do not kill a process while it works with a joinable queue: tell it to end and join it."},
      {Resource::mutex, BugPattern::killed_holder, "Everybody who wants to acquire it now waits for ever.",
       "Do not kill a process that may hold a lock: tell it to end, by an event or a message, and join it. On every "
       "other "
       "way out, release the lock (with lock: ...)."}};
  for (auto const& known : cases) {
    auto const holder = queue().lock(known.lock)->holder;
    auto victims = waiting_for(known.lock, queue_);
    if (!world_.knows_holder(queue(), *queue().lock(known.lock))) continue;  // events were lost
    if (victims.empty() || holder == nobody || !graph_.dead(holder)) continue;
    auto const lock = resource_words(trace_, known.lock, queue_);
    auto& finding =
        add(known.mistake, fmt::format("{} {} while it held {}", name(holder), how_it_died(holder), lock), victims);
    finding.cause = fmt::format(
        "{} took {} and {} before it could give it back. A lock of this kind does not know that its "
        "holder is dead. {}",
        name(holder), lock, how_it_died(holder), known.effect);
    finding.remedy = known.remedy;
    bool const pool = std::any_of(stuck_.begin(), stuck_.end(),
                                  [&](ActorIndex actor) { return world_.actors[actor].waits_for == Resource::result; });
    if (pool) finding.remedy += " Or use a ProcessPoolExecutor instead of a Pool: it raises BrokenProcessPool.";
  }
}

void Recogniser::killed_writer() {
  auto victims = waiting_for(Resource::pipe_data, queue_);
  auto const writer = graph_.writer_of_half_message(queue_);
  if (victims.empty() || writer == nobody || !graph_.dead(writer)) return;
  auto const death = death_of(graph_.process_of(writer));
  if (death != Death::killed && death != Death::ended_by_program) return;  // how it ended says more
  auto const& message = queue().pipe.front();
  auto& finding = add(BugPattern::killed_writer,
                      fmt::format("{} {} in the middle of a message", name(writer), how_it_died(writer)), victims);
  finding.cause = fmt::format(
      "Of {} only {} of {} bytes are in the pipe, because {} {} while it wrote. {} began to read "
      "that message and is waiting for the rest, which never comes, with the read lock held, so nobody else can get "
      "anything either.",
      short_label(trace_, message.item), number(message.written), number(message.frame), name(writer),
      how_it_died(writer), name(victims.front()));
  finding.remedy =
      "Do not kill a process that may be writing: let it exit by itself. A get with a time-out does not help, since "
      "the time-out is over once the first bytes are there.";
  finding.items = {message.item};
}

void Recogniser::killed_joiner() {
  auto victims = waiting_for(Resource::woken_joiner, queue_);
  if (victims.empty()) return;
  auto const joiners = graph_.providers(victims.front());
  if (joiners.empty() || !graph_.dead(joiners.front())) return;
  auto const joiner = joiners.front();
  for (ActorIndex other : waiting_for(Resource::condition_lock, queue_)) victims.push_back(other);
  auto& finding =
      add(BugPattern::killed_joiner, fmt::format("{} was killed while it slept in join", name(joiner)), victims);
  finding.cause = fmt::format(
      "The last task_done wakes everybody who sleeps in join and waits until each of them has answered. {} "
      "is still counted as a sleeper, but it is dead and cannot answer. {} waits for that answer "
      "for ever and holds the lock of {}'s join condition.",
      name(joiner), name(victims.front()), queue().name);
  finding.remedy = "Do not kill a process that may be in join. Let only a process that nobody kills join the queue.";
}

void Recogniser::killed_worker(Hands const& tasks, std::vector<ActorIndex> const& joiners) {
  auto const who = names(tasks.holders);
  auto& finding =
      add(BugPattern::killed_worker,
          fmt::format("{} {} with {} in hand", who, how_it_died(tasks.holders.front()), labels(tasks.items)), joiners);
  finding.cause = fmt::format(
      "{} got {} and {} before it called task_done. The count of unfinished tasks never becomes zero, because "
      "the queue does not know who has which task, and {} in join for ever.",
      who, labels(tasks.items), how_it_died(tasks.holders.front()), they(joiners, "waits", "wait"));
  finding.remedy =
      in_python()
          ? "Let workers end by themselves: tell them to by a sentinel. Where one may be killed, do not wait in "
            "join() of the queue alone, but look at the exit codes of the workers as well."
          : "If workers may be killed, use a queue that knows who had which task: on Mechanism::hardened join throws "
            "TasksLost, or, with redeliver, another worker gets the task. With this one, let workers end by "
            "themselves.";
  finding.items = tasks.items;
}

}  // namespace qs
