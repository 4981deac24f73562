// Mistakes without a hang: what was lost, left over or thrown although every process ended.
#include <fmt/format.h>

#include <algorithm>

#include "sim/diagnosis/recogniser.hpp"
#include "sim/model/items.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

constexpr std::size_t most_reported = 8;  // of failures that are alike

/// Without the place, which the library writes behind it.
std::string first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  auto end = text.find(" in a call at");
  while (end != std::string_view::npos && end > 0 && text[end - 1] == ' ') --end;
  bool const cut = text.size() >= mp::trace::longest_text - 3 && end >= text.size();
  return std::string(text.substr(0, end)) + (cut ? "..." : "");
}

bool gets(Event const& event) { return event.kind == Kind::get_end && event.outcome() == Outcome::ok; }
bool takes_slot(Event const& event) { return event.kind == Kind::acquired && event.resource() == Resource::slot; }

}  // namespace

bool Recogniser::over() const {
  bool any = false;
  for (std::size_t i = 0; i < world_.actors.size(); ++i) {
    if (!graph_.is_process(static_cast<ActorIndex>(i)) || world_.actors[i].state == ActorState::unborn) continue;
    if (world_.actors[i].alive()) return false;
    any = true;
  }
  return any;
}

Step Recogniser::end() const { return world_.step == no_step ? 0 : std::min<Step>(trace_.size(), world_.step + 1); }

Step Recogniser::first_after(Step after, std::function<bool(Event const&)> const& wanted) const {
  for (Step step = after + 1; step < end(); ++step) {
    if (wanted(trace_.at(step))) return step;
  }
  return no_step;
}

Step Recogniser::last_before(Step before, std::function<bool(Event const&)> const& wanted) const {
  for (Step step = std::min(before, end()); step-- > 0;) {
    if (wanted(trace_.at(step))) return step;
  }
  return no_step;
}

// An actor asked empty() or full() and went ahead, but another one was faster.
std::optional<Recogniser::Overtaking> Recogniser::asked_before_acting(ActorIndex actor, QueueIndex queue, Kind question,
                                                                      Step before) const {
  auto const asked = last_before(before, [&](Event const& event) {
    return event.actor == actor && event.object == queue && event.kind == question;
  });
  if (asked == no_step || trace_.at(asked).argument != 0) return {};
  auto* const acts = question == Kind::empty ? gets : takes_slot;
  auto const last_act = [&](bool own) {
    return last_before(before, [&](Event const& event) {
      return (event.actor == actor) == own && event.object == queue && acts(event);
    });
  };
  auto const mine = last_act(true), faster = last_act(false);
  if (faster == no_step || faster < asked || (mine != no_step && mine > asked)) return {};
  return Overtaking{asked, faster};
}

std::string Recogniser::overtaking_words(ActorIndex actor, Kind question, Overtaking const& overtaking) const {
  auto const& faster = trace_.at(overtaking.faster);
  bool const empty = question == Kind::empty;
  auto const where = place(trace_, trace_.at(overtaking.asked).location);
  auto const [asks, acts] = empty ? std::pair("empty", "got") : std::pair("full", "put");
  auto const faster_did = empty ? fmt::format("{} got {}", name(faster.actor), short_label(trace_, faster.item()))
                                : fmt::format("{} took the slot", name(faster.actor));
  return fmt::format(
      "{} asked {}(){} and was told no. But the answer is about the moment in which it was given: before {} {} "
      "anything, {}.",
      name(actor), asks, where.empty() ? "" : " at " + where, name(actor), acts, faster_did);
}

void Recogniser::failed_expectations() {
  std::size_t reported = 0;
  for (Step step = 0; step < end() && reported < most_reported; ++step) {
    Event const& event = trace_.at(step);
    if (event.kind != Kind::expectation_failed) continue;
    ++reported;
    auto& finding = add(BugPattern::expectation_failed,
                        fmt::format("{} found an expectation failed: {}", name(event.actor), trace_.text(step)), {});
    auto const where = place(trace_, event.location);
    finding.cause = fmt::format(
        "The program relies on this{}: {}. It was not so at step {}. Most often somebody else came in between two "
        "operations that belong together.",
        where.empty() ? "" : " at " + where, trace_.text(step), number(step));
    finding.remedy =
        "Look at what the others did just before that step. Make what belongs together one operation: one item, one "
        "put, one get; or keep an item in hand until all is done.";
  }
}

