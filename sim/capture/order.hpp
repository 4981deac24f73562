// From many actors' streams to the one order of a run.
//
// Each actor's events stay in its order. Between actors the time decides, but no event comes before its
// cause (see causality.hpp): an event whose cause has not come yet waits, and the others go on. Times in
// the order never run backwards: an event that had to wait for its cause gets its cause's time.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/capture/causality.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

class EventOrder {
 public:
  using Emit = std::function<void(Event const&, std::string_view text)>;

  /// For how long an event waits for its cause before it is let through without (ns of `now`).
  static constexpr std::uint64_t cause_timeout = 250'000'000;
  /// The same once causes may have been dropped, in the time of the events, so that any number of orphans
  /// keeps the order only this much behind.
  static constexpr std::uint64_t cause_timeout_with_gaps = 20'000'000;

  explicit EventOrder(Emit emit) : emit_(std::move(emit)) {}

  /// The next event of its actor; time in ns.
  void add(Event const&, std::string text = {});
  /// Emits what is certain: up to `watermark` all events are here. `now` measures the cause_timeout. After `most`
  /// events it returns false, with more to emit.
  bool advance(std::uint64_t watermark, std::uint64_t now,
               std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
  /// Emits the rest: nothing more will come.
  void finish();

  /// Causes may be missing from now on, because events were dropped: waiting for them is vain.
  void expect_gaps() { gaps_ = true; }
  /// Events let through without their cause.
  std::uint64_t forced() const { return forced_; }
  std::uint64_t held() const { return held_; }  ///< events that are not emitted yet
  bool empty() const { return held_ == 0; }

 private:
  /// Few events have a text, so texts are apart: an event that is held back takes 32 bytes.
  struct Text {
    std::uint64_t number;
    std::string text;
  };
  struct Stream {
    std::deque<Event> events;
    std::uint64_t first_number = 0;  ///< of the first event, counted from the actor's first
    std::deque<Text> texts;          ///< by the number of their event, rising
    std::uint64_t latest = 0;
    bool parked = false;
    Requirement need{};  ///< of the first event, while parked
    std::uint64_t parked_at = 0;
  };
  /// The first event of a stream; the earliest is the smallest.
  struct Head {
    std::uint64_t time;
    ActorIndex actor;
    friend auto operator<=>(Head, Head) = default;
  };

  void push(ActorIndex);
  bool emit_eligible(std::uint64_t watermark, std::uint64_t now);
  void emit_first(ActorIndex);
  void park(Head, Requirement, std::uint64_t now);
  void unpark(Head);
  void wake(Requirement);
  std::optional<Head> overdue(std::uint64_t watermark, std::uint64_t now) const;
  bool force_one(std::uint64_t watermark, std::uint64_t now);

  Emit emit_;
  Causality causality_;
  std::vector<Stream> streams_;  ///< by actor
  std::vector<Head> ready_;      ///< a heap, the earliest at the front
  std::set<Head> parked_;
  std::set<std::pair<std::uint64_t, Head>> parked_since_;  ///< the same, by when they were parked
  std::unordered_map<Requirement, std::set<Head>, Requirement::Hash> waiting_;
  std::vector<Requirement> provided_;  ///< by the event that happens now
  std::uint64_t time_ = 0;             ///< of the last event emitted
  std::uint64_t held_ = 0;
  std::uint64_t left_ = 0;  ///< of the events that may be emitted now
  std::uint64_t forced_ = 0;
  bool gaps_ = false;
};

}  // namespace qs
