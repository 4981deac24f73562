#include "sim/hand.hpp"

#include <algorithm>

namespace qs {

namespace {

/// How long the recorder waits for a person before it looks after the program again.
constexpr auto between_looks = std::chrono::milliseconds(20);
/// After so long an actor that computes does not hold up the prefix any more.
constexpr auto longest_computing = std::chrono::seconds(2);

bool computes(Standing const& actor) { return actor.where == Standing::Where::computing; }

bool same(Standing const& a, Standing const& b) {
  return a.where == b.where && a.enabled == b.enabled && a.blocked_on == b.blocked_on && a.next.kind == b.next.kind &&
         a.next.object == b.next.object && a.next.detail == b.next.detail && a.next.item() == b.next.item();
}

}  // namespace

Hand::Hand(Pace pace, Schedule const& prefix) : pace_(pace), prefix_(prefix), prefix_length_(prefix.size()) {
  table_.prefix = following();
}

void Hand::pace(Pace pace) {
  std::lock_guard const guard(mutex_);
  pace_ = pace;
  told_.notify_one();
}

void Hand::between_steps(std::chrono::milliseconds time) {
  std::lock_guard const guard(mutex_);
  between_ = time;
  told_.notify_one();
}

void Hand::choose(Choice choice) {
  std::lock_guard const guard(mutex_);
  wishes_.emplace_back(choice);
  told_.notify_one();
}

void Hand::choose_proposed() {
  std::lock_guard const guard(mutex_);
  wishes_.emplace_back(std::nullopt);
  told_.notify_one();
}

Table Hand::table() const {
  std::lock_guard const guard(mutex_);
  return table_;
}

bool Hand::changed_since(std::uint64_t version) const {
  std::lock_guard const guard(mutex_);
  return table_.version != version;
}

bool Hand::controls() {
  std::lock_guard const guard(mutex_);
  return pace_ != Pace::free || !wishes_.empty() || following();
}

bool Hand::goes_on_without_computing() { return !following() || Clock::now() - moved_ > longest_computing; }

void Hand::watch(Situation const& now) {
  std::lock_guard const guard(mutex_);
  was_free_ = true;
  bool const news = table_.held || table_.events != now.events;
  table_.held = false;
  table_.standing.clear();
  table_.enabled.clear();
  table_.proposed.reset();
  table_.computing = table_.deadlocked = table_.prefix = false;
  table_.events = now.events;
  if (news) ++table_.version;
}

std::optional<Choice> Hand::proposal(Situation const& now) const {
  auto const waited = [this](Choice choice) {
    return choice.actor < last_went_.size() ? last_went_[choice.actor] : std::size_t{0};
  };
  std::optional<Choice> longest;
  for (Choice const choice : now.enabled) {
    if (choice.what != Choice::What::go) continue;
    if (!longest || waited(choice) < waited(*longest)) longest = choice;
  }
  if (longest) return longest;
  // The clock is the last resort: whoever computes may still do something without it.
  bool const wait = std::any_of(now.controller.standing().begin(), now.controller.standing().end(), computes);
  return now.enabled.empty() || wait ? std::nullopt : std::optional(now.enabled.front());
}

void Hand::show(Situation const& now) {
  Table next;
  next.held = true;
  next.standing = now.controller.standing();
  next.enabled = now.enabled;
  next.proposed = proposal(now);
  next.computing = std::any_of(next.standing.begin(), next.standing.end(), computes);
  next.deadlocked = now.controller.deadlocked();
  next.prefix = following();
  next.events = now.events;
  next.steps = now.steps;
  bool const news =
      !table_.held || table_.events != next.events || table_.steps != next.steps || table_.enabled != next.enabled ||
      table_.deadlocked != next.deadlocked || table_.prefix != next.prefix ||
      !std::equal(table_.standing.begin(), table_.standing.end(), next.standing.begin(), next.standing.end(), same);
  if (!news) return;
  next.decisions = std::move(table_.decisions);
  next.exact = table_.exact;
  next.error = std::move(table_.error);
  next.version = table_.version + 1;
  table_ = std::move(next);
}

std::optional<Choice> Hand::choose(Situation const& now) {
  std::unique_lock lock(mutex_);
  show(now);
  auto const choice = decide(now, lock);
  if (!choice) return {};
  if (choice->what == Choice::What::go) {
    if (last_went_.size() <= choice->actor) last_went_.resize(std::size_t{choice->actor} + 1);
    last_went_[choice->actor] = now.steps + 1;
  }
  moved_ = Clock::now();
  table_.decisions.push_back(now.names.named(*choice));
  if (!was_free_) table_.exact = table_.decisions.size();
  ++table_.version;
  return choice;
}

std::optional<Choice> Hand::decide(Situation const& now, std::unique_lock<std::mutex>& lock) {
  if (following()) {
    auto const choice = prefix_.choose(now);
    if (!prefix_.error().empty()) {
      lost_ = true;
      pace_ = Pace::stepped;
      table_.error = prefix_.error();
      table_.prefix = false;
      ++table_.version;
    }
    return choice;
  }
  if (auto const wish = wished(now)) return wish;
  if (pace_ == Pace::free) return {};
  auto const due = moved_ + between_;
  bool const waits = pace_ == Pace::stepped || Clock::now() < due || now.enabled.empty();
  if (!waits) return proposal(now);
  auto until = Clock::now() + between_looks;
  if (pace_ == Pace::paced && Clock::now() < due) until = std::min(until, due);
  told_.wait_until(lock, until, [this] { return !wishes_.empty() || pace_ == Pace::free; });
  return wished(now);
}

/// The first wish that can come true; those before it are passed over.
std::optional<Choice> Hand::wished(Situation const& now) {
  while (!wishes_.empty()) {
    Wish const wish = wishes_.front();
    wishes_.pop_front();
    if (!wish) {
      if (auto const proposed = proposal(now)) return proposed;
      continue;
    }
    auto const& standing = now.controller.standing();
    bool const possible = wish->what == Choice::What::kill
                              ? wish->actor < standing.size() && standing[wish->actor].where != Standing::Where::gone
                              : std::find(now.enabled.begin(), now.enabled.end(), *wish) != now.enabled.end();
    if (possible) return wish;
  }
  return {};
}

}  // namespace qs
