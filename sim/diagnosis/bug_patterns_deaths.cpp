// Ends that were not orderly, and what they took with them that others wait for.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <set>

#include "sim/diagnosis/recogniser.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

bool is_crash(int exit_code) {
  switch (-exit_code) {
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGABRT:
    case SIGSYS:
    case SIGTRAP: return true;
    default: return false;
  }
}

}  // namespace

Recogniser::Death Recogniser::death_of(ActorIndex process) const {
  if (process >= world_.actors.size()) return Death::none;
  auto const& actor = world_.actors[process];
  if (!graph_.is_process(process)) return Death::none;
  // Its exit steps may wait for children that it left behind.
  if (actor.alive() && actor.in_exit && uncaught_[process] != no_step) return Death::exception;
  if (!graph_.dead(process)) return Death::none;
  if (uncaught_[process] != no_step) return Death::exception;
  if (!actor.lost) return actor.exit_code_known && actor.exit_code != 0 ? Death::exit_code : Death::none;
  if (actor.exit_code_known && actor.exit_code >= 0) return Death::left;
  // A daemon is ended with its parent; that is in order.
  auto const parent = trace_.actors[process].parent;
  if (actor.daemon && parent < world_.actors.size() && !world_.actors[parent].alive()) return Death::none;
  if (signalled_[process]) return Death::ended_by_program;
  return is_crash(actor.exit_code) ? Death::crash : Death::killed;
}

std::string Recogniser::how_it_died(ActorIndex actor) const {
  auto const process = graph_.process_of(actor);
  if (process >= world_.actors.size()) return "ended";
  auto const& dead = world_.actors[process];
  switch (death_of(process)) {
    case Death::crash: return "died of " + signal_name(-dead.exit_code);
    case Death::exception: return "died of an uncaught exception";
    case Death::left: return fmt::format("left by _exit with code {}", dead.exit_code);
    case Death::exit_code: return fmt::format("ended with exit code {}", dead.exit_code);
    default: return dead.state == ActorState::killed ? "was killed" : "ended";
  }
}

/// An item that shows nothing of itself is called by its number.
std::string Recogniser::label(ItemId item) const {
  if (!is_opaque(item)) return short_label(trace_, item);
  return fmt::format("item {} of {}", number(item.sequence), name(item.producer));
}

/// Whether its preview shows only its size.
bool Recogniser::is_opaque(ItemId item) const { return item_label(trace_, item).ends_with(" bytes>"); }

void Recogniser::hint_at_previews() {
  for (auto& finding : findings_) {
    if (std::any_of(finding.items.begin(), finding.items.end(), [&](ItemId item) { return is_opaque(item); }))
      finding.cause += " (An mp_preview for the type of the item would show what is in it.)";
  }
}

std::string Recogniser::exception_text(ActorIndex process) const {
  auto const step = uncaught_[process];
  auto const text = step == no_step ? std::string_view() : trace_.text(step);
  auto const line = text.substr(0, text.find('\n'));
  bool const cut = line.size() == text.size() && text.size() >= mp::trace::longest_text - 3;
  return std::string(line) + (cut ? "..." : "");
}

/// What it got last and had done nothing about, if anything.
std::optional<Recogniser::InHand> Recogniser::in_hand(ActorIndex process) const {
  std::optional<InHand> hand;
  for (std::size_t index = 0; index < world_.queues.size(); ++index) {
    for (auto const& [actor, use] : world_.queues[index].uses) {
      if (graph_.process_of(actor) != process || use.last_get == no_step ||
          use.last_get == marks_.of(static_cast<QueueIndex>(index), actor).last_got)
        continue;
      if (!hand || use.last_get > hand->got) hand = InHand{static_cast<QueueIndex>(index), actor, use.last_get, {}};
    }
  }
  if (!hand) return {};
  for (auto const& queue : world_.queues) {
    auto const use = queue.uses.find(hand->actor);
    bool const went_on =
        use != queue.uses.end() && ((use->second.last_put != no_step && use->second.last_put > hand->got) ||
                                    (use->second.last_get_call != no_step && use->second.last_get_call > hand->got));
    if (went_on) return {};
  }
  hand->item = trace_.at(hand->got).item();
  return hand;
}

