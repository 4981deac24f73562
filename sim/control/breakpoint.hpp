// "Run until": a condition to wait for.
//
//     consumer_pool.cpp:12               an actor reaches this line, before its operation there
//     consumer-1 at consumer_pool.cpp:12 this actor does
//     item 7 piped                       an item, by its preview, comes to a place: putting, buffered, feeding,
//     sentinel got                       piped, got, done or dropped
//     blocked                            an actor has to wait
//     consumer-2 blocked                 this actor is blocked, sleeping, exiting, ended or killed
//     jobs.qsize > 3                     also pipe_bytes, unfinished, free_slots, buffered; < <= == != >= >
//     choice 40                          40 choices have been made
//     step 40                            the event with this number has happened
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/control/schedule.hpp"
#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// Why a line is not a breakpoint: one sentence, with an example.
class BreakpointError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Breakpoint {
 public:
  /// Throws BreakpointError.
  explicit Breakpoint(std::string_view line);

  /// Whether the condition became true by the events after `before` and up to `now`, or by the status of the actors at
  /// `now`. A condition that already held does not count. Must be called after every step.
  bool reached(Trace const&, World const& before, World const& now, std::vector<ActorStatus> const& status);
  std::string const& text() const { return text_; }

 private:
  struct Line {
    std::string actor;  ///< empty: anybody's
    std::string file;   ///< the end of its path
    std::uint32_t number = 0;
  };
  struct Item {
    std::string preview;  ///< empty: a sentinel
    ItemPlace place = ItemPlace::putting;
  };
  struct State {
    std::string actor;  ///< empty: anybody
    ActorState state = ActorState::blocked;
  };
  struct Level {
    std::string queue;
    std::int64_t (*of)(QueueWorld const&) = nullptr;
    bool (*compare)(std::int64_t, std::int64_t) = nullptr;
    std::int64_t bound = 0;
  };
  struct Choices {
    std::size_t count = 0;
  };
  struct EventNumber {
    Step step = 0;
  };

  static std::variant<Line, Item, State, Level, Choices, EventNumber> parse(std::string_view line);
  bool is_meant(Trace const&, std::string const& actor, ActorIndex);
  bool holds(Trace const&, Line const&, World const& before, World const& now, std::vector<ActorStatus> const& status);
  bool holds(Trace const&, Item const&, World const& before, World const& now);
  bool holds(Trace const&, State const&, World const& before, World const& now);
  bool holds(Trace const&, Level const&, World const& before, World const& now);
  bool holds(Trace const&, Choices const&, World const& before, World const& now);
  bool holds(Trace const&, EventNumber const&, World const& before, World const& now);

  std::string text_;
  std::variant<Line, Item, State, Level, Choices, EventNumber> what_;
  ActorNames names_;
  std::vector<std::uint32_t> at_;  ///< by actor: its current location, of its last event or its next one
  bool looked_ = false;
};

}  // namespace qs
