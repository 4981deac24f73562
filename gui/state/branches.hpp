// The schedules tried with one program, as a tree: each branches off another one after some choices.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/control/schedule.hpp"

namespace qs::gui {

inline constexpr std::size_t no_branch = static_cast<std::size_t>(-1);

struct Branch {
  std::size_t parent = no_branch;
  std::size_t fork = 0;  ///< how many choices it shares with its parent
  Schedule schedule;
  RunEnding ending = RunEnding::none;  ///< none: it has not reached an end
};

class Branches {
 public:
  void clear() { all_.clear(), current_ = no_branch; }
  /// Starts a branch, which becomes the current one.
  void begin(std::size_t parent, std::size_t fork, Schedule schedule);
  /// Makes an earlier branch the current one; it is run again from its beginning.
  void revisit(std::size_t branch);
  /// Records what has been chosen on the current branch so far.
  void chosen(Schedule const& schedule);
  void end(RunEnding ending);

  std::vector<Branch> const& all() const { return all_; }
  std::size_t current() const { return current_; }

  struct Row {
    std::size_t branch = 0;
    std::size_t depth = 0;
  };
  /// In depth-first order, each below its parent.
  std::vector<Row> rows() const;

 private:
  std::vector<Branch> all_;
  std::size_t current_ = no_branch;
};

}  // namespace qs::gui
