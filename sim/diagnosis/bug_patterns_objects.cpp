// Mistakes with locks, events, pipes, pools and threads: most of them of programs in Python.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/diagnosis/recogniser.hpp"
#include "sim/text/words.hpp"

namespace qs {

bool Recogniser::in_python() const {
  return std::any_of(trace_.locations.begin(), trace_.locations.end(),
                     [](Location const& place) { return place.file.ends_with(".py"); });
}

/// The actors of this process that wait for such a resource, with no end to it.
std::vector<ActorIndex> Recogniser::waiting_in(ActorIndex process, Resource resource) const {
  std::vector<ActorIndex> found;
  for (std::size_t i = 0; i < world_.actors.size(); ++i) {
    auto const actor = static_cast<ActorIndex>(i);
    auto const& known = world_.actors[i];
    bool const waits = graph_.waits(actor) && known.waits_for == resource && known.wait_timeout < 0;
    if (waits && graph_.process_of(actor) == process) found.push_back(actor);
  }
  return found;
}

void Recogniser::killed_sleepers() {
  auto victims = waiting_for(Resource::acknowledgement, queue_);
  if (victims.empty()) return;
  auto const sleepers = graph_.providers(victims.front());
  if (sleepers.empty() || !graph_.dead(sleepers.front())) return;
  auto const sleeper = sleepers.front();
  auto const waker = victims.front();
  for (ActorIndex other : waiting_for(Resource::mutex, queue_)) victims.push_back(other);
  bool const event = queue().type == mp::trace::QueueClass::event;
  auto& finding =
      add(BugPattern::killed_sleeper,
          fmt::format("{} {} while it waited for {}", name(sleeper), how_it_died(sleeper), queue().name), victims);
  finding.cause = fmt::format(
      "{} wakes every process that waits there and does not go on until each of them has answered. {} is still counted "
      "among them, but it is dead and cannot answer. {} waits for that answer for ever{}, and holds the lock of {} "
      "meanwhile, so that those who were woken cannot go on either.",
      event ? "set()" : "notify()", name(sleeper), name(waker), at_place(world_.actors[waker].since), queue().name);
  finding.remedy = event
                       ? "Do not kill a process that may wait for an event. Where it may be killed, let it look at "
                         "is_set() now and then instead of waiting, or stop it by a pipe or a queue of its own; after "
                         "a kill, use a fresh event."
                       : "Do not kill a process that may wait for a condition: tell it to end and join it.";
}

// A reader waits for the end of file, and only its own process has the write end open.
void Recogniser::pipe_ends_kept_open() {
  if (queue().type != mp::trace::QueueClass::pipe) return;
  auto const victims = waiting_for(Resource::pipe_data, queue_);
  if (victims.empty()) return;
  auto const reader = graph_.process_of(victims.front());
  if (!graph_.has_open(reader, queue_, &LocalEnd::write_closed)) return;
  std::vector<ActorIndex> writers, others;
  for (auto const& [actor, use] : queue().uses) {
    auto const process = graph_.process_of(actor);
    if (process != reader && use.puts > 0 && graph_.dead(process)) writers.push_back(process);
  }
  for (std::size_t i = 0; i < world_.actors.size(); ++i) {
    auto const process = static_cast<ActorIndex>(i);
    bool const open = graph_.is_process(process) && world_.actors[i].alive() && process != reader &&
                      graph_.has_open(process, queue_, &LocalEnd::write_closed);
    if (open) others.push_back(process);
  }
  if (!others.empty() || writers.empty()) return;
  for (ActorIndex writer : writers) told_.insert(writer);
  auto& finding =
      add(BugPattern::pipe_end_kept_open,
          fmt::format("{} waits for the end of {}, which its own write end keeps open", name(reader), queue().name),
          victims);
  finding.cause = fmt::format(
      "{} {}. {} wrote there and {}; but a reader sees the end of a pipe only when nobody has its write end open, and "
      "{} still has it open itself.",
      name(victims.front()), wait_words(victims.front()), names(writers), how_it_died(writers.front()), name(reader));
  finding.remedy =
      fmt::format("Close the write end in {} as soon as the process that writes has been started.", name(reader));
}

// A pool that was terminated throws its tasks away, and their results never come.
void Recogniser::terminated_pools() {
  for (std::size_t i = 0; i < world_.queues.size(); ++i) {
    queue_ = static_cast<QueueIndex>(i);
    auto const ended = last_before(end(), [&](Event const& event) {
      return event.kind == Kind::queue_shutdown && event.object == queue_ && event.argument != 0;
    });
    if (ended == no_step) continue;
    auto const victims = waiting_in(graph_.process_of(trace_.at(ended).actor), Resource::result);
    std::vector<ActorIndex> late;
    for (ActorIndex victim : victims) {
      if (world_.actors[victim].waits_object == queue_) late.push_back(victim);
    }
    if (late.empty()) continue;
    auto& finding = add(BugPattern::pool_terminated,
                        fmt::format("{} waits for a result of a pool that has been terminated", names(late)), late);
    finding.cause = fmt::format(
        "The pool was terminated{}, which throws away the tasks that are not done; leaving its with block does that, "
        "too. {} {}: that result never comes.",
        at_place(ended), names(late), wait_words(late.front()));
    finding.remedy =
        "Get the results inside the with block; or call close() and join(), which wait for the tasks, before the pool "
        "is left.";
  }
}

// A thread died of an exception while its process lives, and its work is waited for.
void Recogniser::failed_threads() {
  for (Step step = 0; step < end(); ++step) {
    Event const& event = trace_.at(step);
    if (event.kind != Kind::thread_failed) continue;
    auto const process = graph_.process_of(event.actor);
    if (process >= world_.actors.size() || !world_.actors[process].alive()) continue;
    std::vector<ActorIndex> victims;
    for (Resource const resource : {Resource::result, Resource::thread_end, Resource::neighbour, Resource::private_item,
                                    Resource::private_room}) {
      for (ActorIndex actor : waiting_in(process, resource)) victims.push_back(actor);
    }
    if (victims.empty()) continue;
    std::sort(victims.begin(), victims.end());
    std::vector<std::string> got_from;
    for (auto const& queue : world_.queues) {
      auto const use = queue.uses.find(event.actor);
      if (queue.exists && use != queue.uses.end() && use->second.first_get != no_step) got_from.push_back(queue.name);
    }
    told_.insert(process);
    auto& finding =
        add(BugPattern::thread_failed,
            fmt::format("{} ended by an uncaught exception: {}", name(event.actor), trace_.text(step)), victims);
    finding.cause =
        fmt::format("Nobody caught it, so this thread of {} ended, and the rest went on without it.", name(process));
    if (!got_from.empty()) finding.cause += fmt::format(" Nobody gets from {} any more.", listing(got_from));
    finding.cause += fmt::format(" {} {}.", name(victims.front()), wait_words(victims.front()));
    finding.remedy =
        "Handle the exception where it comes. What a pool calls with its results (callback, error_callback) runs in "
        "the "
        "thread that hands them out: it must never raise.";
    return;
  }
}

// Each worker dies by the same exception before it has got anything, and another one is started in its place.
void Recogniser::workers_dying_at_once() {
  constexpr std::size_t least = 3;
  struct Deaths {
    std::vector<ActorIndex> workers;
    Step first = no_step;
  };
  std::map<std::pair<ActorIndex, std::string>, Deaths> alike;
  for (std::size_t i = 0; i < uncaught_.size(); ++i) {
    auto const process = static_cast<ActorIndex>(i);
    if (uncaught_[i] == no_step || !graph_.dead(process)) continue;
    bool const got = std::any_of(world_.queues.begin(), world_.queues.end(), [&](QueueWorld const& queue) {
      auto const use = queue.uses.find(process);
      return use != queue.uses.end() && use->second.first_get != no_step;
    });
    if (got) continue;
    auto& deaths = alike[{graph_.process_of(trace_.actors[i].parent), std::string(trace_.text(uncaught_[i]))}];
    deaths.workers.push_back(process);
    deaths.first = std::min(deaths.first, uncaught_[i]);
  }
  for (auto const& [what, deaths] : alike) {
    auto const& [parent, text] = what;
    if (deaths.workers.size() < least || parent >= world_.actors.size()) continue;
    auto const victims = waiting_in(parent, Resource::result);
    if (victims.empty()) continue;
    for (ActorIndex worker : deaths.workers) told_.insert(worker);
    auto& finding =
        add(BugPattern::workers_die_at_once, fmt::format("every worker dies before its first task: {}", text), victims);
    finding.cause = fmt::format(
        "{} have ended by this exception before they took a task{}, and for each another one is started, which ends "
        "likewise. {} {}: no worker is left to do the task.",
        count(deaths.workers.size(), "worker"), at_place(deaths.first), name(victims.front()),
        wait_words(victims.front()));
    finding.remedy =
        "Catch the exception in the initializer of the pool, and let the tasks report it; or use a ProcessPoolExecutor "
        "with that initializer: it raises BrokenProcessPool.";
  }
}

// Each process has its own copy of a queue that is not shared.
void Recogniser::private_copies() {
  for (Step step = 0; step < end(); ++step) {
    Event const& event = trace_.at(step);
    if (event.kind != Kind::copied || event.object >= world_.queues.size()) continue;
    auto victims = waiting_for(Resource::private_item, event.object);
    for (ActorIndex actor : waiting_for(Resource::private_room, event.object)) victims.push_back(actor);
    if (victims.empty()) continue;
    auto const child = static_cast<std::size_t>(event.argument) < world_.actors.size()
                           ? name(static_cast<ActorIndex>(event.argument))
                           : std::string("the new process");
    auto const& queue = world_.queues[event.object];
    auto& finding = add(
        BugPattern::private_copy,
        fmt::format("{} is a queue for the threads of one process, and {} has a copy of its own", queue.name, child),
        victims);
    finding.cause = fmt::format(
        "{} was given to {}{}. A queue.Queue is not shared between processes: what {} puts goes into its copy. {} {}.",
        queue.name, child, at_place(step), child, name(victims.front()), wait_words(victims.front()));
    finding.remedy = "Use multiprocessing.Queue between processes.";
    return;
  }
}

// A put waits for a lock that the same thread holds already, because that put was called within another one.
void Recogniser::puts_within_puts() {
  for (ActorIndex const victim : stuck_) {
    auto const& waiter = world_.actors[victim];
    if (waiter.waits_for != Resource::buffer_lock) continue;
    std::vector<Step> open;
    for (Step step = 0; step < end(); ++step) {
      Event const& event = trace_.at(step);
      if (event.actor != victim || event.object != waiter.waits_object) continue;
      if (event.kind == Kind::put_begin) open.push_back(step);
      if (event.kind == Kind::put_end && !open.empty()) open.pop_back();
    }
    if (open.size() < 2) continue;
    auto const& queue = trace_.queue_name(waiter.waits_object);
    auto& finding = add(BugPattern::put_within_put,
                        fmt::format("{} puts on {} within another put on {}", name(victim), queue, queue), {victim});
    finding.cause = fmt::format(
        "{} put {} on {}{} and holds the lock of its buffer while it does so. Within that call it put {} there as "
        "well, "
        "and waits for the same lock, which it holds itself.",
        name(victim), label(trace_.at(open[0]).item()), queue, at_place(open[0]), label(trace_.at(open[1]).item()));
    finding.remedy =
        "Let nothing that runs inside put use the same queue: no log handler that puts the log records of "
        "multiprocessing itself on it (take the handler off that logger, or set its level to INFO), no __del__ and no "
        "signal handler that puts.";
    return;
  }
}

// A non-recursive lock, waited for by its own holder.
void Recogniser::locks_taken_twice() {
  for (ActorIndex const victim : stuck_) {
    auto const& waiter = world_.actors[victim];
    auto const* queue = world_.queue(waiter.waits_object);
    if (waiter.waits_for != Resource::mutex || queue == nullptr || queue->mutex.holder != victim) continue;
    std::vector<ActorIndex> victims{victim};
    for (ActorIndex other : waiting_for(Resource::mutex, waiter.waits_object)) {
      if (other != victim) victims.push_back(other);
    }
    auto& finding = add(BugPattern::lock_taken_twice,
                        fmt::format("{} waits for the lock {}, which it holds itself", name(victim), queue->name),
                        std::move(victims));
    finding.cause = fmt::format("{} took {}{} and did not release it. Now it {}: a Lock does not know who holds it.",
                                name(victim), queue->name, at_place(queue->mutex.since), wait_words(victim));
    finding.remedy =
        "Use an RLock, which whoever has it may take again; or do not call what takes the lock while it is held.";
    return;
  }
}

// Each holds a lock that the next one waits for.
void Recogniser::locks_in_opposite_order() {
  for (ActorIndex const first : stuck_) {
    std::vector<ActorIndex> circle;
    std::vector<std::string> parts;
    auto actor = first;
    while (std::find(circle.begin(), circle.end(), actor) == circle.end()) {
      auto const& waiter = world_.actors[actor];
      auto const* queue = world_.queue(waiter.waits_object);
      if (!graph_.waits(actor) || waiter.waits_for != Resource::mutex || queue == nullptr) break;
      auto const holder = queue->mutex.holder;
      if (holder >= world_.actors.size() || holder == actor) break;
      circle.push_back(actor);
      parts.push_back(fmt::format("{} {}; {} took it{} and holds it", name(actor), wait_words(actor), name(holder),
                                  at_place(queue->mutex.since)));
      actor = holder;
    }
    if (circle.size() < 2 || actor != first) continue;
    auto victims = circle;
    for (ActorIndex other : stuck_) {
      if (std::find(victims.begin(), victims.end(), other) == victims.end()) victims.push_back(other);
    }
    auto& finding = add(BugPattern::opposite_order,
                        fmt::format("{} each hold a lock that another of them waits for", names(circle)), victims);
    finding.cause = fmt::format("{}. Each keeps the lock that it has until it gets the other.", fmt::join(parts, "; "));
    finding.remedy = "Let everybody take the locks in the same order, or use one lock for both.";
    return;
  }
}

// All permits are with processes that have ended.
void Recogniser::permits_kept() {
  auto const victims = waiting_for(Resource::permit, queue_);
  if (victims.empty() || queue().permits.empty()) return;
  std::vector<ActorIndex> holders;
  for (auto const& [holder, permits] : queue().permits) {
    if (!graph_.dead(holder)) return;
    holders.push_back(holder);
  }
  auto& finding = add(BugPattern::permits_kept,
                      fmt::format("{} ended without releasing what {} had acquired of {}", names(holders),
                                  holders.size() == 1 ? "it" : "they", queue().name),
                      victims);
  finding.cause = fmt::format(
      "The semaphore {} has {}. {} acquired and never released: a semaphore does not know that they are gone. {} {}.",
      queue().name, count(static_cast<std::uint64_t>(std::max(queue().maxsize, 0)), "permit"), names(holders),
      names(victims),
      victims.size() == 1 ? wait_words(victims.front()) : "wait" + wait_words(victims.front()).substr(5));
  finding.remedy = "Release on every way out: with semaphore: ...; and do not kill a process that may have a permit.";
}

// Fewer actors wait at a barrier than it needs, and no other will arrive.
void Recogniser::barriers_incomplete() {
  auto const victims = waiting_for(Resource::parties, queue_);
  auto const parties = static_cast<std::size_t>(std::max(queue().maxsize, 0));
  if (victims.empty() || victims.size() >= parties) return;
  auto& finding =
      add(BugPattern::barrier_incomplete,
          fmt::format("{} of {} parties have come to the barrier {}", victims.size(), parties, queue().name), victims);
  finding.cause = fmt::format("{} {} until {} are there, and nobody else comes: {}.", names(victims),
                              victims.size() == 1 ? "waits" : "wait", parties, wait_words(victims.front()));
  finding.remedy =
      "Make the barrier for as many as come to it, on every way; let whoever gives up call abort(), or give wait() a "
      "time-out.";
}

// notify was called before the wait, and had no effect.
void Recogniser::notified_too_early() {
  auto const victims = waiting_for(Resource::notice, queue_);
  if (victims.empty()) return;
  auto const since = world_.actors[victims.front()].since;
  // notify() looks first that no wake-up is left over, which is refused; and then wakes nobody.
  auto const notified = last_before(since, [&](Event const& event) {
    return event.object == queue_ && event.kind == Kind::refused && event.resource() == Resource::notice;
  });
  auto const woken = last_before(since, [&](Event const& event) {
    return event.object == queue_ && event.kind == Kind::released && event.resource() == Resource::notice;
  });
  auto const later = first_after(since, [&](Event const& event) {
    return event.object == queue_ && event.kind == Kind::refused && event.resource() == Resource::notice;
  });
  if (notified == no_step || later != no_step || (woken != no_step && woken > notified)) return;
  auto const notifier = trace_.at(notified).actor;
  auto& finding =
      add(BugPattern::lost_wake_up,
          fmt::format("{} notified {} before {} waited for it", name(notifier), queue().name, names(victims)), victims);
  finding.cause = fmt::format(
      "{} called notify(){} when nobody waited: a condition does not remember that. {} {}, and nobody notifies it "
      "again.",
      name(notifier), at_place(notified), names(victims), wait_words(victims.front()));
  finding.remedy =
      "Keep a state beside the condition, set it before notify(), and wait with wait_for(lambda: state); or use an "
      "Event, "
      "which stays set.";
}

void Recogniser::semaphores_left() {
  for (Step step = 0; step < end(); ++step) {
    Event const& event = trace_.at(step);
    if (event.kind != Kind::semaphores_left) continue;
    auto const left = count(static_cast<std::uint64_t>(std::max<std::int64_t>(event.argument, 0)), "named semaphore");
    auto& finding = add(BugPattern::semaphores_left,
                        fmt::format("{} left by _exit and left {} behind", name(event.actor), left), {});
    finding.cause = fmt::format(
        "{} called os._exit{}, which runs no exit steps. Queues and locks of the spawn and forkserver methods have "
        "named "
        "semaphores, which those steps remove; the resource tracker finds {} instead and warns of a leak.",
        name(event.actor), at_place(step), left);
    finding.remedy = "Leave by sys.exit or by returning; then what was made is removed and what was put is written.";
  }
}

void Recogniser::vanished_memory() {
  std::map<std::string, Step> made;
  std::set<std::string> removed;
  for (Step step = 0; step < end(); ++step) {
    Event const& event = trace_.at(step);
    std::string const memory(trace_.text(step));
    if (event.kind == Kind::memory_new) made[memory] = step;
    if (event.kind == Kind::memory_unlinked) removed.insert(memory);
    if (event.kind != Kind::memory_missing) continue;
    auto const origin = made.find(memory);
    if (origin == made.end() || removed.contains(memory)) continue;
    auto const maker = graph_.process_of(trace_.at(origin->second).actor);
    if (maker >= world_.actors.size() || !graph_.dead(maker)) continue;
    auto& finding =
        add(BugPattern::memory_vanished,
            fmt::format("the shared memory {} was removed when {}, which made it, ended", memory, name(maker)), {});
    finding.cause = fmt::format(
        "{} made {}{} and ended. Nobody called unlink(): the resource tracker that was started for {} removes at its "
        "end "
        "what it knows of. {} came to open it after that{}.",
        name(maker), memory, at_place(origin->second), name(maker), name(event.actor), at_place(step));
    finding.remedy =
        "Make the shared memory in the process that lives longest; or start its resource tracker before the children "
        "(multiprocessing.resource_tracker.ensure_running()); or, from Python 3.13 on, pass track=False.";
  }
}

}  // namespace qs