/// The items that it had put itself and that will never be got.
std::map<QueueIndex, std::vector<ItemId>> Recogniser::lost_with(ActorIndex process) const {
  std::map<QueueIndex, std::vector<ItemId>> lost;
  for (auto const& [id, item] : world_.items) {
    if (!world_.knows_place(item)) continue;  // events were lost
    if (item.place != ItemPlace::dropped || refused_by_feeder(item) || item.actor >= world_.actors.size()) continue;
    // A task that it had got is lost with it, too, but it is not one that it had put.
    bool const own = item.put == no_step || graph_.process_of(trace_.at(item.put).actor) == process;
    if (own && graph_.process_of(item.actor) == process) lost[item.queue].push_back(id);
  }
  return lost;
}

/// Whether a queue that it got from is not empty, and no other live actor ever got from it.
bool Recogniser::leaves_unread(ActorIndex process) const {
  return std::any_of(world_.queues.begin(), world_.queues.end(), [&](QueueWorld const& queue) {
    bool const others = std::any_of(queue.uses.begin(), queue.uses.end(), [&](auto const& entry) {
      return entry.second.first_get != no_step && !graph_.dead(entry.first);
    });
    bool const its = std::any_of(queue.uses.begin(), queue.uses.end(), [&](auto const& entry) {
      return entry.second.first_get != no_step && graph_.process_of(entry.first) == process;
    });
    return its && !others && !queue.pipe.empty();
  });
}

/// Those who are stuck and whose wait this process would have ended, going by what it did before.
std::vector<ActorIndex> Recogniser::bereaved_by(ActorIndex process) const {
  auto const did = [&](QueueIndex index, std::uint64_t QueueUse::*what, ActorIndex who) {
    auto const& uses = world_.queues[index].uses;
    return std::any_of(uses.begin(), uses.end(), [&](auto const& entry) {
      bool const fits = who == nobody ? !graph_.dead(entry.first) : graph_.process_of(entry.first) == who;
      return fits && entry.second.*what > 0;
    });
  };
  bool const had_work = in_hand(process).has_value();
  auto const& dead = world_.actors[process];
  // Who waited for work when it died, had none in hand and left none behind, owed nothing to those who wait for items.
  bool const idle = dead.call == Kind::get_begin && dead.waits_for != Resource::nothing;
  bool const in_order = death_of(process) == Death::left && dead.exit_code == 0;
  bool const owes = had_work || !lost_with(process).empty() || (idle ? leaves_unread(process) : !in_order);
  std::vector<ActorIndex> bereaved;
  for (ActorIndex actor : stuck_) {
    auto const& waiter = world_.actors[actor];
    auto const* queue = world_.queue(waiter.waits_object);
    if (facts(waiter.waits_for).owner != mp::trace::ObjectKind::queue || queue == nullptr) continue;
    auto const index = static_cast<QueueIndex>(waiter.waits_object);
    bool needs = false;
    switch (waiter.waits_for) {
      case Resource::result:
      case Resource::pipe_data:
        needs = (owes || is_ancestor(process, actor)) &&
                (did(index, &QueueUse::puts, process) ||
                 (graph_.has_had(process, index) && !did(index, &QueueUse::gets, process) &&
                  (had_work || !did(index, &QueueUse::puts, nobody))));
        break;
      case Resource::notice:
      case Resource::flag:
      case Resource::parties: needs = !in_order && graph_.has_had(process, index); break;
      case Resource::slot:
      case Resource::pipe_room:
      case Resource::barrier:
        needs = did(index, &QueueUse::gets, process) ||
                (graph_.has_had(process, index) && !did(index, &QueueUse::gets, nobody));
        break;
      default: break;
    }
    if (needs) bereaved.push_back(actor);
  }
  return bereaved;
}

/// "waits in get on pictures (main.cpp:35)"
std::string Recogniser::wait_words(ActorIndex actor) const {
  auto const& waiter = world_.actors[actor];
  auto const call = call_words(waiter.call);
  auto words = call.empty() ? std::string("waits for ") + resource_words(trace_, waiter.waits_for, waiter.waits_object)
                            : "waits in " + call;
  bool const of_queue = facts(waiter.waits_for).owner == mp::trace::ObjectKind::queue;
  auto const* queue = of_queue ? world_.queue(waiter.waits_object) : nullptr;
  bool const of_pipe = queue != nullptr && queue->type == mp::trace::QueueClass::pipe;
  if (of_pipe) {
    words = fmt::format("waits in {} on {}", waiter.waits_for == Resource::pipe_room ? "send" : "recv", queue->name);
  } else if (!call.empty()) {
    words += of_queue ? " on " + trace_.queue_name(waiter.waits_object)
                      : " for " + resource_words(trace_, waiter.waits_for, waiter.waits_object);
  }
  if (auto const where = place(trace_, waiter.location); !where.empty()) words += fmt::format(" ({})", where);
  return words;
}

