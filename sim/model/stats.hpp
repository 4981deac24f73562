// Statistics of a whole run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// A set of durations, ns.
struct DurationSummary {
  std::uint64_t count = 0, total = 0, min = 0, median = 0, p99 = 0, max = 0;
};

/// The waits of one actor, or of all actors, for one resource.
struct WaitStats {
  Resource resource = Resource::nothing;
  std::uint16_t object = mp::trace::no_object;
  std::uint64_t count = 0;
  std::uint64_t nanoseconds = 0;  ///< an unfinished wait counts up to the end of the trace
  std::uint64_t longest = 0;
  bool unfinished = false;  ///< the last wait has not ended
};

struct ActorStats {
  ActorIndex actor = nobody;
  std::uint64_t events = 0, lost = 0;
  std::uint64_t lifetime = 0;  ///< ns, to its end or the trace's
  std::uint64_t blocked = 0;   ///< ns; sleeping and idle feeders are not counted
  std::uint64_t puts = 0, gets = 0, tasks_done = 0;
  std::vector<WaitStats> waits;  ///< longest time first
};

struct QueueStats {
  QueueIndex queue = 0;
  std::uint64_t puts = 0, gets = 0, tasks_done = 0, dropped = 0, sentinels = 0;
  std::uint64_t bytes = 0;            ///< of the bodies that were got
  std::uint64_t most_items = 0;       ///< the largest number between the end of put and the end of get
  std::uint64_t most_bytes = 0;       ///< the largest sum of their bodies, as far as they were serialised
  std::uint64_t empty = 0, full = 0;  ///< gets and puts that ended so
  std::uint64_t polls = 0;            ///< calls of empty(), full() and qsize(), and gets and puts without time to wait
  std::uint64_t most_pipe_bytes = 0;
  std::uint32_t capacity = 0;   ///< of the pipe; 0: unbounded
  DurationSummary latency;      ///< begin of put to end of get
  double items_per_second = 0;  ///< from the first put to the last get
  double bytes_per_second = 0;
};

struct Stats {
  std::uint64_t events = 0, lost = 0;
  std::uint64_t duration = 0;      ///< ns
  std::vector<ActorStats> actors;  ///< by ActorIndex
  std::vector<QueueStats> queues;
  std::vector<WaitStats> waits;  ///< of all actors, longest time first
};

Stats statistics(Trace const&);

/// The largest backlog of a queue: what was between the end of put and the end of get at one time.
struct Peak {
  std::uint64_t items = 0;
  std::uint64_t bytes = 0;  ///< of the bodies, as far as they were serialised
};
/// By queue, up to the step `end`.
std::vector<Peak> backlog_peaks(Trace const&, Step end);

std::string to_text(Trace const&, Stats const&);
nlohmann::ordered_json to_json(Trace const&, Stats const&);

}  // namespace qs