void Recogniser::uncaught_exceptions() {
  std::size_t reported = 0;
  for (Step step = 0; step < end() && reported < most_reported; ++step) {
    Event const& event = trace_.at(step);
    if (event.kind != Kind::uncaught || graph_.process_of(event.actor) >= world_.actors.size() ||
        told_.contains(graph_.process_of(event.actor)))
      continue;
    told_.insert(graph_.process_of(event.actor));
    auto const before = last_before(step, [&](Event const& other) { return other.actor == event.actor; });
    if (before != no_step && trace_.at(before).kind == Kind::expectation_failed) continue;
    ++reported;
    add_uncaught(step, before);
  }
}

void Recogniser::add_uncaught(Step step, Step before) {
  auto const actor = trace_.at(step).actor;
  auto const title = fmt::format("{} ended by an uncaught exception: {}", name(actor), first_line(trace_.text(step)));
  Kind const call = before == no_step ? Kind::text : trace_.at(before).kind;
  Outcome const outcome = before == no_step ? Outcome::ok : trace_.at(before).outcome();
  bool const empty = call == Kind::get_end && outcome == Outcome::empty;
  bool const full = call == Kind::put_end && outcome == Outcome::full;
  auto const index = empty || full ? trace_.at(before).object : QueueIndex{0};
  if (empty || full) {
    auto const question = empty ? Kind::empty : Kind::full;
    if (auto const overtaking = asked_before_acting(actor, index, question, before)) {
      auto& finding = add(BugPattern::check_then_act, title, {});
      finding.cause = overtaking_words(actor, question, *overtaking);
      finding.remedy = fmt::format("Do not ask first: call {}, and handle {} where it comes.",
                                   empty ? "get_nowait" : "put_nowait", empty ? "Empty" : "Full");
      return;
    }
  }
  auto& finding = add(BugPattern::uncaught_exception, title, {});
  auto const late = empty ? not_yet_written(index, before) : std::vector<ItemId>{};
  if (!late.empty()) {
    finding.cause = fmt::format(
        "{} was put on {} already, but had not arrived: put returns before the feeder has written the item into the "
        "pipe.",
        labels(late), trace_.queue_name(index));
    finding.remedy = "Wait in get for what is known to come; Empty does not say that nothing was put.";
    finding.items = late;
  } else if (call == Kind::task_done_end && outcome == Outcome::too_often) {
    finding.cause = "task_done was called more often than items were put.";
    finding.remedy = "Call task_done once for every item that you get, and never for anything else.";
  } else {
    bool const root = !world_.actors[graph_.process_of(actor)].exit_code_known ||
                      world_.actors[graph_.process_of(actor)].exit_code < 0;
    finding.cause =
        fmt::format("Nobody caught it, so {} ended there{}.", name(actor), root ? "" : ", with exit code 1");
    finding.remedy = "Handle it where it comes, or see to it that it cannot come.";
  }
}

/// Items that had been put before this step and were not (wholly) in the pipe then.
std::vector<ItemId> Recogniser::not_yet_written(QueueIndex index, Step at) const {
  ItemIndex const items(trace_);
  std::vector<ItemId> late;
  for (auto const& way : items.ways()) {
    auto const put = way.at(ItemMilestone::buffer_append), written = way.at(ItemMilestone::last_write);
    if (way.queue == index && put != no_step && put < at && (written == no_step || written > at) &&
        (way.at(ItemMilestone::dropped) == no_step || way.at(ItemMilestone::dropped) > at))
      late.push_back(way.item);
  }
  return late;
}

