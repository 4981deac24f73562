#include <fmt/format.h>

#include <algorithm>

#include "sim/diagnosis/recogniser.hpp"
#include "sim/text/words.hpp"

namespace qs {

std::vector<Finding> Recogniser::run() {
  for (std::size_t i = 0; i < world_.queues.size(); ++i) {
    if (!world_.queues[i].exists) continue;
    queue_ = static_cast<QueueIndex>(i);
    dead_holders();
    killed_writer();
    killed_joiner();
    undrained();
    unfinished_tasks();
    full_for_ever();
  }
  if (findings_.empty()) starving();
  failed_expectations();
  uncaught_exceptions();
  vanished_items();
  if (over()) {
    tasks_never_done();
    sentinels_missing();
    items_left();
  }
  lost_items();
  return std::move(findings_);
}

std::vector<ActorIndex> Recogniser::waiting_for(Resource resource, std::uint16_t object) const {
  std::vector<ActorIndex> found;
  for (ActorIndex actor : stuck_) {
    if (world_.actors[actor].waits_for == resource && world_.actors[actor].waits_object == object)
      found.push_back(actor);
  }
  return found;
}

std::string Recogniser::names(std::vector<ActorIndex> const& actors) const {
  std::vector<std::string> words;
  for (ActorIndex actor : actors) words.push_back(name(actor));
  return listing(words, 4);
}

std::string Recogniser::labels(std::vector<ItemId> const& items) const {
  std::vector<std::string> words;
  for (ItemId item : items) words.push_back(short_label(trace_, item));
  return listing(words, 5);
}

Finding& Recogniser::add(BugPattern mistake, std::string title, std::vector<ActorIndex> victims) {
  findings_.push_back({.mistake = mistake,
                       .title = std::move(title),
                       .cause = {},
                       .remedy = {},
                       .victims = std::move(victims),
                       .items = {}});
  return findings_.back();
}

// A process cannot exit, because its feeder has a full pipe before it, and nobody will read.
void Recogniser::undrained() {
  auto writers = waiting_for(Resource::pipe_room, queue_);
  bool const reader_died = queue().read_lock.holder != nobody && graph_.dead(queue().read_lock.holder);
  if (writers.empty() || reader_died) return;
  auto const next_to_write = waiting_for(Resource::write_lock, queue_);
  writers.insert(writers.end(), next_to_write.begin(), next_to_write.end());
  std::vector<ActorIndex> exiting, joining;
  for (ActorIndex writer : writers) {
    auto const process = world_.actors[writer].process;
    if (process >= world_.actors.size() || !graph_.waits(process) ||
        world_.actors[process].waits_for != Resource::feeder_end)
      continue;
    exiting.push_back(process);
    for (ActorIndex joiner : waiting_for(Resource::child_exit, process)) joining.push_back(joiner);
  }
  if (exiting.empty()) return;
  auto victims = joining;
  victims.insert(victims.end(), exiting.begin(), exiting.end());
  auto& finding = add(BugPattern::join_before_drain,
                      joining.empty() ? fmt::format("{} cannot exit: what it put is not read", names(exiting))
                                      : fmt::format("{} joins {} before it has read what {} put", names(joining),
                                                    names(exiting), exiting.size() == 1 ? "it" : "they"),
                      victims);
  finding.cause = fmt::format(
      "A process exits only when its feeder has written into the pipe all that it put. The pipe of {} has no "
      "room left ({} of {} bytes are taken), so {} waits for somebody to get. {}",
      queue().name, number(queue().pipe_bytes), number(queue().capacity), names(exiting),
      joining.empty() ? "Nobody does." : fmt::format("{} would, but waits for the exit first.", names(joining)));
  finding.remedy = fmt::format("Get all items of {} first and join the processes afterwards.", queue().name);
}

// Tasks that were got and never marked as done; each process's gets and task_dones are paired like brackets, so
// that one forgotten in the middle is named, and not the one that happened to come last.
std::map<ItemId, ActorIndex> Recogniser::open_tasks() const {
  std::map<ActorIndex, std::vector<std::pair<ItemId, ActorIndex>>> open;
  for (Step step = 0; step < trace_.size() && step <= world_.step; ++step) {
    Event const& event = trace_.at(step);
    if (event.kind == Kind::task_lost || event.kind == Kind::task_returned) {
      for (auto& [process, list] : open)
        std::erase_if(list, [&](auto const& task) { return task.first == event.item(); });
    }
    bool const got = event.kind == Kind::get_end, done = event.kind == Kind::task_done_end;
    if ((!got && !done) || event.object != queue_ || event.outcome() != Outcome::ok ||
        event.actor >= world_.actors.size())
      continue;
    auto& mine = open[world_.actors[event.actor].process];
    if (got) {
      mine.emplace_back(event.item(), event.actor);
    } else if (!mine.empty()) {
      mine.pop_back();
    }
  }
  std::map<ItemId, ActorIndex> tasks;
  for (auto const& [process, list] : open) tasks.insert(list.begin(), list.end());
  return tasks;
}

void Recogniser::unfinished_tasks() {
  auto const joiners = waiting_for(Resource::barrier, queue_);
  if (joiners.empty() || queue().unfinished <= 0) return;
  if (std::any_of(findings_.begin(), findings_.end(),
                  [](auto const& f) { return f.mistake != BugPattern::task_done_forgotten; }))
    return;

  if (auto const vanished = refused_items(); !vanished.empty()) {
    auto& finding = add(BugPattern::unserialisable_item,
                        fmt::format("{} could not be turned into bytes and vanished", labels(vanished)), joiners);
    finding.cause = fmt::format(
        "put succeeds at once and the feeder serialises later. It could not serialise {}, reported that, "
        "gave the slot back and dropped the item; but the count of unfinished tasks stays one too "
        "high, and nobody can ever call task_done for it. {} waits in join for ever.",
        labels(vanished), names(joiners));
    finding.remedy =
        "Put only what can be serialised; serialise it before put if you are not sure, so that the error comes where "
        "you "
        "can handle it.";
    finding.items = vanished;
  }

  Hands killed, others;
  bool somebody_died = false;
  for (auto const& [id, holder] : open_tasks()) {
    Hands& hands = world_.actors[holder].state == ActorState::killed ? killed : others;
    hands.items.push_back(id);
    if (std::find(hands.holders.begin(), hands.holders.end(), holder) == hands.holders.end())
      hands.holders.push_back(holder);
    somebody_died |= graph_.dead(holder);
  }
  if (!killed.items.empty()) killed_worker(killed, joiners);
  auto const& items = others.items;
  if (items.empty()) return;
  auto const who = names(others.holders);
  auto& finding =
      add(BugPattern::task_done_forgotten, fmt::format("task_done was never called for {}", labels(items)), joiners);
  finding.cause = fmt::format(
      "{} got {} and {} without calling task_done. The count of unfinished tasks never becomes zero, and {} "
      "waits in join for ever.",
      who, labels(items), somebody_died ? "ended" : "went on", names(joiners));
  finding.remedy =
      "Call task_done once for every item that you get, on every way out of the loop, also when the work fails.";
  finding.items = items;
}

void Recogniser::full_for_ever() {
  auto victims = waiting_for(Resource::slot, queue_);
  for (ActorIndex writer : waiting_for(Resource::pipe_room, queue_)) {
    if (world_.actors[writer].call == Kind::put_begin) victims.push_back(writer);
  }
  if (victims.empty() || !findings_.empty()) return;
  auto& finding = add(BugPattern::queue_full_for_ever,
                      fmt::format("{} is full, and nobody gets from it any more", queue().name), victims);
  finding.cause = fmt::format(
      "{} waits in put until a get makes room in {}. All who could get have ended or wait for something else "
      "that never comes.",
      names(victims), queue().name);
  finding.remedy = "Keep a consumer until all producers are done, or give put a time-out and handle Full.";
}

// Consumers that wait for an item which nobody is left to put.
void Recogniser::starving() {
  for (std::size_t i = 0; i < world_.queues.size(); ++i) {
    queue_ = static_cast<QueueIndex>(i);
    auto victims = waiting_for(Resource::pipe_data, queue_);
    if (victims.empty()) continue;
    for (ActorIndex next : waiting_for(Resource::read_lock, queue_)) victims.push_back(next);
    auto const all_daemons =
        std::all_of(victims.begin(), victims.end(), [&](ActorIndex actor) { return world_.actors[actor].daemon; });
    auto const joined = std::any_of(victims.begin(), victims.end(), [&](ActorIndex actor) {
      return !waiting_for(Resource::child_exit, actor).empty();
    });
    if (all_daemons && !joined) continue;
    if (opposite_order(victims)) return;
    if (!checked_then_starved(victims) && !slept_through(victims)) add_starving(victims);
  }
}

ActorIndex Recogniser::last_getter(QueueIndex index) const {
  auto const step = last_before(end(), [&](Event const& event) {
    return event.object == index && event.kind == Kind::get_end && event.outcome() == Outcome::ok;
  });
  return step == no_step || is_sentinel(trace_, trace_.at(step).item()) ? nobody : trace_.at(step).actor;
}

// Each waits for what the next one got last and has not put back: tokens taken in different orders.
bool Recogniser::opposite_order(std::vector<ActorIndex> const& victims) {
  std::vector<ActorIndex> circle;
  std::vector<std::string> parts;
  auto actor = victims.front();
  while (std::find(circle.begin(), circle.end(), actor) == circle.end()) {
    auto const& waiter = world_.actors[actor];
    bool const gets = waiter.waits_for == Resource::pipe_data || waiter.waits_for == Resource::read_lock;
    if (!gets || std::find(stuck_.begin(), stuck_.end(), actor) == stuck_.end()) return false;
    auto const next = last_getter(waiter.waits_object);
    if (next == nobody || next == actor) return false;
    circle.push_back(actor);
    parts.push_back(fmt::format("{} waits for an item of {}, which {} has got", name(actor),
                                trace_.queue_name(waiter.waits_object), name(next)));
    bool const same_queue = world_.actors[next].waits_object == waiter.waits_object;
    if (same_queue) return false;
    actor = next;
  }
  if (actor != victims.front()) return false;
  auto& finding =
      add(BugPattern::opposite_order, fmt::format("{} each have what the other waits for", names(circle)), circle);
  finding.cause = fmt::format("{}. Each keeps what it has until it gets the other.", fmt::join(parts, "; "));
  finding.remedy = "Let everybody take them in the same order, or put back what is taken before waiting for the next.";
  return true;
}

// Told that there is nothing, they lay down to wait on another queue, and what they wanted came in between.
bool Recogniser::slept_through(std::vector<ActorIndex> const& victims) {
  for (ActorIndex victim : victims) {
    auto const asked =
        last_before(end(), [&](Event const& event) { return event.actor == victim && event.kind == Kind::empty; });
    if (asked == no_step || trace_.at(asked).argument == 0 || trace_.at(asked).object == queue_) continue;
    auto const* missed = world_.queue(trace_.at(asked).object);
    if (missed == nullptr || missed->pipe.empty()) continue;
    auto const item = missed->pipe.front().item;
    auto const found = world_.items.find(item);
    if (found == world_.items.end() || found->second.since < asked) continue;
    auto& finding = add(
        BugPattern::lost_wake_up,
        fmt::format("{} waits to be woken for {}, which is there", name(victim), short_label(trace_, item)), victims);
    finding.cause = fmt::format(
        "{} asked whether {} was empty, was told yes, and then went to wait on {}. {} came to {} in between, when "
        "nobody "
        "knew that {} was about to wait; so the wake-up is lost.",
        name(victim), missed->name, queue().name, short_label(trace_, item), missed->name, name(victim));
    finding.remedy = fmt::format(
        "Get from {} itself: get waits, and needs no question before it and no wake-up beside it.", missed->name);
    finding.items = {item};
    return true;
  }
  return false;
}

// Told that there is something, they went to get it, and somebody else was faster.
bool Recogniser::checked_then_starved(std::vector<ActorIndex> const& victims) {
  for (ActorIndex victim : victims) {
    auto const overtaking = asked_before_acting(victim, queue_, Kind::empty, end());
    if (!overtaking) continue;
    auto& finding = add(BugPattern::check_then_act,
                        fmt::format("{} asked empty(), and somebody else took the item", name(victim)), victims);
    finding.cause = overtaking_words(victim, Kind::empty, *overtaking) + " Now nobody is left who could put another.";
    finding.remedy =
        "Do not ask first: get, and let a sentinel say that it is over; or call get_nowait and handle Empty.";
    return true;
  }
  return false;
}

void Recogniser::add_starving(std::vector<ActorIndex> const& victims) {
  std::uint64_t sentinels = 0, none_left = 0;
  for (Step step = 0; step < trace_.size() && step <= world_.step; ++step) {
    Event const& event = trace_.at(step);
    if (event.object != queue_) continue;
    sentinels += event.kind == Kind::put_begin && (event.detail & mp::trace::item_sentinel) != 0;
    none_left += event.kind == Kind::get_end && event.outcome() == Outcome::ok && is_sentinel(trace_, event.item());
  }
  auto const closed =
      std::any_of(queue().ends.begin(), queue().ends.end(), [](auto const& end) { return end.second.closed; });
  auto const consumers = none_left + victims.size();
  auto const waiters = names(victims) + (victims.size() == 1 ? " waits" : " wait");

  if (sentinels > 0) {
    auto& finding =
        add(BugPattern::nothing_to_get,
            fmt::format("too few sentinels: {} for {}", number(sentinels), count(consumers, "consumer")), victims);
    finding.cause = fmt::format(
        "Each consumer takes one sentinel out of {} and ends. {} put, so {} for an item that nobody will "
        "put.",
        queue().name, sentinels == 1 ? "Only one was" : fmt::format("Only {} were", number(sentinels)), waiters);
    finding.remedy = fmt::format("Put one sentinel for each consumer: {} here.", number(consumers));
    return;
  }
  auto& finding =
      add(BugPattern::nothing_to_get, fmt::format("nobody is left to put something on {}", queue().name), victims);
  finding.cause = fmt::format(
      "{} in get on {} for an item that nobody will put. {}", waiters, queue().name,
      closed ? "A producer has closed the queue, but close wakes nobody: it only says that this process puts "
               "no more."
             : "The queue does not know that its producers are done, and get does not end by itself.");
  finding.remedy =
      "Tell the consumers that it is over: put one sentinel (None) for each of them. Or get with a time-out.";
}

std::vector<ItemId> Recogniser::refused_items() const {
  std::vector<ItemId> items;
  for (auto const& [id, item] : world_.items) {
    if (item.queue == queue_ && refused_by_feeder(item)) items.push_back(id);
  }
  return items;
}

bool Recogniser::refused_by_feeder(ItemWorld const& item) const {
  return item.place == ItemPlace::dropped && item.since < trace_.size() &&
         (trace_.at(item.since).kind == Kind::serialise_failed || trace_.at(item.since).kind == Kind::pipe_broken);
}

bool Recogniser::join_cancelled(QueueIndex index, ActorIndex process) const {
  auto const* queue = world_.queue(index);
  return queue && queue->ends.contains(process) && queue->ends.at(process).join_cancelled;
}

/// Of a hardened queue only that is lost which somebody had in hand.
void Recogniser::add_lost_with(QueueIndex index, ActorIndex process, std::vector<ItemId> const& items) {
  bool const tasks = world_.queues[index].type == mp::trace::QueueClass::joinable;
  auto const what = items.size() == 1 ? "it" : "them";
  auto& finding = add(tasks ? BugPattern::tasks_lost : BugPattern::items_lost_at_exit,
                      fmt::format("{} {} with {} in its hands: {}", name(process), how_it_died(process),
                                  count(items.size(), tasks ? "task" : "item"), labels(items)),
                      {});
  if (tasks) {
    finding.cause = fmt::format(
        "{} had got {} from {} and {} before it called task_done for {}. Nobody else has {}: join does not wait for "
        "{}, "
        "and throws TasksLost.",
        name(process), labels(items), trace_.queue_name(index), how_it_died(process), what, what, what);
    finding.remedy =
        "Make the queue with redeliver = true, if a task may be begun twice: then somebody else gets what the dead "
        "had.";
  } else {
    finding.cause = fmt::format("{} had taken {} out of {} and {} before its get returned. Nobody else has {}.",
                                name(process), labels(items), trace_.queue_name(index), how_it_died(process), what);
    finding.remedy =
        "Use a JoinableQueue with redeliver = true where every item must be worked on: somebody else gets it then.";
  }
  finding.items = items;
}

// What vanished without anybody being told.
void Recogniser::lost_items() {
  std::map<std::pair<QueueIndex, ActorIndex>, std::vector<ItemId>> lost;
  for (auto const& [id, item] : world_.items) {
    if (item.place != ItemPlace::dropped || refused_by_feeder(item) || item.actor >= world_.actors.size()) continue;
    auto const process = world_.actors[item.actor].process;
    if (process < world_.actors.size()) lost[{item.queue, process}].push_back(id);
  }
  for (auto const& [where, items] : lost) {
    auto const [index, process] = where;
    if (trace_.mechanism(index) == mp::Mechanism::hardened) {
      add_lost_with(index, process, items);
      continue;
    }
    bool const cancelled = join_cancelled(index, process);
    bool const killed = world_.actors[process].state == ActorState::killed;
    auto& finding = add(BugPattern::items_lost_at_exit,
                        fmt::format("{} of {} {} lost when it {}", count(items.size(), "item"), name(process),
                                    items.size() == 1 ? "was" : "were", killed ? "was killed" : "ended"),
                        {});
    finding.cause = fmt::format("{} had put {} on {}, but {} not all written into the pipe when it {}.", name(process),
                                labels(items), trace_.queue_name(index), items.size() == 1 ? "it was" : "they were",
                                killed ? "was killed" : "ended");
    if (cancelled) finding.cause += " It had called cancel_join_thread and so did not wait for its feeder at exit.";
    finding.remedy = cancelled
                         ? "Call cancel_join_thread only where the items do not matter."
                         : "Let the process exit by itself: then it waits until its feeder has written everything.";
    finding.items = items;
  }
}

}  // namespace qs
