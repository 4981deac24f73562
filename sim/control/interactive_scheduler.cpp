#include "sim/control/interactive_scheduler.hpp"

#include <algorithm>

namespace qs {

namespace {

/// How long the recorder waits for the user before it polls the program again.
constexpr auto between_looks = std::chrono::milliseconds(20);
/// How long the prefix waits for an actor that computes.
constexpr auto longest_computing = std::chrono::seconds(2);

bool computes(ActorStatus const& actor) { return actor.where == ActorStatus::Where::computing; }

bool same(ActorStatus const& a, ActorStatus const& b) {
  return a.where == b.where && a.enabled == b.enabled && a.blocked_on == b.blocked_on && a.next.kind == b.next.kind &&
         a.next.object == b.next.object && a.next.detail == b.next.detail && a.next.item() == b.next.item();
}

}  // namespace

InteractiveScheduler::InteractiveScheduler(RunMode pace, Schedule const& prefix)
    : pace_(pace), prefix_(prefix), prefix_length_(prefix.size()) {
  snapshot_.prefix = following();
}

void InteractiveScheduler::pace(RunMode pace) {
  std::lock_guard const guard(mutex_);
  pace_ = pace;
  changed_.notify_one();
}

void InteractiveScheduler::between_steps(std::chrono::milliseconds time) {
  std::lock_guard const guard(mutex_);
  between_ = time;
  changed_.notify_one();
}

void InteractiveScheduler::choose(Choice choice) {
  std::lock_guard const guard(mutex_);
  requests_.emplace_back(choice);
  changed_.notify_one();
}

void InteractiveScheduler::choose_proposed() {
  std::lock_guard const guard(mutex_);
  requests_.emplace_back(std::nullopt);
  changed_.notify_one();
}

SchedulerSnapshot InteractiveScheduler::snapshot() const {
  std::lock_guard const guard(mutex_);
  return snapshot_;
}

bool InteractiveScheduler::changed_since(std::uint64_t version) const {
  std::lock_guard const guard(mutex_);
  return snapshot_.version != version;
}

bool InteractiveScheduler::controls() {
  std::lock_guard const guard(mutex_);
  return pace_ != RunMode::free || !requests_.empty() || following();
}

bool InteractiveScheduler::goes_on_without_computing() {
  return !following() || Clock::now() - moved_ > longest_computing;
}

void InteractiveScheduler::watch(SchedulerContext const& now) {
  std::lock_guard const guard(mutex_);
  was_free_ = true;
  bool const news = snapshot_.held || snapshot_.events != now.events;
  snapshot_.held = false;
  snapshot_.status.clear();
  snapshot_.enabled.clear();
  snapshot_.proposed.reset();
  snapshot_.computing = snapshot_.deadlocked = snapshot_.prefix = false;
  snapshot_.events = now.events;
  if (news) ++snapshot_.version;
}

std::optional<Choice> InteractiveScheduler::proposal(SchedulerContext const& now) const {
  auto const waited = [this](Choice choice) {
    return choice.actor < last_went_.size() ? last_went_[choice.actor] : std::size_t{0};
  };
  std::optional<Choice> longest;
  for (Choice const choice : now.enabled) {
    if (choice.what != Choice::What::go) continue;
    if (!longest || waited(choice) < waited(*longest)) longest = choice;
  }
  if (longest) return longest;
  // Time passes last: an actor that computes may still do something.
  bool const wait = std::any_of(now.controller.status().begin(), now.controller.status().end(), computes);
  return now.enabled.empty() || wait ? std::nullopt : std::optional(now.enabled.front());
}

void InteractiveScheduler::show(SchedulerContext const& now) {
  SchedulerSnapshot next;
  next.held = true;
  next.status = now.controller.status();
  next.enabled = now.enabled;
  next.proposed = proposal(now);
  next.computing = std::any_of(next.status.begin(), next.status.end(), computes);
  next.deadlocked = now.controller.deadlocked();
  next.prefix = following();
  next.events = now.events;
  next.steps = now.steps;
  bool const news =
      !snapshot_.held || snapshot_.events != next.events || snapshot_.steps != next.steps ||
      snapshot_.enabled != next.enabled || snapshot_.deadlocked != next.deadlocked || snapshot_.prefix != next.prefix ||
      !std::equal(snapshot_.status.begin(), snapshot_.status.end(), next.status.begin(), next.status.end(), same);
  if (!news) return;
  next.decisions = std::move(snapshot_.decisions);
  next.exact = snapshot_.exact;
  next.error = std::move(snapshot_.error);
  next.version = snapshot_.version + 1;
  snapshot_ = std::move(next);
}

std::optional<Choice> InteractiveScheduler::choose(SchedulerContext const& now) {
  std::unique_lock lock(mutex_);
  show(now);
  auto const choice = decide(now, lock);
  if (!choice) return {};
  if (choice->what == Choice::What::go) {
    if (last_went_.size() <= choice->actor) last_went_.resize(std::size_t{choice->actor} + 1);
    last_went_[choice->actor] = now.steps + 1;
  }
  moved_ = Clock::now();
  snapshot_.decisions.push_back(now.names.named(*choice));
  if (!was_free_) snapshot_.exact = snapshot_.decisions.size();
  ++snapshot_.version;
  return choice;
}

std::optional<Choice> InteractiveScheduler::decide(SchedulerContext const& now, std::unique_lock<std::mutex>& lock) {
  if (following()) {
    auto const choice = prefix_.choose(now);
    if (!prefix_.error().empty()) {
      lost_ = true;
      pace_ = RunMode::stepped;
      snapshot_.error = prefix_.error();
      snapshot_.prefix = false;
      ++snapshot_.version;
    }
    return choice;
  }
  if (auto const request = requested(now)) return request;
  if (pace_ == RunMode::free) return {};
  auto const due = moved_ + between_;
  bool const waits = pace_ == RunMode::stepped || Clock::now() < due || now.enabled.empty();
  if (!waits) return proposal(now);
  auto until = Clock::now() + between_looks;
  if (pace_ == RunMode::paced && Clock::now() < due) until = std::min(until, due);
  changed_.wait_until(lock, until, [this] { return !requests_.empty() || pace_ == RunMode::free; });
  return requested(now);
}

/// The first request that is possible; those before it are skipped.
std::optional<Choice> InteractiveScheduler::requested(SchedulerContext const& now) {
  while (!requests_.empty()) {
    Request const request = requests_.front();
    requests_.pop_front();
    if (!request) {
      if (auto const proposed = proposal(now)) return proposed;
      continue;
    }
    auto const& status = now.controller.status();
    bool const possible =
        request->what == Choice::What::kill
            ? request->actor < status.size() && status[request->actor].where != ActorStatus::Where::gone
            : std::find(now.enabled.begin(), now.enabled.end(), *request) != now.enabled.end();
    if (possible) return request;
  }
  return {};
}

}  // namespace qs