std::string Recogniser::at_place(Step step) const {
  auto const where = step < trace_.size() ? place(trace_, trace_.at(step).location) : "";
  return where.empty() ? "" : " at " + where;
}

/// What it had in hand when it ended, and what it did last.
std::string Recogniser::last_words(ActorIndex process) const {
  if (auto const hand = in_hand(process)) {
    auto const gets = world_.queues[hand->queue].uses.at(hand->actor).gets;
    return fmt::format("{} had got {} from {}{} (of {} that it got there) and {} before it put anything for it.",
                       name(process), label(hand->item), trace_.queue_name(hand->queue), at_place(hand->got),
                       count(gets, "item"), how_it_died(process));
  }
  auto const last = last_before(
      end(), [&](Event const& event) { return graph_.process_of(event.actor) == process && event.location != 0; });
  auto const where = at_place(last);
  return fmt::format("{} {}{}.", name(process), how_it_died(process),
                     where.empty() ? "" : "; its last call of the library was" + where);
}

std::string Recogniser::what_victims_wait_for(std::vector<ActorIndex> const& victims, ActorIndex process) const {
  std::string words;
  std::set<std::pair<Resource, std::uint16_t>> told;
  for (ActorIndex victim : victims) {
    auto const& waiter = world_.actors[victim];
    if (!told.emplace(waiter.waits_for, waiter.waits_object).second) continue;
    std::vector<ActorIndex> alike;
    for (ActorIndex other : victims) {
      auto const& one = world_.actors[other];
      if (one.waits_for == waiter.waits_for && one.waits_object == waiter.waits_object) alike.push_back(other);
    }
    auto const verb = wait_words(victim);
    words += fmt::format(" {} {}", names(alike), alike.size() == 1 ? verb : "wait" + verb.substr(5));
    if (waiter.waits_for == Resource::pipe_data) {
      std::uint64_t got = 0, put = 0;
      for (auto const& [actor, use] : world_.queues[waiter.waits_object].uses) {
        got += use.gets;
        if (graph_.process_of(actor) == process) put += use.puts;
      }
      words += fmt::format("; {} came so far", count(got, "item"));
      if (put > 0) words += fmt::format(", and {} had put {} there", name(process), number(put));
    }
    words += ".";
  }
  return words;
}

bool Recogniser::is_ancestor(ActorIndex process, ActorIndex of) const {
  for (std::size_t hops = 0; of < trace_.actors.size() && hops < trace_.actors.size(); ++hops) {
    auto const parent = trace_.actors[graph_.process_of(of)].parent;
    if (parent == nobody || graph_.process_of(parent) == graph_.process_of(of)) return false;
    if (graph_.process_of(parent) == process) return true;
    of = parent;
  }
  return false;
}

/// Items were copied as bytes, and every receiver died of one: they may contain a pointer.
bool Recogniser::may_hold_pointers(ActorIndex process) const {
  auto const& actor = world_.actors[process];
  if (actor.exit_code != -SIGSEGV && actor.exit_code != -SIGBUS) return false;
  auto const hand = in_hand(process);
  if (!hand || !is_opaque(hand->item)) return false;
  std::uint64_t gets = 0, dead = 0;
  for (auto const& [user, use] : world_.queues[hand->queue].uses) {
    gets += use.gets - marks_.of(hand->queue, user).got;
    dead += use.gets > 0 && graph_.dead(user);
  }
  return gets == dead;
}

void Recogniser::disorderly_ends() {
  // Abnormal ends precede ends by an exit code; earlier ones precede later ones.
  for (bool const mild : {false, true}) {
    std::vector<std::pair<Step, ActorIndex>> dead;
    for (std::size_t i = 0; i < world_.actors.size(); ++i) {
      auto const process = static_cast<ActorIndex>(i);
      auto const death = death_of(process);
      if (death != Death::none && (death == Death::exit_code) == mild)
        dead.emplace_back(world_.actors[i].since, process);
    }
    std::sort(dead.begin(), dead.end());
    for (auto const& [step, process] : dead) {
      auto victims = bereaved_by(process);
      if (victims.empty()) continue;
      add_death(process, std::move(victims));
      return;
    }
  }
}

