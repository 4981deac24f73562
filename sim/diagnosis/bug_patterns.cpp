#include <fmt/format.h>

#include <algorithm>

#include "sim/diagnosis/recogniser.hpp"
#include "sim/text/words.hpp"

namespace qs {

// In the order of causes: what died, what exits took with them, circles, messages that are missing, how queues are
// used; and what went wrong without anybody waiting. Where a cause is known, what follows from it is not told.
std::vector<Finding> Recogniser::run() {
  auto const each_queue = [this](auto const& recognise) {
    for (std::size_t i = 0; i < world_.queues.size(); ++i) {
      if (!world_.queues[i].exists) continue;
      queue_ = static_cast<QueueIndex>(i);
      recognise();
    }
  };
  each_queue([this] {
    dead_holders();
    killed_writer();
    killed_joiner();
    killed_sleepers();
  });
  if (findings_.empty()) {
    puts_within_puts();
    locks_taken_twice();
    locks_in_opposite_order();
    each_queue([this] { permits_kept(); });
    terminated_pools();
    failed_threads();
    workers_dying_at_once();
    private_copies();
    each_queue([this] { pipe_ends_kept_open(); });
  }
  if (findings_.empty()) each_queue([this] { killed_workers(); });
  if (findings_.empty()) disorderly_ends();
  if (findings_.empty()) stopped_processes();
  if (findings_.empty() && in_python()) vanished_items();
  if (findings_.empty()) each_queue([this] { barriers_incomplete(); });
  if (findings_.empty()) each_queue([this] { notified_too_early(); });
  if (findings_.empty()) circles_of_puts();
  if (findings_.empty()) each_queue([this] { undrained(); });
  if (findings_.empty()) each_queue([this] { unfinished_tasks(); });
  if (findings_.empty()) each_queue([this] { tasks_or_rooms_abandoned(); });
  if (findings_.empty()) missing_messages();
  if (findings_.empty() && certainty_ == Certainty::certain) {
    starving();
    if (findings_.empty()) other_circles();
    if (findings_.empty()) each_queue([this] { full_for_ever(); });
  }
  failed_joins();
  failed_expectations();
  uncaught_exceptions();
  unnoticed_crashes();
  semaphores_left();
  vanished_memory();
  vanished_items();
  polling();
  if (over()) {
    tasks_never_done();
    sentinels_missing();
    items_left();
  }
  lost_items();
  backlogs();
  hint_at_previews();
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
  for (ItemId item : items) words.push_back(label(item));
  return listing(words, 5);
}

/// "main waits", "main and worker-1 wait".
std::string Recogniser::they(std::vector<ActorIndex> const& actors, std::string_view one, std::string_view many) const {
  return fmt::format("{} {}", names(actors), actors.size() == 1 ? one : many);
}

/// How it is known that an ordinary value ends the consumers of this queue; "" if sentinels do.
std::string Recogniser::mark_words() const {
  auto const value = marks_.value(queue_);
  if (value.empty()) return "";
  return fmt::format(" (Here {} is the sentinel: it is put last, and whoever gets it stops.)", value);
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

/// A process is joined that cannot continue before its joiner gets: no other actor ever got there.
bool Recogniser::somebody_joins_before_it_gets() const {
  return std::any_of(stuck_.begin(), stuck_.end(), [&](ActorIndex joiner) {
    auto const& waiter = world_.actors[joiner];
    if (waiter.waits_for != Resource::child_exit) return false;
    return std::any_of(stuck_.begin(), stuck_.end(), [&](ActorIndex writer) {
      auto const* queue = waits_for_room(writer) ? world_.queue(world_.actors[writer].waits_object) : nullptr;
      if (queue == nullptr || graph_.process_of(writer) != waiter.waits_object) return false;
      auto const index = world_.actors[writer].waits_object;
      return graph_.has(graph_.process_of(joiner), index) &&
             std::none_of(queue->uses.begin(), queue->uses.end(), [&](auto const& entry) {
               return entry.second.first_get != no_step && graph_.process_of(entry.first) != graph_.process_of(joiner);
             });
    });
  });
}

// A process cannot exit, because its feeder has a full pipe before it; or it cannot put, because the queue is full: and
// the one that would get waits for its exit.
void Recogniser::undrained() {
  auto writers = waiting_for(Resource::pipe_room, queue_);
  bool const reader_died = queue().read_lock.holder != nobody && world_.knows_holder(queue(), queue().read_lock) &&
                           graph_.dead(queue().read_lock.holder);
  if (reader_died) return;
  bool const bounded = writers.empty();
  if (bounded) writers = waiting_for(Resource::slot, queue_);
  if (writers.empty()) return;
  auto const next_to_write = waiting_for(Resource::write_lock, queue_);
  writers.insert(writers.end(), next_to_write.begin(), next_to_write.end());
  std::vector<ActorIndex> held_up, joining;
  for (ActorIndex writer : writers) {
    auto const process = graph_.process_of(writer);
    if (process >= world_.actors.size() || !graph_.waits(process)) continue;
    bool const exits = world_.actors[process].waits_for == Resource::feeder_end;
    std::vector<ActorIndex> joiners;
    for (ActorIndex joiner : waiting_for(Resource::child_exit, process)) {
      if (!bounded || graph_.has(graph_.process_of(joiner), queue_)) joiners.push_back(joiner);
    }
    if (!exits && joiners.empty()) continue;
    held_up.push_back(process);
    joining.insert(joining.end(), joiners.begin(), joiners.end());
  }
  if (held_up.empty() || (bounded && joining.empty())) return;
  // Another consumer of this queue is held up elsewhere: that is a different mistake.
  for (auto const& [actor, use] : queue().uses) {
    auto const process = graph_.process_of(actor);
    bool const one_of_them = std::any_of(joining.begin(), joining.end(),
                                         [&](ActorIndex joiner) { return graph_.process_of(joiner) == process; });
    if (bounded && use.first_get != no_step && !one_of_them) return;
  }
  // Others that put there too wait for the same.
  for (ActorIndex writer : bounded ? writers : std::vector<ActorIndex>{}) {
    if (std::find(held_up.begin(), held_up.end(), graph_.process_of(writer)) == held_up.end())
      held_up.push_back(graph_.process_of(writer));
  }
  auto victims = joining;
  victims.insert(victims.end(), held_up.begin(), held_up.end());
  auto& finding = add(BugPattern::join_before_drain,
                      joining.empty() ? fmt::format("{} cannot exit: what it put is not read", names(held_up))
                                      : fmt::format("{} {} {} before it has read what {} put", names(joining),
                                                    joining.size() == 1 ? "joins" : "join", names(held_up),
                                                    held_up.size() == 1 ? "it" : "they"),
                      victims);
  if (bounded) {
    finding.cause = fmt::format(
        "{} {}: it is full ({}), and nobody gets from it. {} would, but waits for the exit first{}.", names(held_up),
        wait_words(writers.front()), count(static_cast<std::uint64_t>(std::max(queue().maxsize, 0)), "slot"),
        names(joining), at_place(world_.actors[joining.front()].since));
  } else {
    finding.cause = fmt::format(
        "A process exits only when its feeder has written into the pipe all that it put. The pipe of {} has no "
        "room left ({} of {} bytes are taken, and the next piece is larger than the rest), so {} {} for somebody to "
        "get. {}",
        queue().name, number(queue().pipe_bytes), number(queue().capacity), names(held_up),
        held_up.size() == 1 ? "waits" : "wait",
        joining.empty() ? "Nobody does." : fmt::format("{} would, but waits for the exit first.", names(joining)));
  }
  finding.remedy = fmt::format("Get all items of {} first and join the processes afterwards.", queue().name);
}

/// Those who have got from this queue, or tried to, and live.
std::vector<ActorIndex> Recogniser::live_getters() const {
  std::vector<ActorIndex> getters;
  for (auto const& [actor, use] : queue().uses) {
    if (use.first_get != no_step && !graph_.dead(actor)) getters.push_back(actor);
  }
  return getters;
}

/// "crawler-0 (exit code 0, after Empty) and crawler-1 (exit code 0)"
std::string Recogniser::ends_of(std::vector<ActorIndex> const& actors) const {
  std::vector<std::string> words;
  for (ActorIndex actor : actors) {
    auto const use = queue().uses.find(actor);
    bool const gave_up = use != queue().uses.end() && use->second.in_vain > 0;
    auto const process = graph_.process_of(actor);
    auto const& ended = world_.actors[process];
    std::string how = ended.exit_code_known && ended.exit_code >= 0 ? exit_words(ended.exit_code) : how_it_died(actor);
    words.push_back(fmt::format("{} ({}{})", name(actor), how, gave_up ? ", after a get that ended with Empty" : ""));
  }
  return listing(words, 4);
}

// An actor waits for room or in join, and all consumers of this queue have already ended.
void Recogniser::tasks_or_rooms_abandoned() {
  auto victims = waiting_for(Resource::barrier, queue_);
  for (auto const resource : {Resource::slot, Resource::pipe_room}) {
    for (ActorIndex actor : waiting_for(resource, queue_)) victims.push_back(actor);
  }
  if (victims.empty() || !live_getters().empty()) return;
  consumers_gone(victims, fmt::format("{} {}", names(victims),
                                      victims.size() == 1 ? wait_words(victims.front())
                                                          : "wait" + wait_words(victims.front()).substr(5)));
}

/// `consequence` is a sentence without its full stop: what became of those who counted on the consumers.
void Recogniser::consumers_gone(std::vector<ActorIndex> const& victims, std::string const& consequence) {
  std::vector<ActorIndex> getters;
  Step gone = 0;
  for (auto const& [actor, use] : queue().uses) {
    if (use.first_get == no_step) continue;
    getters.push_back(actor);
    gone = std::max(gone, world_.actors[actor].since);
  }
  if (getters.empty()) return;
  std::vector<ItemId> late, left;
  for (auto const& [id, item] : world_.items) {
    if (!world_.knows_place(item)) continue;  // events were lost
    bool const there =
        item.place == ItemPlace::piped || item.place == ItemPlace::buffered || item.place == ItemPlace::feeding;
    if (item.queue != queue_ || !there) continue;
    left.push_back(id);
    if (item.put > gone) late.push_back(id);
  }
  auto const& items = late.empty() ? left : late;
  if (items.empty() && (victims.empty() || !waits_for_room(victims.front()))) return;
  auto const had = getters.size() == 1 ? "had" : "had both";
  bool const several = getters.size() > 2;
  auto title = late.empty() ? fmt::format("nobody is left to get from {}: {} {} ended", queue().name, names(getters),
                                          getters.size() == 1 ? "has" : "have")
                            : fmt::format("{} {} ended before {} put on {}: nobody is left to get {}", names(getters),
                                          several ? "had all" : had,
                                          items.size() == 1 ? labels(items) + " was"
                                                            : fmt::format("{} were", count(items.size(), "item")),
                                          queue().name, items.size() == 1 ? "it" : "them");
  auto& finding = add(BugPattern::consumers_gone, std::move(title), victims);
  finding.cause = fmt::format(
      "{} got from {} and ended by {}: {}.{} {}.", names(getters), queue().name,
      getters.size() == 1 ? "itself" : "themselves", ends_of(getters),
      items.empty() ? "" : fmt::format(" {} {} still there.", labels(items), items.size() == 1 ? "is" : "are"),
      consequence);
  bool const gave_up =
      std::any_of(getters.begin(), getters.end(), [&](ActorIndex actor) { return queue().uses.at(actor).in_vain > 0; });
  finding.remedy =
      gave_up ? "Do not take silence for the end: let consumers stay until they are told that nothing more comes (by "
                "a sentinel), or until the queue has been joined."
              : "Keep a consumer until all has been put, or put no more than the consumers take.";
  finding.items = items;
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

// Tasks that a process held when it died.
void Recogniser::killed_workers() {
  auto const joiners = waiting_for(Resource::barrier, queue_);
  if (joiners.empty() || queue().unfinished <= 0 || !refused_items().empty()) return;
  Hands killed;
  for (auto const& [id, holder] : open_tasks()) {
    auto const death = death_of(graph_.process_of(holder));
    if (death == Death::none || death == Death::exit_code) continue;
    killed.items.push_back(id);
    if (std::find(killed.holders.begin(), killed.holders.end(), holder) == killed.holders.end())
      killed.holders.push_back(holder);
    told_.insert(graph_.process_of(holder));
  }
  if (!killed.items.empty()) killed_worker(killed, joiners);
}

void Recogniser::unfinished_tasks() {
  auto const joiners = waiting_for(Resource::barrier, queue_);
  if (joiners.empty() || queue().unfinished <= 0) return;

  if (auto const vanished = refused_items(); !vanished.empty()) {
    auto& finding = add(BugPattern::unserialisable_item,
                        fmt::format("{} could not be turned into bytes and vanished", labels(vanished)), joiners);
    finding.cause = fmt::format(
        "put succeeds at once and the feeder serialises later. It could not serialise {}, reported that, "
        "gave the slot back and dropped the item; but the count of unfinished tasks stays one too "
        "high, and nobody can ever call task_done for it. {} in join for ever.",
        labels(vanished), they(joiners, "waits", "wait"));
    finding.remedy =
        "Put only what can be serialised; serialise it before put if you are not sure, so that the error comes where "
        "you "
        "can handle it.";
    finding.items = vanished;
  }

  Hands others;
  bool somebody_died = false;
  for (auto const& [id, holder] : open_tasks()) {
    others.items.push_back(id);
    if (std::find(others.holders.begin(), others.holders.end(), holder) == others.holders.end())
      others.holders.push_back(holder);
    somebody_died |= graph_.dead(holder);
  }
  auto const& items = others.items;
  if (items.empty()) return;
  auto const who = names(others.holders);
  bool const joins_itself =
      others.holders.size() == 1 && std::find(joiners.begin(), joiners.end(), others.holders.front()) != joiners.end();
  auto& finding =
      add(BugPattern::task_done_forgotten, fmt::format("task_done was never called for {}", labels(items)), joiners);
  finding.cause = fmt::format(
      "{} got {} and {} without calling task_done. The count of unfinished tasks never becomes zero, and {} "
      "waits in join for ever.",
      who, labels(items),
      somebody_died  ? "ended"
      : joins_itself ? "joins the queue itself"
                     : "went on",
      names(joiners));
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
  if (other_queue_of_name(victims, true) || own_queue(victims)) return;
  std::vector<ActorIndex> getters;
  for (auto const& [actor, use] : queue().uses) {
    if (use.first_get != no_step) getters.push_back(actor);
  }
  auto& finding = add(BugPattern::queue_full_for_ever,
                      fmt::format("{} is full, and nobody gets from it any more", queue().name), victims);
  finding.cause = fmt::format(
      "{} {} in put until a get makes room in {}. {}.", names(victims), victims.size() == 1 ? "waits" : "wait",
      queue().name,
      getters.empty()
          ? "Nobody has ever got from it, and all who could have ended or wait for something else that never comes"
          : fmt::format("Only {} ever got from it, and {} ended or {} for something else that never comes",
                        names(getters), getters.size() == 1 ? "has" : "have", getters.size() == 1 ? "waits" : "wait"));
  finding.remedy = "Keep a consumer until all producers are done, or give put a time-out and handle Full.";
}

// Consumers that wait for an item although no producer is left.
void Recogniser::starving() {
  for (std::size_t i = 0; i < world_.queues.size(); ++i) {
    queue_ = static_cast<QueueIndex>(i);
    auto victims = waiting_for(Resource::pipe_data, queue_);
    if (victims.empty()) continue;
    for (ActorIndex next : waiting_for(Resource::read_lock, queue_)) victims.push_back(next);
    if (are_idle_daemons(victims)) continue;
    if (opposite_order(victims)) return;
    if (!other_queue_of_name(victims, false) && !own_queue(victims) && !checked_then_starved(victims) &&
        !slept_through(victims))
      add_starving(victims);
  }
}

ActorIndex Recogniser::last_getter(QueueIndex index) const {
  auto const step = last_before(end(), [&](Event const& event) {
    return event.object == index && event.kind == Kind::get_end && event.outcome() == Outcome::ok;
  });
  return step == no_step || marks_.is_mark(trace_.at(step).item()) ? nobody : trace_.at(step).actor;
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

// empty() returned false, but another consumer was faster.
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

// What is waited for went elsewhere, or too little was put.
void Recogniser::missing_messages() {
  using Look = bool (Recogniser::*)(std::vector<ActorIndex> const&);
  for (Look const look : {&Recogniser::replies_taken, &Recogniser::marks_missing, &Recogniser::request_unanswered,
                          &Recogniser::mark_not_passed_on}) {
    for (std::size_t i = 0; i < world_.queues.size(); ++i) {
      if (!world_.queues[i].exists) continue;
      queue_ = static_cast<QueueIndex>(i);
      auto const victims = starving_at(queue_);
      if (!victims.empty() && !are_idle_daemons(victims)) (this->*look)(victims);
    }
    if (!findings_.empty()) return;
  }
}

/// Daemons that are not joined may wait for ever: they end with their parent.
bool Recogniser::are_idle_daemons(std::vector<ActorIndex> const& victims) const {
  auto const all_daemons = std::all_of(
      victims.begin(), victims.end(), [&](ActorIndex actor) { return world_.actors[graph_.process_of(actor)].daemon; });
  auto const joined = std::any_of(victims.begin(), victims.end(),
                                  [&](ActorIndex actor) { return !waiting_for(Resource::child_exit, actor).empty(); });
  return all_daemons && !joined;
}

void Recogniser::add_starving(std::vector<ActorIndex> const& victims) {
  std::vector<ActorIndex> putters, dead, waiting;
  for (auto const& [actor, use] : queue().uses) {
    if (use.puts == 0 || std::find(victims.begin(), victims.end(), actor) != victims.end()) continue;
    putters.push_back(actor);
    (graph_.dead(actor) ? dead : waiting).push_back(actor);
  }
  // Fewer items than consumers, and each of the others has got one, which was not its own.
  std::vector<ActorIndex> served;
  std::uint64_t put = 0, got_by_victims = 0;
  bool own = false;
  for (auto const& [actor, use] : queue().uses) {
    put += use.puts;
    bool const waits = std::find(victims.begin(), victims.end(), actor) != victims.end();
    if (waits) got_by_victims += use.gets;
    if (!waits && use.gets > 0) served.push_back(actor);
    own = own || (use.puts > 0 && use.gets > 0);
  }
  bool const too_few_for_all = put > 0 && !own && got_by_victims == 0 && put == served.size();
  if (!too_few_for_all && !shortest_circle(waiting.empty() ? Joins::left_out : Joins::taken_in).empty()) return;
  auto const closed =
      std::any_of(queue().ends.begin(), queue().ends.end(), [](auto const& end) { return end.second.closed; });
  auto& finding =
      add(BugPattern::nothing_to_get, fmt::format("nobody is left to put something on {}", queue().name), victims);
  std::string who = "Nobody has ever put anything on it.";
  if (!putters.empty()) {
    std::vector<std::string> parts;
    for (ActorIndex actor : putters) {
      auto const puts = count(queue().uses.at(actor).puts, "item");
      parts.push_back(graph_.dead(actor) ? fmt::format("{} put {} and ended", name(actor), puts)
                                         : fmt::format("{} put {} and {}", name(actor), puts, wait_words(actor)));
    }
    who = listing(parts, 4) + ".";
  }
  finding.cause = fmt::format(
      "{} in get on {} for an item that nobody will put. {} {}",
      names(victims) + (victims.size() == 1 ? " waits" : " wait"), queue().name, who,
      closed ? "A producer has closed the queue, but close wakes nobody: it only says that this process puts no more."
             : "The queue does not know that its producers are done, and get does not end by itself.");
  finding.remedy = fmt::format(
      "Tell {} when nothing more comes, in a way that ends get: an end mark in the queue, a count that both know, or a "
      "get "
      "with a time-out.",
      names(victims));
  if (too_few_for_all) {
    finding.title = fmt::format("{} put on {} for {}: each item goes to one consumer only",
                                put == 1 ? "one item was" : number(put) + " items were", queue().name,
                                count(served.size() + victims.size(), "consumer"));
    finding.cause = fmt::format("{} got {} from {}, and then it was gone. {} in get for another one. {}", names(served),
                                served.size() == 1 ? "the item" : "one item each", queue().name,
                                they(victims, "waits", "wait"), who);
    finding.remedy = "Put one for each consumer, or give each consumer a queue of its own and put it on all of them.";
  }
}

std::vector<ItemId> Recogniser::refused_items() const {
  std::vector<ItemId> items;
  for (auto const& [id, item] : world_.items) {
    if (!world_.knows_place(item)) continue;  // events were lost
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

/// A hardened queue only loses what a process had in hand.
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
    if (!world_.knows_place(item)) continue;  // events were lost
    if (item.place != ItemPlace::dropped || refused_by_feeder(item) || item.actor >= world_.actors.size()) continue;
    auto const process = world_.actors[item.actor].process;
    if (process < world_.actors.size()) lost[{item.queue, process}].push_back(id);
  }
  for (auto const& [where, items] : lost) {
    auto const [index, process] = where;
    if (told_.contains(process)) continue;
    if (trace_.mechanism(index) == mp::Mechanism::hardened) {
      add_lost_with(index, process, items);
      continue;
    }
    bool const cancelled = join_cancelled(index, process);
    if (death_of(process) == Death::left) {
      add_death(process, {});
      continue;
    }
    bool const killed = world_.actors[process].state == ActorState::killed;
    // An end mark lost with a killed process does no harm if no consumer waits.
    auto const is_mark = [&](ItemId id) { return marks_.is_mark(id); };
    if (killed && stuck_.empty() && std::all_of(items.begin(), items.end(), is_mark)) continue;
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
