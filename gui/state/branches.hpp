// The ways a person has led one program: each is a schedule, begun where it left another one.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/control/schedule.hpp"

namespace qs::gui {

inline constexpr std::size_t no_branch = static_cast<std::size_t>(-1);

struct Branch {
  std::size_t parent = no_branch;
  std::size_t fork = 0;  ///< so many choices are the parent's
  Schedule schedule;
  std::string ending;  ///< "finished", "deadlock", ...; "": it has not been led to an end
};

class Branches {
 public:
  void clear() { all_.clear(), current_ = no_branch; }
  /// A new one becomes the current one.
  void begin(std::size_t parent, std::size_t fork, Schedule schedule);
  /// An old one becomes the current one; it is led again from its beginning.
  void revisit(std::size_t branch);
  /// What was chosen on the current one so far.
  void chosen(Schedule const& schedule);
  void end(std::string const& ending);

  std::vector<Branch> const& all() const { return all_; }
  std::size_t current() const { return current_; }

  struct Row {
    std::size_t branch = 0;
    std::size_t depth = 0;
  };
  /// Each below the one it left.
  std::vector<Row> rows() const;

 private:
  std::vector<Branch> all_;
  std::size_t current_ = no_branch;
};

}  // namespace qs::gui
