// The controller of a run: closes and opens the gate, knows what each actor will do next, and lets one of
// them do it. See queue/src/gate.hpp for the other side.
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

/// Where an actor stands between two steps.
struct ActorStatus {
  enum class Where : std::uint8_t {
    unborn,     ///< will be started by an operation still to come
    computing,  ///< between two operations
    parked,     ///< before its next operation
    outside,    ///< waits where the library sees nothing, for another thread or process of the program
    gone,
  };
  Where where = Where::unborn;
  ActorIndex process = 0;
  Event next;                               ///< parked: the event that its operation will write, as far as it is known
  Resource blocked_on = Resource::nothing;  ///< parked: what the operation would wait for
  std::int64_t deadline = mp::trace::no_deadline;  ///< parked: of a wait, on the clock of time-outs, ns
  bool enabled = false;                            ///< parked, and could go on now: also because its time is over
};

class Controller {
 public:
  /// The session must be `controlled` and outlive it. The gate is as the session has it: open at first.
  explicit Controller(Session&);

  /// Everybody parks before their next operation from now on.
  void close();
  /// Everybody runs free.
  void open();
  bool closed() const;

  /// Waits for the program's first actor, at most `settle_timeout`. False: it did not come.
  bool wait_for_first(std::chrono::nanoseconds settle_timeout);
  /// Waits until every actor is parked or gone, at most `settle_timeout`. False: somebody still computes; the
  /// others can be let go all the same. Between two take() it is only needed where others than the program's
  /// own processes may have done something: killed one, or opened the gate.
  bool settle(std::chrono::nanoseconds settle_timeout);
  /// What the last settle() or take() found.
  bool settled() const { return settled_; }

  /// By actor, as of the last settle() or take().
  std::vector<ActorStatus> const& status() const { return standing_; }
  /// Who could go, in the order of actors; last `time`, if somebody waits for it. Kills are always possible.
  std::vector<Choice> enabled() const;
  /// Whether somebody parked waits for a deadline that is still to come.
  bool time_can_pass() const;
  /// There was somebody, and all are gone.
  bool all_gone() const;
  /// Parked or gone are all, none can go on, no time-out is to come, nor a thread that has not used a queue so far:
  /// this is for ever.
  bool deadlocked() const;
  /// Those who wait outside the library, and threads that have ended, as a recorder would say it: by actor.
  std::vector<std::pair<Event, std::string>> seen_outside() const;
  /// Whether a process has a thread that has not used a queue, and that may come back by itself from where it is.
  bool foreign_thread_may_come() const;
  /// Of time-outs, ns.
  std::int64_t clock() const;

  /// Kills all processes that there are, also those that have not parked yet, and waits for their ends.
  void kill_everybody();
  /// Does it and waits until everything has arrived again, at most `settle_timeout` (as settle()). An actor that
  /// is not enabled, a process that is gone: nothing happens, and false.
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
  void say(ActorIndex, mp::trace::GateCommand) const;
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
  std::map<ActorIndex, Seen> outside_;  ///< who was last seen to wait outside the library, and how
  std::set<ActorIndex> vanished_;       ///< threads that have ended
  bool settled_ = false;
};

}  // namespace qs