void Recogniser::vanished_items() {
  bool const known = std::any_of(findings_.begin(), findings_.end(),
                                 [](auto const& f) { return f.mistake == BugPattern::unserialisable_item; });
  if (known) return;
  for (std::size_t i = 0; i < world_.queues.size(); ++i) {
    queue_ = static_cast<QueueIndex>(i);
    std::vector<ItemId> vanished;
    for (ItemId id : refused_items()) {
      if (trace_.at(world_.items.at(id).since).kind == Kind::serialise_failed) vanished.push_back(id);
    }
    if (vanished.empty()) continue;
    auto const refused = world_.items.at(vanished.front()).since;
    bool const by_feeder = trace_.actors[trace_.at(refused).actor].kind == ActorKind::feeder;
    std::vector<ActorIndex> victims;
    for (ActorIndex actor : stuck_) {
      auto const& waiter = world_.actors[actor];
      bool const waits_here = waiter.waits_for == Resource::pipe_data && waiter.waits_object == queue_;
      if (waits_here || (graph_.is_process(actor) && graph_.process_of(trace_.at(refused).actor) == actor))
        victims.push_back(actor);
    }
    auto& finding = add(BugPattern::unserialisable_item,
                        fmt::format("{} could not be turned into bytes and vanished: {}", labels(vanished),
                                    first_line(trace_.text(refused))),
                        std::move(victims));
    finding.cause =
        by_feeder
            ? fmt::format(
                  "put succeeds at once and the feeder serialises later. It could not serialise {}, reported that "
                  "on stderr and dropped it: who put it is not told, and who waits for it waits in vain.",
                  labels(vanished))
            : fmt::format(
                  "{} could not serialise {} for {}. A pool keeps such an error in the result of the task, where "
                  "only get() of that result raises it; what the task was to do never happens.",
                  name(trace_.at(refused).actor), labels(vanished), queue().name);
    finding.remedy =
        by_feeder ? "Put only what can be serialised; serialise it before put if you are not sure, so that the error "
                    "comes where you can handle it."
                  : "Call get() on every result of apply_async, or give it an error_callback. Hand a queue, lock or "
                    "event to the workers by the initializer of the pool (initargs), or use that of a Manager.";
    finding.items = vanished;
  }
}

// Tasks that were never marked as done, in a queue that was not joined afterwards.
void Recogniser::tasks_never_done() {
  for (std::size_t i = 0; i < world_.queues.size(); ++i) {
    queue_ = static_cast<QueueIndex>(i);
    if (queue().type != mp::trace::QueueClass::joinable || queue().unfinished <= 0) continue;
    std::vector<ItemId> items;
    std::vector<std::string> holders;
    for (auto const& [id, holder] : open_tasks()) {
      if (marks_.is_mark(id)) continue;
      items.push_back(id);
      if (std::find(holders.begin(), holders.end(), name(holder)) == holders.end()) holders.push_back(name(holder));
    }
    if (items.empty()) continue;
    auto& finding =
        add(BugPattern::task_done_forgotten, fmt::format("task_done was never called for {}", labels(items)), {});
    finding.cause = fmt::format("{} got {} and ended without calling task_done. A join of {} would wait for ever.",
                                listing(holders, 4), labels(items), queue().name);
    finding.remedy =
        "Call task_done once for every item that you get, on every way out of the loop, also when the work fails.";
    finding.items = items;
  }
}

// Daemons that took no sentinel and were terminated in get, while others of their kind took one.
void Recogniser::sentinels_missing() {
  for (std::size_t i = 0; i < world_.queues.size(); ++i) {
    queue_ = static_cast<QueueIndex>(i);
    std::uint64_t taken = 0, put = 0;
    for (auto const& [actor, use] : queue().uses) {
      auto const marks = marks_.of(queue_, actor);
      taken += marks.got;
      put += marks.put;
    }
    if (taken == 0) continue;
    std::vector<ActorIndex> waiting;
    for (std::size_t actor = 0; actor < world_.actors.size(); ++actor) {
      auto const& known = world_.actors[actor];
      bool const in_get = known.waits_for == Resource::pipe_data || known.waits_for == Resource::read_lock;
      if (known.state == ActorState::killed && in_get && known.waits_object == queue_)
        waiting.push_back(static_cast<ActorIndex>(actor));
    }
    if (waiting.empty() || put >= taken + waiting.size()) continue;
    auto& finding =
        add(BugPattern::nothing_to_get,
            fmt::format("too few sentinels: {} for {}", number(taken), count(taken + waiting.size(), "consumer")), {});
    finding.cause = fmt::format(
        "Each consumer takes one sentinel out of {} and ends. {} got none and {} still in get when {} terminated.",
        queue().name, names(waiting), waiting.size() == 1 ? "was" : "were",
        waiting.size() == 1 ? "it was" : "they were");
    finding.remedy = fmt::format("Put one sentinel for each consumer: {} here.", number(taken + waiting.size()));
  }
}

