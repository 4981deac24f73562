// Drains the rings of a session into one ordered stream.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/capture/death_watch.hpp"
#include "sim/capture/order.hpp"
#include "sim/capture/session.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// Whether observed processes may still be there when the recording ends.
enum class Survivors : bool { none, some };

/// Everything a sink is told about actors, locations and sources comes before the first event that names
/// them. Not thread-safe: one thread polls.
class Recorder {
 public:
  /// The session and the sinks must outlive it.
  Recorder(Session& session, std::vector<Sink*> sinks);

  /// One pass over all rings: takes what is in them, which is quick, and hands on a portion of what is certain
  /// by now, which is not: the rings fill meanwhile. Returns whether there was anything; cheap when not.
  bool poll();
  /// Whether the last poll() left events that it could have handed on: the next one need not wait.
  bool behind() const { return behind_; }
  /// Says of everybody who still lives what they do where the library sees nothing, as events of now. What they did
  /// before is handed on first.
  void look_outside();
  /// A process has ended so, as its parent knows: exit code, or a signal's number, negative.
  void ended(std::int32_t pid, int exit_code);
  /// One last pass, then everything that was held back. With no survivors, whoever has not said that it
  /// ended was killed.
  void finish(Survivors);

  /// Hands on a choice, as made after all events that were handed on so far.
  void decide(Choice, std::vector<Choice> const& enabled);
  /// Tells the sinks of a location, where somebody is parked, before an event names it.
  void locate(std::uint32_t location);

  std::uint64_t events() const { return emitted_; }
  std::uint64_t lost() const { return lost_; }  ///< dropped because a ring was full
  std::uint64_t forced() const { return order_.forced(); }
  std::uint32_t refused() const;  ///< actors that found no free slot

 private:
  static constexpr std::uint64_t portion = 8192;
  static constexpr std::uint64_t most_held = 4u << 20;  ///< of some 32 bytes each

  struct Actor {
    ActorFacts facts;
    bool known = false;                        ///< the sinks have been told
    bool dead = false;                         ///< a process that is gone: its rings and its threads' are final
    bool ended = false;                        ///< it said so
    std::uint64_t lost = 0;                    ///< gaps it has reported
    std::uint64_t reaped = ~std::uint64_t{0};  ///< when its parent learned of its end
    bool inside = false;                       ///< in a call of the library or in one of its waits
    bool in_call = false;
    bool vanished = false;           ///< gone without a word, and the sinks have been told
    std::optional<int> exit_code{};  ///< as others know it
  };

  void find_actors();
  void publish(ActorIndex);
  std::uint64_t drain(ActorIndex);
  void take(Actor&, Event&);
  void note_deaths();
  void retire_dead_actors();
  void bury(ActorIndex);
  void look_at_process(ActorIndex, std::uint64_t now);
  ActorIndex actor_of(std::int32_t id, ActorIndex process) const;
  void emit(Event const&, std::string_view text);
  std::uint32_t publish_location(std::uint32_t);
  void publish_source(std::string const& file);

  Session& session_;
  std::vector<Sink*> sinks_;
  EventOrder order_;
  DeathWatch watch_;
  std::vector<Actor> actors_;       ///< as many as slots have been taken
  std::vector<ActorIndex> active_;  ///< those whose rings may still fill
  std::vector<bool> locations_;     ///< told to the sinks
  std::set<std::string> sources_;   ///< looked for
  std::uint64_t emitted_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t complete_until_ = 0;  ///< whatever was stamped before this has been taken out of the rings
  std::vector<ActorIndex> reaped_;    ///< processes whose parents know that they are gone
  bool somebody_died_ = false;
  bool behind_ = false;
};

}  // namespace qs
