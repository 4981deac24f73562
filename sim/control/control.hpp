// The controller of a run: closes and opens the gate, knows what each actor will do next, and lets one of
// them do it. See queue/src/trace/gate.hpp for the other side.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <mp/detail/file_descriptor.hpp>
#include "sim/capture/session.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// The state of an actor between two steps.
struct ActorStatus {
  enum class Where : std::uint8_t {
    unborn,     ///< not started yet
    computing,  ///< between two operations
    parked,     ///< before its next operation
    outside,    ///< waits outside the library for another thread or process of the program
    gone,
  };
  Where where = Where::unborn;
  ActorIndex process = 0;
  Event next;                                      ///< parked: the event that its operation will write, as far as known
  Resource blocked_on = Resource::nothing;         ///< parked: what the operation would wait for
  std::int64_t deadline = mp::trace::no_deadline;  ///< parked: of a wait, on the clock of time-outs, ns
  bool enabled = false;  ///< parked, and could go on now, possibly because its deadline has passed
};

class Controller {
 public:
  /// The session must be `controlled` and outlive the controller. The gate is open at first.
  explicit Controller(Session&);

  /// From now on, every actor parks before its next operation.
  void close();
  /// Lets everybody run freely.
  void open();
  bool closed() const;

  /// Waits for the program's first actor, at most `settle_timeout`. False if it did not come.
  [[nodiscard]] bool wait_for_first(std::chrono::nanoseconds settle_timeout);
  /// Waits until every actor is parked or gone, at most `settle_timeout`. False if an actor still computes; the others
  /// can go all the same. Between two take() it is only needed if something outside the program has acted: killed a
  /// process, or opened the gate.
  bool settle(std::chrono::nanoseconds settle_timeout);
  /// The result of the last settle() or take().
  bool settled() const { return settled_; }

  /// By actor, as of the last settle() or take().
  std::vector<ActorStatus> const& status() const { return standing_; }
  /// The enabled choices, in the order of actors; last `time`, if an actor waits for a deadline. Kills are always
  /// possible.
  std::vector<Choice> enabled() const;
  /// Whether a parked actor waits for a deadline that has not passed.
  bool time_can_pass() const;
  /// There were actors, and all are gone.
  bool all_gone() const;
  /// Every actor is parked or gone, none is enabled, no deadline is pending, and no thread exists that has not used a
  /// queue yet: nothing can ever happen again.
  bool deadlocked() const;
  /// By actor: those that wait outside the library, and threads that have ended.
  std::vector<std::pair<Event, std::string>> seen_outside() const;
  /// Whether a process has a thread that has not used a queue yet and may still do so.
  bool foreign_thread_may_come() const;
  /// The clock of time-outs, ns.
  std::int64_t clock() const;

  /// Kills all processes, including those that have not parked yet, and waits for their ends.
  void kill_everybody();
  /// Executes the choice and waits as settle() does. False, and nothing happens, if the actor is not enabled or the
  /// process is gone.
  bool take(Choice, std::chrono::nanoseconds settle_timeout);

 private:
  struct Seen {
    Event event;
    std::string text;
  };
  struct Process {
    mp::detail::FileDescriptor pidfd;
    bool dead = false;
  };

  mp::trace::GateSlot& gate(ActorIndex actor) const { return session_.view().actor(actor).gate; }
  mp::trace::Header& header() const { return *session_.view().header; }
  void send_command(ActorIndex, mp::trace::GateCommand) const;
  bool wait_for_arrival(std::uint32_t seen, std::chrono::nanoseconds at_most) const;
  void find_actors();
  void read(ActorIndex);
  bool note_deaths(std::chrono::nanoseconds at_most);
  bool has_to_come(ActorIndex) const;
  bool has_to_die(ActorIndex process) const;
  bool arrive_all(std::chrono::nanoseconds settle_timeout);
  void look_outside();
  ActorIndex actor_with_id(pid_t id, ActorIndex process) const;
  void look_again(std::optional<ActorStatus> const& step);
  std::size_t dead() const;
  void look(ActorIndex);

  Session& session_;
  std::vector<ActorStatus> standing_;
  std::vector<Process> processes_;      ///< by actor; only those that are processes
  std::map<ActorIndex, Seen> outside_;  ///< actors last seen waiting outside the library
  std::set<ActorIndex> vanished_;       ///< threads that have ended
  bool settled_ = false;
};

}  // namespace qs
