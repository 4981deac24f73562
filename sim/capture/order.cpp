#include "sim/capture/order.hpp"

#include <algorithm>
#include <utility>

namespace qs {

void EventOrder::add(Event const& event, std::string text) {
  if (streams_.size() <= event.actor) streams_.resize(std::size_t{event.actor} + 1);
  Stream& stream = streams_[event.actor];
  if (!text.empty()) stream.texts.push_back({stream.first_number + stream.events.size(), std::move(text)});
  stream.events.push_back(event);
  // An event that was stamped before its effect and written down after it may be older than its forerunner.
  stream.latest = std::max(stream.latest, event.time);
  stream.events.back().time = stream.latest;
  ++held_;
  if (event.kind == Kind::gap) expect_gaps();
  if (stream.events.size() == 1) push(event.actor);
}

bool EventOrder::advance(std::uint64_t watermark, std::uint64_t now, std::uint64_t most) {
  left_ = most;
  do {
    if (!emit_eligible(watermark, now)) return false;
  } while (force_one(watermark, now));
  return true;
}

void EventOrder::finish() {
  expect_gaps();
  advance(std::numeric_limits<std::uint64_t>::max(), 0);
}

void EventOrder::push(ActorIndex actor) {
  ready_.push_back({streams_[actor].events.front().time, actor});
  std::push_heap(ready_.begin(), ready_.end(), std::greater<>{});
}

bool EventOrder::emit_eligible(std::uint64_t watermark, std::uint64_t now) {
  while (!ready_.empty() && ready_.front().time <= watermark) {
    if (left_ == 0) return false;
    Head const head = ready_.front();
    std::pop_heap(ready_.begin(), ready_.end(), std::greater<>{});
    ready_.pop_back();
    if (auto const need = causality_.missing(streams_[head.actor].events.front())) {
      park(head, *need, now);
    } else {
      emit_first(head.actor);
      --left_;
    }
  }
  return true;
}

void EventOrder::emit_first(ActorIndex actor) {
  Stream& stream = streams_[actor];
  Event first = stream.events.front();
  stream.events.pop_front();
  std::string text;
  if (!stream.texts.empty() && stream.texts.front().number == stream.first_number) {
    text = std::move(stream.texts.front().text);
    stream.texts.pop_front();
  }
  ++stream.first_number;
  stream.parked = false;
  --held_;
  time_ = std::max(time_, first.time);
  first.time = time_;

  provided_.clear();
  causality_.happen(first, provided_);
  for (Requirement const need : provided_) wake(need);
  if (!stream.events.empty()) push(actor);
  emit_(first, text);
}

void EventOrder::park(Head head, Requirement need, std::uint64_t now) {
  Stream& stream = streams_[head.actor];
  if (!stream.parked) stream.parked_at = now;
  stream.parked = true;
  stream.need = need;
  parked_.insert(head);
  parked_since_.insert({stream.parked_at, head});
  waiting_[need].insert(head);
}

void EventOrder::unpark(Head head) {
  parked_.erase(head);
  parked_since_.erase({streams_[head.actor].parked_at, head});
  auto const waiting = waiting_.find(streams_[head.actor].need);
  waiting->second.erase(head);
  if (waiting->second.empty()) waiting_.erase(waiting);
}

void EventOrder::wake(Requirement need) {
  auto const waiting = waiting_.find(need);
  if (waiting == waiting_.end()) return;
  // One unit lets one of them go on; waking all would be quadratic in a crowd.
  bool const one = need.what == Requirement::What::unit;
  std::vector<Head> const woken(waiting->second.begin(),
                                one ? std::next(waiting->second.begin()) : waiting->second.end());
  for (Head const head : woken) {
    unpark(head);
    push(head.actor);
  }
}

/// The earliest of those that may have lost their causes, or else the one that has waited for too long.
std::optional<EventOrder::Head> EventOrder::overdue(std::uint64_t watermark, std::uint64_t now) const {
  if (parked_.empty()) return std::nullopt;
  Head const earliest = *parked_.begin();
  if (gaps_ && earliest.time + cause_timeout_with_gaps <= watermark) return earliest;
  auto const& [since, longest] = *parked_since_.begin();
  if (now >= since + cause_timeout) return longest;
  return std::nullopt;
}

bool EventOrder::force_one(std::uint64_t watermark, std::uint64_t now) {
  auto const overdue_one = overdue(watermark, now);
  if (!overdue_one) return false;
  Head const head = *overdue_one;
  unpark(head);
  ++forced_;
  emit_first(head.actor);
  return true;
}

}  // namespace qs