void Recogniser::add_death(ActorIndex process, std::vector<ActorIndex> victims) {
  told_.insert(process);
  auto const death = death_of(process);
  auto const hand = in_hand(process);
  auto const lost = lost_with(process);
  bool const abandons =
      std::any_of(victims.begin(), victims.end(), [&](ActorIndex actor) { return is_ancestor(process, actor); });
  auto title = fmt::format("{} {}", name(process), how_it_died(process));
  if (death == Death::exception) title += ": " + exception_text(process);
  if (death == Death::ended_by_program || death == Death::killed) {
    if (world_.actors[process].exit_code_known)
      title += fmt::format(" ({})", signal_name(-world_.actors[process].exit_code));
  }
  if (hand) title += fmt::format(", with {} in hand", label(hand->item));
  std::uint64_t all_lost = 0;
  for (auto const& [index, items] : lost) all_lost += items.size();
  if (all_lost > 0)
    title += fmt::format(", and {} that it had put {} lost", count(all_lost, "item"), all_lost == 1 ? "was" : "were");

  auto const pattern = death == Death::exception                           ? BugPattern::uncaught_exception
                       : death == Death::left && all_lost > 0              ? BugPattern::exit_without_flush
                       : death == Death::left || death == Death::exit_code ? BugPattern::exited_with_work
                                                                           : BugPattern::abnormal_death;
  auto& finding = add(pattern, title, victims);
  finding.cause = last_words(process);
  if (death == Death::left)
    finding.cause += " Its exit sequence did not run: nothing was flushed, and nobody was told.";
  for (auto const& [index, items] : lost) {
    finding.cause += fmt::format(" {} of {} {} still in its buffer and went with it.", labels(items),
                                 trace_.queue_name(index), items.size() == 1 ? "was" : "were");
    finding.items.insert(finding.items.end(), items.begin(), items.end());
  }
  finding.cause += what_victims_wait_for(victims, process);
  if (abandons)
    finding.cause +=
        fmt::format(" {} {} left behind by {}.", names(victims), victims.size() == 1 ? "is" : "are", name(process));
  if (hand) finding.items.push_back(hand->item);

  bool const python = in_python();
  bool const pool = std::any_of(victims.begin(), victims.end(), [&](ActorIndex actor) {
    return !waiting_in(graph_.process_of(actor), Resource::result).empty();
  });
  switch (death) {
    case Death::exception:
      finding.remedy =
          abandons ? fmt::format(
                         "Handle the exception in {}, and see to it that whatever ends the others is put on every "
                         "way out{}; or start them as daemons{}.",
                         name(process), python ? " (try/finally)" : "",
                         python ? "" : ", or make the queue with tell_abandoned")
                   : fmt::format(
                         "Handle the exception in {} where the item is worked on, so that there is an answer for "
                         "every item; and look at the exit codes of the workers while collecting.",
                         name(process));
      break;
    case Death::left:
      finding.remedy =
          python ? "Return from the function of the process or call sys.exit, so that what was put is written; or call "
                   "close() and join_thread() on the queue before os._exit."
                 : "Return from the process's function or call std::exit, so that the exit sequence writes what was "
                   "put.";
      if (all_lost > 0 && !python)
        finding.remedy += " Or use Mechanism::hardened, where an item is in the queue when put returns.";
      break;
    case Death::crash:
      finding.remedy = fmt::format("Mend the crash of {}: a debugger or a core file shows its line.", name(process));
      if (may_hold_pointers(process)) {
        finding.remedy = fmt::format(
            "The item went through the queue as its bytes: a pointer or a view in it is an address of another process. "
            "Let it own what it needs (std::string, with a codec). If it holds none, mend the crash of {}.",
            name(process));
      }
      finding.remedy +=
          " While results are collected, look also at the exit codes of the workers (get with a time-out, then "
          "exitcode()), so that a dead one is noticed.";
      break;
    case Death::exit_code:
      finding.remedy = fmt::format(
          "Let {} answer, or end the others, before it gives up; and look at the exit codes while collecting.",
          name(process));
      break;
    default:
      finding.remedy = fmt::format(
          "Do not kill a process that others count on: tell it to end and join it. Where it may be killed, {}.",
          !python ? "look at exit codes while waiting (get with a time-out), or use a hardened JoinableQueue, which "
                    "tells what died with whom"
          : pool  ? "use a ProcessPoolExecutor instead of a Pool: it raises BrokenProcessPool; or give get() of the "
                    "result a time-out"
                  : "look at the exit codes while waiting: get(timeout=...), then is_alive() and exitcode");
      break;
  }
}