/// A queue used as a flag: it is asked whether it is empty, and never got from.
bool Recogniser::is_flag(QueueIndex index) const {
  bool asked = false;
  for (auto const& [actor, use] : world_.queues[index].uses) {
    if (use.first_get != no_step) return false;
    asked = asked || use.asked;
  }
  return asked;
}

void Recogniser::items_left() {
  std::map<QueueIndex, std::vector<ItemId>> left;
  for (auto const& [id, item] : world_.items) {
    if (!world_.knows_place(item)) continue;  // events were lost
    if (item.place == ItemPlace::piped && !marks_.is_mark(id) && !is_flag(item.queue)) left[item.queue].push_back(id);
  }
  if (left.empty()) return;
  ItemIndex const items(trace_);
  for (auto const& [index, ids] : left) {
    queue_ = index;
    auto const* overtaker = overtaking_sentinel(items, ids.front());
    auto& finding = add(overtaker ? BugPattern::sentinel_overtaken : BugPattern::items_left_in_queue,
                        fmt::format("{} {} left in {}: {}", count(ids.size(), "item"), ids.size() == 1 ? "was" : "were",
                                    queue().name, labels(ids)),
                        {});
    finding.items = ids;
    auto const& way = *items.find(ids.front());
    if (overtaker) {
      add_overtaken(finding, way, *overtaker);
    } else {
      add_left(finding, way);
    }
  }
}

/// A sentinel of another process that was in the pipe before this item, and was got.
ItemJourney const* Recogniser::overtaking_sentinel(ItemIndex const& items, ItemId id) const {
  auto const* late = items.find(id);
  if (late == nullptr) return nullptr;
  for (auto const& way : items.ways()) {
    if (way.queue == late->queue && marks_.is_mark(way.item) && way.arrived() && way.putter != late->putter &&
        way.at(ItemMilestone::first_write) < late->at(ItemMilestone::first_write))
      return &way;
  }
  return nullptr;
}

void Recogniser::add_overtaken(Finding& finding, ItemJourney const& late, ItemJourney const& sentinel) const {
  finding.cause = fmt::format(
      "{} stopped at the sentinel that {} put, but {} of {} came into the {} behind it. A queue keeps the order of "
      "what one process puts; between two processes there is none.",
      name(sentinel.getter), name(sentinel.putter), short_label(trace_, late.item), name(late.putter),
      wire_word(queue().mechanism));
  finding.remedy =
      "Let each producer put a sentinel of its own, and stop after as many; or join all producers before "
      "the sentinel is put.";
  auto const done = last_before(late.at(ItemMilestone::put_begin), [&](Event const& event) {
    return event.actor == late.putter && event.object == late.queue &&
           (event.kind == Kind::task_done_end || event.kind == Kind::get_end);
  });
  if (done == no_step || trace_.at(done).kind != Kind::task_done_end) return;
  finding.cause += fmt::format(
      " {} had called task_done for its task before it put {}, which follows from it: in between, join could return.",
      name(late.putter), short_label(trace_, late.item));
  finding.remedy = "Put what follows from a task before calling task_done for it; then join waits for that, too.";
}

void Recogniser::add_left(Finding& finding, ItemJourney const& late) const {
  auto const stop =
      last_before(end(), [&](Event const& event) { return event.object == late.queue && event.kind == Kind::get_end; });
  bool const gave_up = stop != no_step && trace_.at(stop).outcome() == Outcome::empty;
  if (gave_up && !queue().hardened() && late.at(ItemMilestone::put_begin) < stop &&
      late.at(ItemMilestone::last_write) > stop) {
    finding.cause = fmt::format(
        "{} got Empty and stopped, while {} was put already but not yet in the pipe: put returns before the feeder "
        "has written the item.",
        name(trace_.at(stop).actor), short_label(trace_, late.item));
    finding.remedy = "Get as many items as are known to come, or until a sentinel; Empty is not the end.";
    return;
  }
  finding.cause = fmt::format("{} put {}, and everybody ended before anybody got {}.", name(late.putter),
                              labels(finding.items), finding.items.size() == 1 ? "it" : "them");
  if (gave_up) finding.cause += fmt::format(" The last to try was {}, which got Empty.", name(trace_.at(stop).actor));
  finding.remedy =
      "Let a consumer get until it knows that nothing more comes: a count, or a sentinel from each producer.";
}

}  // namespace qs
