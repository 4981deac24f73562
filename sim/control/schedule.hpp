// A schedule: the choices that made one controlled run, short enough to print.
//
//     main:4,producer-1,producer-1/jobs:3,time,kill=consumer-2
//
// An actor's name stands for one step of it, `name:3` for three. A feeder is `process/queue`, another thread
// `process/thread`. Where two actors have one name, the later is `name#2`. `time` lets the clock of time-outs
// jump to the earliest deadline; `kill=name` kills that process.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// A choice by name, which can be written before the actor exists.
struct NamedChoice {
  Choice::What what = Choice::What::go;
  std::string actor;  ///< empty for `time`

  friend bool operator==(NamedChoice const&, NamedChoice const&) = default;
};

using Schedule = std::vector<NamedChoice>;

/// Why a text is not a schedule: one sentence.
class ScheduleError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws ScheduleError.
Schedule parse_schedule(std::string_view text);
/// parse_schedule() of it is the same schedule.
std::string to_text(Schedule const&);

/// The readable names of a run's actors. A name never changes once its actor is known.
class ActorNames {
 public:
  /// `actors` as far as they are known; those that were there before must be the same.
  void update(std::vector<ActorFacts> const& actors);
  std::string const& name(ActorIndex actor) const;
  /// no_object if there is no actor of this name yet.
  ActorIndex find(std::string_view name) const;
  NamedChoice named(Choice) const;

 private:
  std::vector<std::string> names_;
  std::map<std::string, ActorIndex, std::less<>> by_name_;
  std::map<std::string, std::uint32_t, std::less<>>
      name_counts_;  ///< how many actors have this name, before they are numbered
};

}  // namespace qs
