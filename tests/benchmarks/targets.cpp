#include "targets.hpp"

#include <string_view>

namespace benchmarks {

namespace {

using Choice = std::function<bool(Cell const&)>;

bool throughput(Cell const& cell) { return cell.kind == Kind::throughput; }
bool alone(Cell const& cell) { return throughput(cell) && cell.shape == Shape{1, 1}; }
bool smallest_alone(Cell const& cell) { return alone(cell) && cell.size == 16; }
bool large_alone(Cell const& cell) { return alone(cell) && cell.size >= 64 << 10; }
bool any_work(Cell const& cell) { return cell.kind != Kind::waiting; }
bool round_trip(Cell const& cell) { return cell.kind == Kind::round_trip; }
bool waiting(Cell const& cell) { return cell.kind == Kind::waiting; }
bool bounded(Cell const& cell) { return throughput(cell) && cell.bound == Bound::items; }

/// The worst of `measured` over the cells of the choice.
Target worst(Results const& results, Target target, Choice const& choice,
             std::function<std::optional<double>(Cell const&)> const& measure) {
  for (auto const& cell : results.cells()) {
    if (!choice(cell)) continue;
    auto const measured = measure(cell);
    if (!measured) continue;
    if (target.measured && (target.at_least ? *measured >= *target.measured : *measured <= *target.measured)) continue;
    target.measured = measured;
    target.where = name(cell);
  }
  return target;
}

}  // namespace

std::vector<Target> targets(Results const& results, std::string const& mechanism) {
  std::string const queue = "queue-" + mechanism;
  std::vector<Target> list;
  auto const against = [&](std::string what, double wanted, std::string const& other, Choice const& choice) {
    list.push_back(worst(results, {.what = std::move(what), .wanted = wanted}, choice,
                         [&](Cell const& cell) { return ratio(results, queue, other, cell); }));
  };

  against("16 B, 1x1: at least 3 x boost", 3, "boost", smallest_alone);
  against("16 B, 1x1: at least 300 x CPython's Queue", 300, "python-queue", smallest_alone);
  for (auto const& peer : results.peers()) {
    bool const rival = peer.id == "boost" || peer.id.starts_with("python-");
    if (rival) against("nowhere behind " + peer.title, 1, peer.id, any_work);
  }
  against("64 KiB and 1 MiB, 1x1: at least 0.9 x the raw pipe", 0.9, "pipe", large_alone);
  list.push_back(worst(results, {.what = "round trip: at most 1.2 x the raw pipe's", .at_least = false, .wanted = 1.2},
                       round_trip, [&](Cell const& cell) -> std::optional<double> {
                         auto const share = ratio(results, queue, "pipe", cell);
                         if (!share) return {};
                         return 1 / *share;
                       }));
  if (mechanism == "cpython") {
    against("at least 0.9 x the C loop with the same framing and semaphores", 0.9, "c-loop", throughput);
  }
  list.push_back(worst(results, {.what = "JoinableQueue: at least 0.5 x the plain one", .wanted = 0.5}, throughput,
                       [&](Cell const& cell) { return ratio(results, "joinable-" + mechanism, queue, cell); }));
  list.push_back(worst(results, {.what = "bounded: at least 0.5 x the unbounded one", .wanted = 0.5}, bounded,
                       [&](Cell cell) -> std::optional<double> {
                         auto const with = results.find(queue, cell);
                         cell.bound = Bound::none;
                         auto const without = results.find(queue, cell);
                         if (!with || !without) return {};
                         return with->rate / without->rate;
                       }));
  list.push_back(worst(
      results,
      {.what = "a process that waits uses no CPU: at most 0.01 % of a processor", .at_least = false, .wanted = 0.0001},
      waiting, [&](Cell const& cell) -> std::optional<double> {
        auto const measured = results.find(queue, cell);
        if (!measured) return {};
        return measured->processor_time;
      }));
  return list;
}

}  // namespace benchmarks
