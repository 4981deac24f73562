#include "sim/model/stats.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>
#include <utility>

#include "sim/model/items.hpp"

namespace qs {

namespace {

using mp::trace::Chunk, mp::trace::QueueFacts;
using WaitKey = std::pair<Resource, std::uint16_t>;

DurationSummary spread(std::vector<std::uint64_t> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  DurationSummary spread;
  spread.count = values.size();
  for (auto value : values) spread.total += value;
  spread.min = values.front();
  spread.median = values[values.size() / 2];
  spread.p99 = values[(values.size() - 1) * 99 / 100];
  spread.max = values.back();
  return spread;
}

std::vector<WaitStats> by_time(std::map<WaitKey, WaitStats> const& waits) {
  std::vector<WaitStats> sorted;
  for (auto const& [key, wait] : waits) sorted.push_back(wait);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](auto const& a, auto const& b) { return a.nanoseconds > b.nanoseconds; });
  return sorted;
}

class Counter {
 public:
  explicit Counter(Trace const& trace) : trace_(trace), actors_(trace.actors.size()), open_(trace.actors.size()) {
    stats_.actors.resize(trace.actors.size());
    for (std::size_t i = 0; i < stats_.actors.size(); ++i) {
      auto const process = trace.actors[i].process;
      stats_.actors[i].actor = static_cast<ActorIndex>(i);
      if (process != i && process < actors_.size()) actors_[process].threads.push_back(static_cast<ActorIndex>(i));
    }
  }

  Stats run() {
    stats_.events = trace_.size();
    stats_.lost = trace_.lost;
    stats_.duration = trace_.duration();
    for (Event const& event : trace_.events) {
      if (event.actor >= actors_.size() || !well_formed(event)) continue;
      on_actor(event);
      if (object_kind(event) == mp::trace::ObjectKind::queue && event.object != mp::trace::no_object) on_queue(event);
    }
    finish_actors();
    finish_queues();
    stats_.waits = by_time(all_waits_);
    return std::move(stats_);
  }

 private:
  struct Life {
    bool begun = false, over = false;
    std::uint64_t begin = 0, end = 0;
    std::map<WaitKey, WaitStats> waits;
    std::vector<ActorIndex> threads;  ///< of a process
  };

  void on_actor(Event const& event) {
    auto& life = actors_[event.actor];
    auto& stats = stats_.actors[event.actor];
    if (!life.begun) life.begin = event.time;
    life.begun = true;
    end_wait(event.actor, event.time, false);
    ++stats.events;
    switch (event.kind) {
      case Kind::blocked: open_[event.actor] = &event; break;
      case Kind::process_end:
      case Kind::process_lost: end_process(event.actor, event.time); break;
      case Kind::thread_end: end_life(life, event.time); break;
      case Kind::gap: stats.lost += static_cast<std::uint64_t>(std::max<std::int64_t>(event.argument, 0)); break;
      case Kind::put_end: stats.puts += event.outcome() == Outcome::ok; break;
      case Kind::get_end: stats.gets += event.outcome() == Outcome::ok; break;
      case Kind::task_done_end: stats.tasks_done += event.outcome() == Outcome::ok; break;
      default: break;
    }
  }

  static void end_life(Life& life, std::uint64_t time) {
    if (life.over) return;
    life.over = true;
    life.end = time;
  }

  void end_process(ActorIndex process, std::uint64_t time) {
    if (actors_[process].over) return;
    die(process, time);
    for (ActorIndex const thread : actors_[process].threads) die(thread, time);
  }

  void die(ActorIndex actor, std::uint64_t time) {
    end_wait(actor, time, true);
    if (actors_[actor].begun) end_life(actors_[actor], time);
  }

  void end_wait(ActorIndex actor, std::uint64_t time, bool unfinished) {
    auto const* blocked = std::exchange(open_[actor], nullptr);
    if (!blocked) return;
    auto const waited = time > blocked->time ? time - blocked->time : 0;
    WaitKey const key{blocked->resource(), blocked->object};
    for (auto* waits : {&actors_[actor].waits, &all_waits_}) {
      auto& wait = (*waits)[key];
      wait.resource = key.first;
      wait.object = key.second;
      ++wait.count;
      wait.nanoseconds += waited;
      wait.longest = std::max(wait.longest, waited);
      wait.unfinished |= unfinished;
    }
    bool const idle = key.first == Resource::deadline || key.first == Resource::buffered_item;
    if (!idle) stats_.actors[actor].blocked += waited;
  }

  void finish_actors() {
    for (std::size_t i = 0; i < actors_.size(); ++i) {
      end_wait(static_cast<ActorIndex>(i), stats_.duration, true);
      auto& life = actors_[i];
      if (life.begun) stats_.actors[i].lifetime = (life.over ? life.end : stats_.duration) - life.begin;
      stats_.actors[i].waits = by_time(life.waits);
    }
  }

  struct QueueLife {
    QueueStats stats;
    std::int64_t pipe_bytes = 0;
    std::uint64_t first_put = 0, last_get = 0;
    std::vector<std::uint64_t> latencies;
  };

