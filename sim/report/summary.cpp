#include "sim/report/summary.hpp"

#include <fmt/format.h>

#include "sim/diagnosis/diagnosis.hpp"
#include "sim/diagnosis/wait_graph.hpp"
#include "sim/model/world.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

std::string ending_words(RunFacts const& run, bool stuck) {
  switch (run.ending) {
    case RunEnding::none: return "not over";
    case RunEnding::failed: return "failed with " + exit_words(run.exit_code);
    case RunEnding::deadlock: return "deadlock: no one can take a step";
    case RunEnding::deadline: return stuck ? "hung: stopped" : "stopped";
    default: return std::string(name(run.ending));
  }
}

}  // namespace

Summary summary(Trace const& trace) {
  Summary result;
  result.events = trace.size();
  result.duration = trace.duration();
  World world;
  for (Step step = 0; step < trace.size(); ++step) {
    apply(world, trace, step);
    auto const kind = trace.at(step).kind;
    result.repairs += kind == Kind::repaired || kind == Kind::task_lost || kind == Kind::task_returned;
  }
  WaitGraph const graph(trace, world);
  for (std::size_t i = 0; i < world.actors.size(); ++i) {
    auto const actor = static_cast<ActorIndex>(i);
    if (trace.run.ended_by_itself() || !graph.waits(actor)) continue;
    auto const& waiter = world.actors[i];
    result.blocked.push_back(
        fmt::format("{} for {}", trace.name(actor), resource_words(trace, waiter.waits_for, waiter.waits_object)));
  }
  Diagnosis const diagnosis = diagnose(trace, world);
  result.ending = ending_words(trace.run, diagnosis.stuck);
  for (auto const& finding : diagnosis.findings) result.causes.push_back(finding.title);
  for (auto const& queue : world.queues) {
    result.puts += queue.puts;
    result.gets += queue.gets;
    result.lost += queue.dropped;
  }
  for (auto const& [id, item] : world.items) {
    if (!world.knows_place(item)) continue;  // events were lost
    result.left +=
        item.place == ItemPlace::piped || item.place == ItemPlace::buffered || item.place == ItemPlace::feeding;
  }
  return result;
}

std::string to_line(Summary const& summary) {
  auto words = fmt::format("{} after {}", summary.ending, duration(summary.duration));
  words += summary.causes.empty() ? fmt::format(", {} put and {} got", number(summary.puts), number(summary.gets))
                                  : ": " + summary.causes.front();
  if (summary.repairs > 0) words += ", " + count(summary.repairs, "repair");
  return words;
}

}  // namespace qs