/// Joins of a hardened queue that ended with TasksLost or Abandoned: the death or the end of the consumers is the
/// cause, and an exception that was not caught only its consequence.
void Recogniser::failed_joins() {
  for (Step step = 0; step < end(); ++step) {
    Event const& event = trace_.at(step);
    bool const failed =
        event.kind == Kind::join_end && (event.outcome() == Outcome::lost || event.outcome() == Outcome::abandoned);
    auto const process = graph_.process_of(event.actor);
    if (!failed || process >= world_.actors.size() || event.object >= world_.queues.size()) continue;
    queue_ = event.object;
    auto const consequence = fmt::format("{}'s join of {} ended with {}{}{}", name(event.actor), queue().name,
                                         outcome_words(event.outcome()), at_place(step),
                                         uncaught_[process] != no_step && uncaught_[process] > step
                                             ? fmt::format(", which was not caught, so {} ended there", name(process))
                                             : std::string());
    bool explained = false;
    for (auto const& [actor, use] : queue().uses) {
      auto const getter = graph_.process_of(actor);
      auto const death = death_of(getter);
      if (use.gets == 0 || getter == process || death == Death::none || death == Death::exit_code) continue;
      explained = true;
      // What a process took with it when it was killed is told by lost_items().
      if ((death != Death::crash && death != Death::exception) || told_.contains(getter)) continue;
      add_death(getter, {});
      findings_.back().cause += " " + consequence + ".";
    }
    auto const before = findings_.size();
    if (!explained) consumers_gone({}, consequence);
    if ((explained || findings_.size() > before) && uncaught_[process] != no_step) told_.insert(process);
  }
}

/// Crashes that no other process waited for.
void Recogniser::unnoticed_crashes() {
  for (std::size_t i = 0; i < world_.actors.size(); ++i) {
    auto const process = static_cast<ActorIndex>(i);
    if (death_of(process) != Death::crash || told_.contains(process)) continue;
    add_death(process, {});
  }
}

/// A process that is stopped, or runs another program now, while others count on it.
void Recogniser::stopped_processes() {
  using mp::trace::Outside;
  for (std::size_t i = 0; i < world_.actors.size(); ++i) {
    auto const process = static_cast<ActorIndex>(i);
    auto const* seen = graph_.outside(process);
    if (seen == nullptr || !graph_.is_process(process)) continue;
    auto const what = static_cast<Outside>(seen->detail);
    if (what != Outside::stopped && what != Outside::replaced) continue;
    std::vector<ActorIndex> victims;
    for (ActorIndex actor : stuck_) {
      auto const providers = graph_.providers(actor);
      if (std::any_of(providers.begin(), providers.end(),
                      [&](ActorIndex one) { return graph_.process_of(one) == process; }))
        victims.push_back(actor);
    }
    if (victims.empty()) continue;
    bool const stopped = what == Outside::stopped;
    auto const program = trace_.text(world_.actors[process].outside);
    auto& finding = add(BugPattern::stopped_process,
                        stopped ? fmt::format("{} is stopped by a signal or a debugger", name(process))
                                : fmt::format("{} has become another program by exec: {}", name(process), program),
                        victims);
    finding.cause = fmt::format(
        "{} {}.{}", name(process),
        stopped ? "is alive, but stopped (SIGSTOP, SIGTSTP or a debugger), and does nothing until it is continued"
                : "runs another program now, which knows nothing of its queues; what was in its buffers is gone",
        what_victims_wait_for(victims, process));
    finding.remedy =
        stopped
            ? "Continue it (SIGCONT), or find out who stopped it."
            : "Start the other program in a child of its own (fork and exec there), or let it end before others wait.";
    return;
  }
}

}  // namespace qs
