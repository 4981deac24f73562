#include "sim/control/control.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <map>

#include <mp/detail/futex.hpp>

#include "sim/capture/outside_look.hpp"
#include "sim/model/world.hpp"
#include "sim/process/process_tree.hpp"

namespace qs {

using mp::trace::Gate;
using mp::trace::GateCommand;
using mp::trace::GateSlot;
using mp::trace::GateState;
using mp::trace::no_deadline;
using std::chrono::nanoseconds;

namespace {

using std::chrono::steady_clock;

/// A process that dies does not report it at the gate: look for dead processes at least this often.
constexpr nanoseconds between_looks_for_the_dead = std::chrono::milliseconds(2);
/// An actor that has not reached the gate after this time may be waiting outside the library.
constexpr nanoseconds longest_unexplained = std::chrono::milliseconds(10);
/// Generous, because the machine may be under load.
constexpr nanoseconds longest_look = std::chrono::seconds(60);

timespec to_timespec(nanoseconds duration) {
  return {static_cast<std::time_t>(duration.count() / 1'000'000'000), duration.count() % 1'000'000'000};
}

nanoseconds steady_now() { return steady_clock::now().time_since_epoch(); }

/// Whether steps of other actors can decide whether an operation of this kind has to wait.
bool can_wait(Kind kind) {
  switch (kind) {
    case Kind::acquired:
    case Kind::pipe_write:
    case Kind::pipe_read:
    case Kind::buffer_take:
    case Kind::process_reaped:
    case Kind::woken: return true;
    default: return false;
  }
}

bool is_of_pipe(Event const& operation) {
  return operation.kind == Kind::pipe_write || operation.kind == Kind::pipe_read ||
         (operation.kind == Kind::woken && operation.resource() == Resource::pipe_data);
}

/// Whether a step, given by its actor's status before it, can enable or disable another parked actor.
bool concerns(ActorStatus const& step, ActorStatus const& other) {
  Event const &done = step.next, &next = other.next;
  bool const could_go = other.blocked_on == Resource::nothing;
  if (other.process == step.process) {  // they share a buffer, its lock and a feeder's end
    bool const local = next.kind == Kind::buffer_take || (next.kind == Kind::woken && !is_of_pipe(next)) ||
                       next.resource() == Resource::buffer_lock;
    if (local) return true;
  }
  if (done.object != next.object) return false;
  if (next.kind == Kind::woken && (next.resource() == Resource::slot || next.resource() == Resource::barrier))
    return true;  // put and join of a hardened queue depend on all of its state
  bool const settles = done.kind == Kind::acquired && done.resource() == Resource::read_lock;
  if (next.kind == Kind::woken && (settles || done.kind == Kind::queue_shutdown)) return true;
  switch (done.kind) {
    case Kind::acquired: return next.kind == Kind::acquired && next.detail == done.detail && could_go;
    case Kind::released: return next.kind == Kind::acquired && next.detail == done.detail && !could_go;
    case Kind::pipe_write: return is_of_pipe(next) && !could_go;
    case Kind::pipe_read: return is_of_pipe(next);
    case Kind::buffer_take:
    case Kind::queue_close: return is_of_pipe(next);  // an end of the pipe may be closed
    default: return false;
  }
}

}  // namespace

Controller::Controller(Session& session) : session_(session) {}

bool Controller::closed() const { return header().gate.load() == Gate::closed; }

void Controller::close() {
  if (closed()) return;
  header().frozen.store((steady_now() + nanoseconds(header().offset.load())).count());
  header().gate.store(Gate::closed);
}

void Controller::open() {
  if (!closed()) return;
  header().offset.store(header().frozen.load() - steady_now().count());
  header().gate.store(Gate::open);
  find_actors();
  for (std::size_t actor = 0; actor < standing_.size(); ++actor) {
    auto const index = static_cast<ActorIndex>(actor);
    if (gate(index).state.load() == GateState::parked) send_command(index, GateCommand::open);
  }
}

std::int64_t Controller::clock() const {
  return closed() ? header().frozen.load() : steady_now().count() + header().offset.load();
}

void Controller::send_command(ActorIndex actor, GateCommand command) const {
  auto& place = gate(actor).command;
  place.store(command);
  mp::detail::futex_wake(place, 1);
}

/// False if no actor arrived in time.
bool Controller::wait_for_arrival(std::uint32_t seen, nanoseconds at_most) const {
  timespec const time = to_timespec(at_most);
  auto& arrivals = header().arrivals;
  if (arrivals.load() != seen) return true;
  mp::detail::futex_wait(arrivals, seen, &time);
  return arrivals.load() != seen;
}

void Controller::find_actors() {
  std::size_t const count = std::min(header().actor_count.load(), header().actors);
  if (count <= standing_.size()) return;
  standing_.resize(count);
  processes_.resize(count);
}

void Controller::read(ActorIndex actor) {
  ActorStatus& now = standing_[actor];
  if (now.where == ActorStatus::Where::gone) return;
  auto const& slot = session_.view().actor(actor);
  if (slot.ready.load() == 0) return;
  GateState const place = slot.gate.state.load();
  std::int32_t const pid = slot.pid.load();  // known of every actor that has parked
  now.process = slot.kind == ActorKind::process || slot.process >= standing_.size() ? actor : slot.process;
  if (slot.kind == ActorKind::process && pid != 0 && !processes_[actor].pidfd && !processes_[actor].dead) {
    processes_[actor].pidfd = mp::detail::FileDescriptor(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    // Other failures, such as too many open files, say nothing about the process; it is tried again.
    processes_[actor].dead = !processes_[actor].pidfd && errno == ESRCH;
  }
  GateSlot const& gate = slot.gate;
  now.enabled = false;
  if (processes_[now.process].dead || vanished_.contains(actor) ||
      (place == GateState::gone && slot.kind != ActorKind::process)) {
    now.where = ActorStatus::Where::gone;
  } else if (place == GateState::parked) {
    now.where = ActorStatus::Where::parked;
    now.next = {.actor = actor,
                .kind = gate.kind,
                .detail = gate.detail,
                .location = gate.location,
                .object = gate.object,
                .item_producer = gate.item.producer,
                .item_sequence = gate.item.sequence,
                .argument = gate.argument};
    now.blocked_on = gate.blocked_on.load();
    now.deadline = gate.deadline;
    now.enabled = now.blocked_on == Resource::nothing || now.deadline <= clock();
  } else {
    now.where = pid == 0                   ? ActorStatus::Where::unborn
                : outside_.contains(actor) ? ActorStatus::Where::outside
                                           : ActorStatus::Where::computing;
  }
}

/// Whether a process has died since the last call. Waits for that up to the given time.
bool Controller::note_deaths(nanoseconds at_most) {
  std::vector<pollfd> watched;
  std::vector<std::size_t> whose;
  for (std::size_t actor = 0; actor < processes_.size(); ++actor) {
    if (!processes_[actor].pidfd) continue;
    watched.push_back({processes_[actor].pidfd.number(), POLLIN, 0});
    whose.push_back(actor);
  }
  timespec const time = to_timespec(at_most);
  if (watched.empty() || ppoll(watched.data(), watched.size(), &time, nullptr) <= 0) return false;
  for (std::size_t index = 0; index < watched.size(); ++index) {
    if (watched[index].revents == 0) continue;
    processes_[whose[index]].pidfd.close();
    processes_[whose[index]].dead = true;
  }
  return true;
}

/// An actor that will park or exit by itself. One that has only been announced comes when its parent starts it.
bool Controller::has_to_come(ActorIndex actor) const {
  ActorStatus const& now = standing_[actor];
  if (now.where == ActorStatus::Where::computing) return true;
  if (now.where == ActorStatus::Where::parked) return has_to_die(now.process);
  if (now.where != ActorStatus::Where::unborn) return false;
  auto const& slot = session_.view().actor(actor);
  if (slot.ready.load() == 0 || slot.parent >= standing_.size()) return true;
  ActorStatus const& parent = standing_[slot.parent];
  if (parent.where == ActorStatus::Where::gone) return false;
  bool const announced = parent.where == ActorStatus::Where::parked && parent.next.kind == Kind::process_start &&
                         parent.next.object == actor;
  return !announced;
}

/// A daemon whose parent is gone: the kernel has sent it SIGTERM.
bool Controller::has_to_die(ActorIndex process) const {
  auto const& slot = session_.view().actor(process);
  return slot.dies_with_parent.load() != 0 && slot.ends_by_sigterm.load() != 0 && slot.parent < processes_.size() &&
         processes_[slot.parent].dead;
}

/// An actor that seems to compute may wait outside the library: for the end of a thread or a process, or for a lock. If
/// all such actors do, and no other thread of their processes works, it is useless to wait for them.
void Controller::look_outside() {
  outside_.clear();
  std::map<ActorIndex, Seen> waiting;
  bool all_wait = true;
  std::map<ActorIndex, std::vector<SeenThread>> seen;
  for (std::size_t i = 0; i < standing_.size(); ++i) {
    auto const actor = static_cast<ActorIndex>(i);
    auto const& slot = session_.view().actor(actor);
    if (slot.ready.load() == 0 || gate(actor).state.load() != GateState::running || slot.pid.load() == 0) continue;
    ActorIndex const process = standing_[i].process;
    if (processes_[process].dead || vanished_.contains(actor)) continue;
    auto const [threads, is_new] = seen.try_emplace(process);
    if (is_new) threads->second = threads_of(session_.view().actor(process).pid.load());
    if (threads->second.empty()) return;
    auto const thread = std::find_if(threads->second.begin(), threads->second.end(),
                                     [&](SeenThread const& one) { return one.id == slot.pid.load(); });
    if (thread == threads->second.end()) {
      if (slot.kind == ActorKind::thread) vanished_.insert(actor);
      continue;
    }
    using mp::trace::Outside;
    bool const waits =
        thread->what == Outside::thread_end || thread->what == Outside::child_exit || thread->what == Outside::lock;
    all_wait = all_wait && waits;
    waiting[actor] = {{.actor = actor,
                       .kind = Kind::outside,
                       .detail = static_cast<std::uint8_t>(thread->what),
                       .object = actor_with_id(thread->waits_for, process),
                       .argument = thread->id},
                      thread->words};
  }
  for (auto const& [process, threads] : seen) {
    for (SeenThread const& thread : threads) {
      if (thread.what == mp::trace::Outside::computing) all_wait = false;
    }
  }
  if (all_wait) outside_ = std::move(waiting);
}

ActorIndex Controller::actor_with_id(pid_t id, ActorIndex process) const {
  for (std::size_t actor = 0; id != 0 && actor < standing_.size(); ++actor) {
    auto const& slot = session_.view().actor(static_cast<std::uint32_t>(actor));
    bool const fits = slot.kind == ActorKind::process || standing_[actor].process == process;
    if (slot.pid.load() == id && fits) return static_cast<ActorIndex>(actor);
  }
  return mp::trace::no_object;
}

std::vector<std::pair<Event, std::string>> Controller::seen_outside() const {
  std::vector<std::pair<Event, std::string>> events;
  for (auto const& [actor, seen] : outside_) events.emplace_back(seen.event, seen.text);
  for (ActorIndex const thread : vanished_) events.push_back({{.actor = thread, .kind = Kind::thread_end}, ""});
  return events;
}

bool Controller::foreign_thread_may_come() const {
  for (std::size_t process = 0; process < processes_.size(); ++process) {
    auto const& slot = session_.view().actor(static_cast<std::uint32_t>(process));
    if (!processes_[process].pidfd || processes_[process].dead || slot.pid.load() == 0) continue;
    std::set<pid_t> known{slot.pid.load()};
    for (std::size_t actor = 0; actor < standing_.size(); ++actor) {
      if (standing_[actor].process == process)
        known.insert(session_.view().actor(static_cast<std::uint32_t>(actor)).pid.load());
    }
    for (SeenThread const& thread : threads_of(slot.pid.load())) {
      Event const as_event{.kind = Kind::foreign_thread, .detail = static_cast<std::uint8_t>(thread.what)};
      if (!known.contains(thread.id) && may_come(as_event)) return true;
    }
  }
  return false;
}

bool Controller::arrive_all(nanoseconds settle_timeout) {
  auto const begin = steady_clock::now();
  auto silent_since = begin;
  if (!outside_.empty()) look_outside();  // they may have come back meanwhile
  for (;;) {
    std::uint32_t const seen = header().arrivals.load();
    find_actors();
    bool leaving = false, complete = true;
    for (std::size_t actor = 0; actor < standing_.size(); ++actor) {
      auto const index = static_cast<ActorIndex>(actor);
      read(index);
      if (!has_to_come(index)) continue;
      complete = false;
      leaving = leaving || gate(index).state.load() != GateState::running;
    }
    // Children are read after their parents, because a parent that parks again may have announced a child meanwhile.
    if (complete && header().actor_count.load() <= standing_.size()) return settled_ = true;
    nanoseconds const left = settle_timeout - (steady_clock::now() - begin);
    if (left <= nanoseconds::zero()) return settled_ = false;
    nanoseconds const slice = std::min(left, between_looks_for_the_dead);
    bool news = true;
    if (leaving) {
      news = note_deaths(slice);
    } else if (!wait_for_arrival(seen, slice)) {
      news = note_deaths(nanoseconds::zero());
    }
    if (news) {
      silent_since = steady_clock::now();
    } else if (steady_clock::now() - silent_since > longest_unexplained) {
      look_outside();
      silent_since = steady_clock::now();
    }
  }
}

bool Controller::wait_for_first(nanoseconds settle_timeout) {
  auto const begin = steady_clock::now();
  while (header().actor_count.load() == 0) {
    std::uint32_t const seen = header().arrivals.load();
    if (header().actor_count.load() == 0) wait_for_arrival(seen, between_looks_for_the_dead);
    if (steady_clock::now() - begin > settle_timeout) return false;
  }
  return true;
}

void Controller::kill_everybody() {
  for (int round = 0; round < 100; ++round) {
    find_actors();
    bool somebody = false;
    for (std::size_t actor = 0; actor < processes_.size(); ++actor) {
      read(static_cast<ActorIndex>(actor));
      if (!processes_[actor].pidfd) continue;
      somebody = true;
      syscall(SYS_pidfd_send_signal, processes_[actor].pidfd.number(), SIGKILL, nullptr, 0);
    }
    if (!somebody) return;
    note_deaths(std::chrono::milliseconds(20));
  }
}

bool Controller::settle(nanoseconds settle_timeout) {
  note_deaths(nanoseconds::zero());
  arrive_all(settle_timeout);
  look_again({});
  return settled_;
}

void Controller::look(ActorIndex actor) {
  std::uint32_t const before = gate(actor).looks.load();
  std::uint32_t seen = header().arrivals.load();
  send_command(actor, GateCommand::look);
  auto const begin = steady_clock::now();
  while (gate(actor).looks.load() == before) {
    if (!wait_for_arrival(seen, between_looks_for_the_dead)) {
      note_deaths(nanoseconds::zero());
      ActorIndex const process = standing_[actor].process;
      if (processes_[process].dead) break;
      auto const waited = steady_clock::now() - begin;
      bool const stopped = waited > std::chrono::seconds(1) && is_stopped(session_.view().actor(process).pid.load());
      if (stopped || waited > longest_look) break;  // the status stays as it was
    }
    seen = header().arrivals.load();
  }
  read(actor);
}

/// Asks the parked actors, one after another so that their answers have an order, whether they could go on now. After a
/// `step`, given by its actor's status before it, asks only those that it may affect.
void Controller::look_again(std::optional<ActorStatus> const& step) {
  for (std::size_t actor = 0; actor < standing_.size(); ++actor) {
    ActorStatus const& now = standing_[actor];
    if (now.where != ActorStatus::Where::parked || !can_wait(now.next.kind)) continue;
    if (now.next.kind == Kind::woken && now.next.resource() == Resource::deadline) continue;
    if (step && actor == step->next.actor) continue;  // has just checked
    if (step && !concerns(*step, now)) continue;
    look(static_cast<ActorIndex>(actor));
  }
}

std::vector<Choice> Controller::enabled() const {
  std::vector<Choice> choices;
  for (std::size_t actor = 0; actor < standing_.size(); ++actor) {
    if (standing_[actor].enabled) choices.push_back({Choice::What::go, static_cast<ActorIndex>(actor)});
  }
  if (time_can_pass()) choices.push_back({Choice::What::time});
  return choices;
}

bool Controller::time_can_pass() const {
  return std::any_of(standing_.begin(), standing_.end(), [](ActorStatus const& actor) {
    return actor.where == ActorStatus::Where::parked && !actor.enabled && actor.deadline != no_deadline;
  });
}

bool Controller::all_gone() const {
  auto const is_gone = [](ActorStatus const& actor) { return actor.where == ActorStatus::Where::gone; };
  return std::any_of(standing_.begin(), standing_.end(), is_gone) &&
         std::all_of(standing_.begin(), standing_.end(), [](ActorStatus const& actor) {
           return actor.where == ActorStatus::Where::gone || actor.where == ActorStatus::Where::unborn;
         });
}

bool Controller::deadlocked() const {
  bool const nobody_moves = std::none_of(standing_.begin(), standing_.end(), [](ActorStatus const& actor) {
    return actor.enabled || actor.where == ActorStatus::Where::computing;
  });
  return closed() && !standing_.empty() && nobody_moves && !time_can_pass() && !all_gone() &&
         !foreign_thread_may_come();
}

bool Controller::take(Choice choice, nanoseconds settle_timeout) {
  if (choice.what == Choice::What::time) {
    std::int64_t earliest = no_deadline;
    for (ActorStatus const& actor : standing_) {
      if (actor.where == ActorStatus::Where::parked && !actor.enabled) earliest = std::min(earliest, actor.deadline);
    }
    if (earliest == no_deadline) return false;
    header().frozen.store(earliest);
    for (std::size_t actor = 0; actor < standing_.size(); ++actor) read(static_cast<ActorIndex>(actor));
    return true;
  }
  if (choice.actor >= standing_.size()) return false;
  if (choice.what == Choice::What::kill) {
    Process& process = processes_[standing_[choice.actor].process];
    if (!process.pidfd || process.dead) return false;
    syscall(SYS_pidfd_send_signal, process.pidfd.number(), SIGKILL, nullptr, 0);
    auto const begin = steady_clock::now();
    while (!process.dead && steady_clock::now() - begin < settle_timeout) note_deaths(between_looks_for_the_dead);
    arrive_all(settle_timeout);
    look_again({});
    return true;
  }

  ActorStatus const before = standing_[choice.actor];
  if (!before.enabled) return false;
  auto const dead_before = dead();
  standing_[choice.actor].where = ActorStatus::Where::computing;
  standing_[choice.actor].enabled = false;
  gate(choice.actor).state.store(GateState::running);
  send_command(choice.actor, before.blocked_on == Resource::nothing ? GateCommand::go : GateCommand::time_over);
  arrive_all(settle_timeout);
  if (before.next.kind == Kind::process_signal && note_deaths(nanoseconds::zero())) arrive_all(settle_timeout);
  if (dead() == dead_before) {
    look_again(before);
  } else {
    look_again({});
  }
  return true;
}

std::size_t Controller::dead() const {
  return static_cast<std::size_t>(
      std::count_if(processes_.begin(), processes_.end(), [](Process const& process) { return process.dead; }));
}

}  // namespace qs
