// What is known of the items that are on their way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>

#include <mp/trace/event.hpp>

namespace qs {

/// A table of items with a bound: when it is full, the item that came first is forgotten. Constant time on average.
template <class T>
class RecentItems {
 public:
  explicit RecentItems(std::size_t most) : most_(most) {}

  T* find(mp::trace::ItemId item) {
    auto const found = items_.find(item.packed());
    return found == items_.end() ? nullptr : &found->second;
  }
  void insert(mp::trace::ItemId item, T value) {
    if (!items_.insert_or_assign(item.packed(), std::move(value)).second) return;
    order_.push_back(item.packed());
    while (items_.size() > most_) {
      items_.erase(order_.front());
      order_.pop_front();
    }
    forget_those_gone();
  }
  void erase(mp::trace::ItemId item) { items_.erase(item.packed()); }
  std::size_t size() const { return items_.size(); }

 private:
  // Items mostly leave in the order in which they came.
  void forget_those_gone() {
    while (!order_.empty() && !items_.contains(order_.front())) order_.pop_front();
    if (order_.size() <= 2 * items_.size() + 64) return;
    std::erase_if(order_, [this](std::uint64_t item) { return !items_.contains(item); });
  }

  std::size_t most_;
  std::unordered_map<std::uint64_t, T> items_;
  std::deque<std::uint64_t> order_;
};

}  // namespace qs
