// A trace in memory: the ordered events of one run and everything that is needed to read them.
// The recorder appends to it while a program runs, the trace file stores and restores it, everybody else
// reads it. An event's index is its Step.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <mp/trace/event.hpp>

namespace qs {

using mp::trace::ActorKind;
using mp::trace::Event;
using mp::trace::ItemId;
using mp::trace::Kind;
using mp::trace::Outcome;
using mp::trace::Resource;

/// The place of an event in the one order of a run. Not a time: see Event::time (ns since the run began).
using Step = std::uint32_t;
inline constexpr Step no_step = 0xffffffff;

using ActorIndex = std::uint16_t;
using QueueIndex = std::uint16_t;

struct ActorFacts {
  std::string name;  ///< "main", "consumer-1", "consumer-1 feeder of jobs"
  ActorKind kind = ActorKind::process;
  ActorIndex parent = mp::trace::no_object;
  ActorIndex process = 0;  ///< the process this actor belongs to; itself for a process
  std::int32_t pid = 0;    ///< process id, or thread id for a thread
};

struct Location {
  std::string file;  ///< as the compiler named it
  std::uint32_t line = 0;
  std::string function;
};

/// How a run ended.
enum class RunEnding : std::uint8_t {
  none,         ///< it still runs, or its recorder died first
  finished,     ///< the program ended by itself, with exit code 0
  failed,       ///< the program ended by itself, with another code or by a signal
  deadlock,     ///< a controlled run in which no one could take a step
  deadline,     ///< stopped when its time was over
  interrupted,  ///< stopped by the user
};
/// "finished", ..., as in the trace file; "" for none.
std::string_view name(RunEnding);
/// The opposite; none for an unknown word.
RunEnding run_ending_named(std::string_view word);

/// What was run and where, as it was when the recording began.
struct RunFacts {
  std::string title;     ///< scenario or program name
  std::string scenario;  ///< empty for a user's own program
  std::vector<std::string> command;
  std::map<std::string, std::string> parameters;
  std::string host;     ///< kernel, machine and processor count, one line
  std::string started;  ///< ISO 8601, UTC
  RunEnding ending = RunEnding::none;
  int exit_code = 0;           ///< of the root process; negative: signal
  std::uint64_t duration = 0;  ///< ns, until it was over or was stopped, possibly long after its last event; 0: unknown

  /// The program ended by itself and was not stopped.
  bool ended_by_itself() const { return ending == RunEnding::finished || ending == RunEnding::failed; }
  /// Stopped where it stood.
  bool was_stopped() const { return ending > RunEnding::failed; }
  /// It could not, or did not, go on by itself.
  bool hung() const { return ending == RunEnding::deadlock || ending == RunEnding::deadline; }
};

/// One step of a controlled run: an actor does its next operation, the clock of time-outs jumps to the
/// earliest deadline, or a process is killed.
struct Choice {
  enum class What : std::uint8_t { go, time, kill };
  What what = What::go;
  ActorIndex actor = mp::trace::no_object;  ///< who goes; the process to kill; no_object for `time`

  friend bool operator==(Choice, Choice) = default;
};

/// A choice, and what could have been chosen.
struct Decision {
  Step step = 0;  ///< how many events there were before it
  Choice choice;
  std::vector<Choice> enabled;  ///< in the order of actors; last `time`, where time could pass. Kills are not in it

  friend bool operator==(Decision const&, Decision const&) = default;
};

struct Trace {
  RunFacts run;
  std::vector<Event> events;
  std::vector<Decision> decisions;              ///< of a controlled run, in order
  std::unordered_map<Step, std::string> texts;  ///< previews, names, messages: of the event at that step
  std::vector<ActorFacts> actors;
  std::vector<Location> locations;             ///< [0] is unknown
  std::map<std::string, std::string> sources;  ///< file -> its text
  std::uint64_t lost = 0;                      ///< events not recorded, in all (sum of the gaps)
  bool complete = true;                        ///< false: the recorder died, or the file was cut

  /// Where events of an actor are missing: between the last one that is recorded of it and the gap that tells of them.
  struct Loss {
    Step after, gap;  ///< after: the start of the actor, where it has no event before
  };

  // Kept by append(), for looking things up:
  std::vector<Loss> losses;                                ///< in the order of their gaps
  std::unordered_multimap<Step, ActorIndex> losses_after;  ///< who loses events after this step
  std::vector<Step> last_steps;                            ///< by actor: its last event so far, or its start
  std::vector<Step> queues;             ///< by queue: its queue_new; no_step where that is not recorded
  std::vector<std::vector<Step>> puts;  ///< by producer: its put_begins, sequence numbers rising

  /// The only way in for events. An event may name only actors that are already there.
  void append(Event const&, std::string_view text = {});

  Step size() const { return static_cast<Step>(events.size()); }
  Event const& at(Step step) const { return events[step]; }
  std::string_view text(Step step) const;
  Location const& location(Event const& event) const;  ///< locations[0] if there is none
  std::string const& name(ActorIndex actor) const;     ///< "somebody" if there is none
  std::string queue_name(QueueIndex queue) const;      ///< "queue 3" where it has none
  mp::Mechanism mechanism(QueueIndex queue) const;     ///< cpython where its queue_new is not recorded
  Step put_of(ItemId item) const;                      ///< its put_begin; no_step where that is not recorded
  std::uint64_t duration() const;                      ///< ns, of the run; to the last event where that is not known

 private:
  void note_loss(Step);
};

/// Where the ordered stream goes: into the trace in memory, the trace file, a live view. One narrow call
/// for each thing that comes into being; events come last, so that whatever they name is already there.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void run(RunFacts const&) {}                  ///< at the beginning, and again at the end
  virtual void actor(ActorIndex, ActorFacts const&) {}  ///< again when its pid becomes known
  virtual void location(std::uint32_t /*index*/, Location const&) {}
  virtual void source(std::string const& /*file*/, std::string const& /*text*/) {}
  virtual void event(Event const&, std::string_view /*text*/) {}
  virtual void decision(Decision const&) {}  ///< comes after the events that were before it
  virtual void flush() {}                    ///< a batch is over
  virtual void finish() {}                   ///< the run is over
};

/// Whether events of this kind have a resource as their detail.
inline bool carries_resource(Kind kind) {
  using mp::trace::Phase;
  auto const phase = facts(kind).phase;
  return phase == Phase::wait || phase == Phase::wake || kind == Kind::released || kind == Kind::repaired;
}
/// Whether kind and detail are within their tables. Others are never drawn, written or read.
[[nodiscard]] bool well_formed(Event const&);
/// What Event::object names in this event; none where kind or resource are out of their tables.
mp::trace::ObjectKind object_kind(Event const&);

/// More events than Steps can count are dropped and counted as lost.
inline constexpr std::size_t most_events = no_step;

/// The sink that fills a Trace.
class TraceBuilder final : public Sink {
 public:
  explicit TraceBuilder(Trace& trace) : trace_(trace) {}
  void run(RunFacts const&) override;
  void actor(ActorIndex, ActorFacts const&) override;
  void location(std::uint32_t index, Location const&) override;
  void source(std::string const& file, std::string const& text) override;
  void event(Event const&, std::string_view text) override;
  void decision(Decision const&) override;

 private:
  Trace& trace_;
};

}  // namespace qs
