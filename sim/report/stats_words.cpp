// The numbers of a run as text and as JSON.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/base/wrapping.hpp"
#include "sim/model/stats.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_rows = 24;

std::uint64_t whole(double value) { return static_cast<std::uint64_t>(std::llround(value)); }

std::string row(std::string_view name, std::string_view value) {
  return fmt::format("  {} {}\n", fitted(name, 22, true), value);
}

std::string queue_text(Trace const& trace, QueueStats const& queue) {
  auto text = trace.queue_name(queue.queue) + "\n";
  text += row("put / got / done",
              fmt::format("{} / {} / {}", number(queue.puts), number(queue.gets), number(queue.tasks_done)));
  if (queue.dropped > 0) text += row("dropped", number(queue.dropped));
  text += row("sentinels", number(queue.sentinels));
  text += row("Empty / Full / polls",
              fmt::format("{} / {} / {}", number(queue.empty), number(queue.full), number(queue.polls)));
  bool const hardened = trace.mechanism(queue.queue) == mp::Mechanism::hardened;
  text += row("made of", hardened ? "a log in shared memory, with robust locks" : "a pipe with semaphores");
  text += row("most at one time",
              fmt::format("{}, {}; in the {} {}", count(queue.most_items, "item"), byte_count(queue.most_bytes),
                          hardened ? "shared log" : "pipe",
                          queue.capacity == 0 ? byte_count(queue.most_pipe_bytes)
                                              : number(queue.most_pipe_bytes) + " of " + byte_count(queue.capacity)));
  if (queue.latency.count > 0) {
    text += row("put to get",
                fmt::format("min {}, median {}, 99% {}, max {}", duration(queue.latency.min),
                            duration(queue.latency.median), duration(queue.latency.p99), duration(queue.latency.max)));
    text += row("throughput", fmt::format("{} items/s, {}/s", number(whole(queue.items_per_second)),
                                          byte_count(whole(queue.bytes_per_second))));
  }
  return text;
}

std::string actor_row(Trace const& trace, ActorStats const& actor) {
  auto const share = actor.lifetime == 0 ? 0 : actor.blocked * 100 / actor.lifetime;
  return fmt::format("  {} {:>9} {:>9} {:>9} {:>11} {:>11} {:>5}\n", fitted(trace.name(actor.actor), 36, true),
                     number(actor.puts), number(actor.gets), number(actor.tasks_done), duration(actor.lifetime),
                     duration(actor.blocked), fmt::format("{}%", share));
}

std::string wait_row(Trace const& trace, WaitStats const& wait) {
  auto const what =
      wait.resource == Resource::deadline ? std::string("sleep") : resource_words(trace, wait.resource, wait.object);
  return fmt::format("  {} {:>9} {:>12} {:>12}{}\n", fitted(what, 46, true), number(wait.count),
                     duration(wait.nanoseconds), duration(wait.longest), wait.unfinished ? "  not over" : "");
}

template <class Rows, class Row>
std::string table(Rows const& rows, Row const& row_of) {
  std::string text;
  for (std::size_t i = 0; i < rows.size() && i < most_rows; ++i) text += row_of(rows[i]);
  if (rows.size() > most_rows) text += fmt::format("  and {} more\n", number(rows.size() - most_rows));
  return text;
}

Json to_json(DurationSummary const& spread) {
  return {{"count", spread.count},   {"total", spread.total}, {"min", spread.min},
          {"median", spread.median}, {"p99", spread.p99},     {"max", spread.max}};
}

Json to_json(Trace const& trace, std::vector<WaitStats> const& waits) {
  auto list = Json::array();
  for (auto const& wait : waits) {
    list.push_back({{"resource", facts(wait.resource).name},
                    {"words", resource_words(trace, wait.resource, wait.object)},
                    {"count", wait.count},
                    {"ns", wait.nanoseconds},
                    {"longest_ns", wait.longest},
                    {"unfinished", wait.unfinished}});
  }
  return list;
}

}  // namespace

std::string to_text(Trace const& trace, Stats const& stats) {
  auto text = fmt::format("{} in {}{}{}\n", count(stats.events, "event"), duration(stats.duration),
                          stats.lost > 0 ? fmt::format(", {} lost", number(stats.lost)) : "",
                          trace.complete ? "" : ", incomplete");
  for (auto const& queue : stats.queues) text += "\n" + queue_text(trace, queue);
  text += fmt::format("\n  {} {:>9} {:>9} {:>9} {:>11} {:>11} {:>5}\n", fitted("actor", 36, true), "puts", "gets",
                      "done", "lifetime", "blocked", "");
  text += table(stats.actors, [&](ActorStats const& actor) { return actor_row(trace, actor); });
  if (stats.waits.empty()) return text;
  text += fmt::format("\n  {} {:>9} {:>12} {:>12}\n", fitted("waited for", 46, true), "times", "in all", "longest");
  return text + table(stats.waits, [&](WaitStats const& wait) { return wait_row(trace, wait); });
}

Json to_json(Trace const& trace, Stats const& stats) {
  Json json{
      {"events", stats.events}, {"lost", stats.lost}, {"duration_ns", stats.duration}, {"complete", trace.complete}};
  json["queues"] = Json::array();
  for (auto const& queue : stats.queues) {
    bool const hardened = trace.mechanism(queue.queue) == mp::Mechanism::hardened;
    json["queues"].push_back({{"name", trace.queue_name(queue.queue)},
                              {"mechanism", hardened ? "hardened" : "cpython"},
                              {"puts", queue.puts},
                              {"gets", queue.gets},
                              {"tasks_done", queue.tasks_done},
                              {"dropped", queue.dropped},
                              {"sentinels", queue.sentinels},
                              {"bytes", queue.bytes},
                              {"empty", queue.empty},
                              {"full", queue.full},
                              {"polls", queue.polls},
                              {"most_items", queue.most_items},
                              {"most_bytes", queue.most_bytes},
                              {"most_pipe_bytes", queue.most_pipe_bytes},
                              {"pipe_capacity", queue.capacity},
                              {"latency_ns", to_json(queue.latency)},
                              {"items_per_second", queue.items_per_second},
                              {"bytes_per_second", queue.bytes_per_second}});
  }
  json["actors"] = Json::array();
  for (auto const& actor : stats.actors) {
    json["actors"].push_back({{"name", trace.name(actor.actor)},
                              {"events", actor.events},
                              {"lost", actor.lost},
                              {"lifetime_ns", actor.lifetime},
                              {"blocked_ns", actor.blocked},
                              {"puts", actor.puts},
                              {"gets", actor.gets},
                              {"tasks_done", actor.tasks_done},
                              {"waits", to_json(trace, actor.waits)}});
  }
  json["waits"] = to_json(trace, stats.waits);
  return json;
}

}  // namespace qs
