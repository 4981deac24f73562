// A queue that usually loses its front; in a trace with lost or invalid events, members may leave anywhere.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <utility>

namespace qs {

/// A queue whose members have numbers that never change. Finding a member by its number takes logarithmic time,
/// removing one from the middle amortised constant time. operator[] takes constant time as long as members left in
/// order only.
template <class T>
class NumberedLine {
  struct Member {
    std::uint64_t number;
    T value;
    bool gone = false;
  };

 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = T const*;
    using reference = T const&;

    Iterator() = default;
    Iterator(std::deque<Member> const& members, std::size_t at) : members_(&members), at_(at) {}
    reference operator*() const { return (*members_)[at_].value; }
    pointer operator->() const { return &**this; }
    Iterator& operator++() {
      do ++at_;
      while (at_ < members_->size() && (*members_)[at_].gone);
      return *this;
    }
    Iterator operator++(int) {
      Iterator const before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(Iterator, Iterator) = default;

   private:
    std::deque<Member> const* members_ = nullptr;
    std::size_t at_ = 0;
  };
  using value_type = T;
  using const_iterator = Iterator;

  std::size_t size() const { return members_.size() - gone_; }
  bool empty() const { return members_.empty(); }
  T const& front() const { return members_.front().value; }
  T& front() { return members_.front().value; }
  T const& back() const { return members_.back().value; }
  T& back() { return members_.back().value; }
  T const& operator[](std::size_t index) const {
    return gone_ == 0 ? members_[index].value : *std::next(begin(), static_cast<std::ptrdiff_t>(index));
  }
  Iterator begin() const { return {members_, 0}; }
  Iterator end() const { return {members_, members_.size()}; }
  std::uint64_t front_number() const { return members_.front().number; }

  /// Returns the new member's number, which is never 0.
  std::uint64_t push_back(T value) {
    auto const number = members_.empty() ? first_number : members_.back().number + 1;
    members_.push_back({number, std::move(value)});
    return number;
  }
  std::uint64_t push_front(T value) {
    auto const number = members_.empty() ? first_number : members_.front().number - 1;
    members_.push_front({number, std::move(value)});
    return number;
  }
  /// nullptr if there is no member with this number (any longer).
  T* find(std::uint64_t number) {
    auto const member = at(number);
    return member == members_.end() ? nullptr : &member->value;
  }
  void erase(std::uint64_t number) {
    auto const member = at(number);
    if (member == members_.end()) return;
    member->gone = true;
    ++gone_;
    trim();
    if (gone_ <= members_.size() / 2) return;
    std::erase_if(members_, [](Member const& other) { return other.gone; });
    gone_ = 0;
  }
  void pop_front() { erase(front_number()); }
  void clear() {
    members_.clear();
    gone_ = 0;
  }

 private:
  static constexpr std::uint64_t first_number = std::uint64_t{1} << 62;

  typename std::deque<Member>::iterator at(std::uint64_t number) {
    auto const found =
        std::lower_bound(members_.begin(), members_.end(), number,
                         [](Member const& member, std::uint64_t wanted) { return member.number < wanted; });
    return found != members_.end() && found->number == number && !found->gone ? found : members_.end();
  }
  // The first and the last entry are never removed ones.
  void trim() {
    for (; !members_.empty() && members_.front().gone; --gone_) members_.pop_front();
    for (; !members_.empty() && members_.back().gone; --gone_) members_.pop_back();
  }

  std::deque<Member> members_;
  std::size_t gone_ = 0;
};

}  // namespace qs