  void on_queue(Event const& event) {
    auto& life = queues_[event.object];
    auto& stats = life.stats;
    bool const ok = event.outcome() == Outcome::ok;
    switch (event.kind) {
      case Kind::queue_new: stats.capacity = QueueFacts::unpack(event.argument).capacity; break;
      case Kind::put_begin:
        if (life.first_put == 0) life.first_put = event.time;
        timeouts_[event.actor] = event.argument;
        break;
      case Kind::get_begin: timeouts_[event.actor] = event.argument; break;
      case Kind::empty:
      case Kind::full:
      case Kind::qsize: ++stats.polls; break;
      case Kind::put_end:
        stats.full += event.outcome() == Outcome::full;
        stats.polls += event.outcome() == Outcome::full && timeouts_[event.actor] == 0;
        if (!ok) break;
        ++stats.puts;
        break;
      case Kind::serialise_failed: ++stats.dropped; break;
      case Kind::pipe_write:
        life.pipe_bytes += Chunk::unpack(event.argument).bytes;
        // No more than the capacity was ever there: some events of reading were lost.
        if (stats.capacity != 0) life.pipe_bytes = std::min<std::int64_t>(life.pipe_bytes, stats.capacity);
        stats.most_pipe_bytes =
            std::max(stats.most_pipe_bytes, static_cast<std::uint64_t>(std::max<std::int64_t>(life.pipe_bytes, 0)));
        break;
      case Kind::pipe_read:
        life.pipe_bytes = std::max<std::int64_t>(life.pipe_bytes - Chunk::unpack(event.argument).bytes, 0);
        break;
      case Kind::get_end:
        stats.empty += event.outcome() == Outcome::empty;
        stats.polls += event.outcome() == Outcome::empty && timeouts_[event.actor] == 0;
        if (!ok) break;
        ++stats.gets;
        stats.bytes += static_cast<std::uint64_t>(std::max<std::int64_t>(event.argument, 0));
        life.last_get = event.time;
        break;
      case Kind::task_done_end: stats.tasks_done += ok; break;
      default: break;
    }
  }

  void finish_queues() {
    ItemIndex const items(trace_);
    for (auto const& way : items.ways()) {
      auto const found = queues_.find(way.queue);
      if (found == queues_.end()) continue;
      found->second.stats.sentinels += way.sentinel;
      auto const put = way.at(ItemMilestone::put_begin), get = way.at(ItemMilestone::get_end);
      if (put == no_step || get == no_step) continue;
      auto const begun = trace_.at(put).time, over = trace_.at(get).time;
      found->second.latencies.push_back(over > begun ? over - begun : 0);
    }
    auto const peaks = backlog_peaks(trace_, trace_.size());
    for (auto& [index, life] : queues_) {
      auto& stats = life.stats;
      if (index < peaks.size()) {
        stats.most_items = peaks[index].items;
        stats.most_bytes = peaks[index].bytes;
      }
      stats.queue = index;
      stats.latency = spread(std::move(life.latencies));
      if (life.last_get > life.first_put) {
        auto const seconds = static_cast<double>(life.last_get - life.first_put) / 1e9;
        stats.items_per_second = static_cast<double>(stats.gets) / seconds;
        stats.bytes_per_second = static_cast<double>(stats.bytes) / seconds;
      }
      stats_.queues.push_back(stats);
    }
  }

  Trace const& trace_;
  Stats stats_;
  std::vector<Life> actors_;
  std::vector<Event const*> open_;  ///< each actor's `blocked` that is not over
  std::map<WaitKey, WaitStats> all_waits_;
  std::map<QueueIndex, QueueLife> queues_;
  std::map<ActorIndex, std::int64_t> timeouts_;  ///< of the call that an actor is in, ns
};

}  // namespace

namespace {

std::int64_t plus(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  bool const overflow = __builtin_add_overflow(a, b, &sum);
  return overflow ? (b < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max()) : sum;
}

}  // namespace

std::vector<Peak> backlog_peaks(Trace const& trace, Step end) {
  struct Backlog {
    std::int64_t items = 0, bytes = 0;
    Peak peak;
  };
  std::vector<Backlog> backlogs;
  std::unordered_map<std::uint64_t, std::int64_t> sizes;  // of the bodies
  auto const key = [](Event const& event) { return event.item().packed(); };
  auto const in_range = std::min<Step>(end, trace.size());
  for (Step step = 0; step < in_range; ++step) {
    if (Event const& event = trace.at(step); event.kind == Kind::serialised && event.argument > 0)
      sizes.insert_or_assign(key(event), event.argument);
  }
  for (Step step = 0; step < in_range; ++step) {
    Event const& event = trace.at(step);
    bool const ok = event.outcome() == Outcome::ok;
    bool const comes = event.kind == Kind::put_end && ok;
    bool const goes = (event.kind == Kind::get_end && ok) || event.kind == Kind::serialise_failed;
    if ((!comes && !goes) || event.object == mp::trace::no_object) continue;
    if (backlogs.size() <= event.object) backlogs.resize(std::size_t{event.object} + 1);
    auto const size = sizes.find(key(event));
    auto& backlog = backlogs[event.object];
    backlog.items += comes ? 1 : -1;
    // A damaged trace may claim any size.
    if (size != sizes.end())
      backlog.bytes = comes ? plus(backlog.bytes, size->second) : plus(backlog.bytes, -size->second);
    backlog.peak.items =
        std::max(backlog.peak.items, static_cast<std::uint64_t>(std::max<std::int64_t>(backlog.items, 0)));
    backlog.peak.bytes =
        std::max(backlog.peak.bytes, static_cast<std::uint64_t>(std::max<std::int64_t>(backlog.bytes, 0)));
  }
  std::vector<Peak> peaks;
  for (auto const& backlog : backlogs) peaks.push_back(backlog.peak);
  return peaks;
}

Stats statistics(Trace const& trace) { return Counter(trace).run(); }

}  // namespace qs
