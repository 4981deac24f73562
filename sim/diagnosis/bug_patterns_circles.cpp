// Circles of waiting, of any length and of mixed waits.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>

#include "sim/diagnosis/recogniser.hpp"
#include "sim/text/words.hpp"

namespace qs {

bool Recogniser::waits_for_room(ActorIndex actor) const {
  auto const& waiter = world_.actors[actor];
  return waiter.waits_for == Resource::slot || waiter.waits_for == Resource::pipe_room;
}

/// Whether the one has already done what the other waits for: put there, got there.
bool Recogniser::has_done_it_before(ActorIndex actor, ActorIndex waiter) const {
  auto const& waits = world_.actors[waiter];
  auto const* queue = world_.queue(waits.waits_object);
  if (facts(waits.waits_for).owner != mp::trace::ObjectKind::queue || queue == nullptr) return true;
  auto const use = queue->uses.find(actor);
  if (use == queue->uses.end()) return false;
  return (waits.waits_for == Resource::pipe_data ? use->second.puts : use->second.gets) > 0;
}

/// The shortest circle among those who are stuck, along likely providers; of equals, the one whose members have done
/// before what the others wait for. Empty if there is none.
std::vector<ActorIndex> Recogniser::shortest_circle(Joins joins) const {
  constexpr std::size_t most = 64;  // beginnings that are tried
  auto const goes_on_to = [&](ActorIndex from) {
    auto const& waiter = world_.actors[from];
    bool const join = waiter.waits_for == Resource::child_exit || waiter.waits_for == Resource::feeder_end ||
                      (graph_.outside(from) != nullptr && !graph_.waits(from));
    return joins == Joins::left_out && join ? std::vector<ActorIndex>{} : graph_.providers(from);
  };
  std::vector<ActorIndex> best;
  std::size_t best_done = 0;
  for (std::size_t i = 0; i < stuck_.size() && i < most; ++i) {
    ActorIndex const begin = stuck_[i];
    std::map<ActorIndex, ActorIndex> came_from;
    std::deque<ActorIndex> open{begin};
    bool closed = false;
    while (!open.empty() && !closed) {
      auto const at = open.front();
      open.pop_front();
      for (ActorIndex const next : goes_on_to(at)) {
        if (graph_.dead(next) || graph_.lively(next)) continue;
        if (next == begin) {
          came_from[begin] = at;
          closed = true;
          break;
        }
        if (next != begin && came_from.try_emplace(next, at).second) open.push_back(next);
      }
    }
    if (!closed) continue;
    std::vector<ActorIndex> circle{begin};
    for (auto at = came_from[begin]; at != begin; at = came_from[at]) circle.push_back(at);
    std::reverse(circle.begin() + 1, circle.end());
    std::size_t done = 0;
    for (std::size_t at = 0; at < circle.size(); ++at)
      done += has_done_it_before(circle[(at + 1) % circle.size()], circle[at]);
    bool const better =
        best.empty() || circle.size() < best.size() || (circle.size() == best.size() && done > best_done);
    if (!better) continue;
    best = circle;
    best_done = done;
  }
  return best;
}

std::string Recogniser::until_it_gets(ActorIndex next) const {
  if (next == nobody) return ", and nobody has got from it so far";
  return fmt::format(", until {} gets from it", name(next));
}

std::string Recogniser::link_words(ActorIndex actor, ActorIndex next) const {
  auto const& waiter = world_.actors[actor];
  auto const* queue = world_.queue(waiter.waits_object);
  auto words =
      fmt::format("{} {}", name(actor), graph_.waits(actor) ? wait_words(actor) : state_line(trace_, world_, actor));
  if (queue == nullptr || facts(waiter.waits_for).owner != mp::trace::ObjectKind::queue) return words;
  switch (waiter.waits_for) {
    case Resource::slot:
      if (queue->bounded())
        words += fmt::format(", which is full ({} of {} slots)", queue->maxsize - queue->free_slots, queue->maxsize);
      words += until_it_gets(next);
      break;
    case Resource::pipe_room: words += ", whose pipe is full" + until_it_gets(next); break;
    case Resource::pipe_data:
      words += fmt::format(", which is empty, until {} puts something on it", name(next));
      break;
    case Resource::barrier: words += fmt::format(", until {} has done its tasks", name(next)); break;
    case Resource::mutex: words += fmt::format(", which {} holds", name(next)); break;
    case Resource::read_lock:
    case Resource::write_lock:
    case Resource::condition_lock:
      words += fmt::format(" for {}, which {} holds", resource_words(trace_, waiter.waits_for, waiter.waits_object),
                           name(next));
      break;
    default: break;
  }
  return words;
}

void Recogniser::add_circle(BugPattern pattern, std::vector<ActorIndex> const& circle, std::string remedy) {
  auto const in_circle = circle.size() == 2 ? " wait for each other" : " wait for each other in a circle";
  std::string title = names(circle) + in_circle;
  std::string cause;
  for (std::size_t at = 0; at < circle.size(); ++at) {
    auto const next = circle[(at + 1) % circle.size()];
    bool const known =
        circle.size() == 2 || pattern != BugPattern::circle_of_puts || has_done_it_before(next, circle[at]);
    cause += (cause.empty() ? "" : "; ") + link_words(circle[at], known ? next : nobody);
  }
  std::vector<std::string> queues;
  for (ActorIndex actor : circle) {
    if (!waits_for_room(actor)) continue;
    auto const queue = trace_.queue_name(world_.actors[actor].waits_object);
    if (std::find(queues.begin(), queues.end(), queue) == queues.end()) queues.push_back(queue);
  }
  if (pattern == BugPattern::circle_of_puts) {
    title += fmt::format(": {} full, and each waits in put until another gets",
                         listing(queues) + (queues.size() == 1 ? " is" : " are"));
  }
  std::vector<ActorIndex> victims = circle;
  for (ActorIndex actor : stuck_) {
    if (std::find(victims.begin(), victims.end(), actor) == victims.end()) victims.push_back(actor);
  }
  auto& finding = add(pattern, std::move(title), std::move(victims));
  finding.cause = cause + ". None of them goes on before another does.";
  finding.remedy = std::move(remedy);
}

/// Before the first get it is not known who was to get from whom: all actors of the cycle are named.
std::vector<ActorIndex> Recogniser::all_who_wait_for_room_of_each_other(std::vector<ActorIndex> circle) const {
  constexpr std::size_t most = 16;
  auto const among = [](std::vector<ActorIndex> const& actors, ActorIndex one) {
    return std::find(actors.begin(), actors.end(), one) != actors.end();
  };
  for (ActorIndex actor : stuck_) {
    if (circle.size() >= most || !waits_for_room(actor) || among(circle, actor)) continue;
    auto const for_it = graph_.providers(actor);
    bool const waits_for_them =
        std::any_of(for_it.begin(), for_it.end(), [&](ActorIndex one) { return among(circle, one); });
    bool const they_wait =
        std::any_of(circle.begin(), circle.end(), [&](ActorIndex one) { return among(graph_.providers(one), actor); });
    if (waits_for_them && they_wait) circle.push_back(actor);
  }
  if (circle.size() > 2) std::sort(circle.begin(), circle.end());
  return circle;
}

/// Each waits for room that only another one of them could make.
void Recogniser::circles_of_puts() {
  auto const circle = shortest_circle(Joins::left_out);
  if (circle.empty() ||
      std::none_of(circle.begin(), circle.end(), [&](ActorIndex actor) { return waits_for_room(actor); }))
    return;
  // If only some have done it before, the one that joins them may be the one that was to get.
  std::size_t done = 0;
  for (std::size_t at = 0; at < circle.size(); ++at)
    done += has_done_it_before(circle[(at + 1) % circle.size()], circle[at]);
  if (done > 0 && done < circle.size() && somebody_joins_before_it_gets()) return;
  add_circle(
      BugPattern::circle_of_puts, done == 0 ? all_who_wait_for_room_of_each_other(circle) : circle,
      "Get between the puts (put with a time-out or put_nowait, and when Full comes, get first), let one side get "
      "before it puts, or make the queues large enough for all that is put before the first get.");
}

/// Any other circle: what is known is who waits for whom.
void Recogniser::other_circles() {
  auto circle = shortest_circle(Joins::left_out);
  if (circle.empty()) circle = shortest_circle(Joins::taken_in);
  if (circle.size() < 2) return;
  bool const all_get = std::all_of(circle.begin(), circle.end(), [&](ActorIndex actor) {
    return world_.actors[actor].waits_for == Resource::pipe_data;
  });
  bool const joins = std::any_of(circle.begin(), circle.end(), [&](ActorIndex actor) {
    return world_.actors[actor].waits_for == Resource::child_exit || !graph_.waits(actor);
  });
  std::string remedy = "Break the circle at one place: one of them has to act before it waits.";
  if (all_get) remedy = "One of them has to put before it gets; or count what each still owes the other.";
  if (joins) {
    auto const waits = std::find_if(circle.begin(), circle.end(), [&](ActorIndex actor) {
      return graph_.waits(actor) && world_.actors[actor].waits_for != Resource::child_exit;
    });
    if (waits != circle.end()) {
      remedy = fmt::format(
          "Before {} is joined, do what it waits for, or tell it that nothing more comes, so that it can end.",
          name(*waits));
    }
  }
  add_circle(BugPattern::circle_of_waits, circle, std::move(remedy));
}

}  // namespace qs
