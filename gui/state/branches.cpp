#include "gui/state/branches.hpp"

#include <utility>

namespace qs::gui {

void Branches::begin(std::size_t parent, std::size_t fork, Schedule schedule) {
  // A branch without choices of its own is dropped.
  if (!all_.empty() && all_.back().schedule.empty() && parent != all_.size() - 1) all_.pop_back();
  all_.push_back({parent, fork, std::move(schedule), RunEnding::none});
  current_ = all_.size() - 1;
}

void Branches::revisit(std::size_t branch) {
  if (branch < all_.size()) current_ = branch;
}

void Branches::chosen(Schedule const& schedule) {
  if (current_ >= all_.size()) return;
  Branch& branch = all_[current_];
  if (schedule.size() <= branch.schedule.size()) return;  // it is still replaying its prefix
  branch.schedule = schedule;
  branch.ending = RunEnding::none;
}

void Branches::end(RunEnding ending) {
  if (current_ < all_.size()) all_[current_].ending = ending;
}

std::vector<Branches::Row> Branches::rows() const {
  std::vector<Row> rows;
  auto const add = [&](auto const& again, std::size_t parent, std::size_t depth) -> void {
    for (std::size_t branch = 0; branch < all_.size(); ++branch) {
      if (all_[branch].parent != parent) continue;
      rows.push_back({branch, depth});
      again(again, branch, depth + 1);
    }
  };
  add(add, no_branch, 0);
  return rows;
}

}  // namespace qs::gui
