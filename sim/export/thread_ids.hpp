// The numbers under which other tools know the processes and threads of a run.
#pragma once

#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "sim/trace/trace.hpp"

namespace qs {

/// Pids and tids as they were; where one is not known or was used twice in the run, a number of our own beyond them.
class ThreadIds {
 public:
  struct Ids {
    std::int64_t process = 0, thread = 0;
  };

  Ids of(Trace const& trace, ActorIndex index) {
    ActorIndex const process = process_of(trace, index);
    auto const of_process = number(trace, process);
    return {of_process, index == process ? of_process : number(trace, index)};
  }
  static ActorIndex process_of(Trace const& trace, ActorIndex index) {
    auto const process = index < trace.actors.size() ? trace.actors[index].process : index;
    return process < trace.actors.size() ? process : index;
  }

 private:
  static constexpr std::int64_t first_of_our_own = std::int64_t{1} << 24;  // pids end at 2^22

  std::int64_t number(Trace const& trace, ActorIndex index) {
    if (numbers_.size() <= index) numbers_.resize(std::size_t{index} + 1);
    auto& number = numbers_[index];
    if (number != 0) return number;
    number = index < trace.actors.size() ? trace.actors[index].pid : 0;
    if (number <= 0 || !taken_.insert(number).second) number = first_of_our_own + index;
    return number;
  }

  std::vector<std::int64_t> numbers_;
  std::set<std::int64_t> taken_;
};

}  // namespace qs
