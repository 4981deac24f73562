// What costs time or memory without a hang: polling and backlogs.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/diagnosis/recogniser.hpp"
#include "sim/model/stats.hpp"
#include "sim/text/words.hpp"

namespace qs {

/// The unsuccessful calls of one actor on one queue.
struct Recogniser::Polls {
  std::uint64_t empty_at_once = 0, empty_in_time = 0;  ///< gets without and with a time-out, and empty()
  std::uint64_t full_at_once = 0, full_in_time = 0;    ///< puts likewise, and full()
  std::uint64_t got = 0, put = 0;                      ///< successes
  std::uint64_t waited = 0;                            ///< ns, the sum of the time-outs
  std::uint64_t first = 0, last = 0;                   ///< ns
  Step place = no_step;                                ///< the last unsuccessful call

  void note(std::uint64_t& counter, Event const& event, Step step) {
    if (++counter == 1 && empty_at_once + empty_in_time + full_at_once + full_in_time == 1) first = event.time;
    last = event.time;
    place = step;
  }
  std::uint64_t at_once() const { return std::max(empty_at_once, full_at_once); }
  std::uint64_t in_time() const { return std::max(empty_in_time, full_in_time); }
  bool of_puts() const { return full_at_once + full_in_time > empty_at_once + empty_in_time; }
  std::uint64_t in_vain() const { return std::max(at_once(), in_time()); }
  std::uint64_t interval() const { return in_vain() < 2 ? 0 : (last - first) / (in_vain() - 1); }
  std::uint64_t successes() const { return of_puts() ? put : got; }

  /// Many calls in vain for each success, at short intervals.
  bool is_polling() const {
    constexpr std::uint64_t least = 100, least_for_each = 10, longest_interval = 20'000'000;
    constexpr std::uint64_t least_of_a_busy_loop = 1000, busy_interval = 50'000;
    if (interval() < busy_interval && in_vain() < least_of_a_busy_loop) return false;  // soon over
    return in_vain() >= least && in_vain() >= successes() * least_for_each && interval() <= longest_interval;
  }
};

void Recogniser::polling() {
  std::map<std::pair<ActorIndex, QueueIndex>, Polls> all;
  std::map<ActorIndex, std::int64_t> timeout;  // of the call that an actor is in
  for (Step step = 0; step < end(); ++step) {
    Event const& event = trace_.at(step);
    switch (event.kind) {
      case Kind::get_begin:
      case Kind::put_begin: timeout[event.actor] = event.argument; break;
      case Kind::get_end:
      case Kind::put_end: {
        bool const gets = event.kind == Kind::get_end;
        auto& polls = all[{event.actor, event.object}];
        if (event.outcome() == Outcome::ok) {
          ++(gets ? polls.got : polls.put);
        } else if (event.outcome() == Outcome::empty || event.outcome() == Outcome::full) {
          auto const limit = std::max<std::int64_t>(timeout[event.actor], 0);
          polls.waited += static_cast<std::uint64_t>(limit);
          auto& at_once = gets ? polls.empty_at_once : polls.full_at_once;
          auto& in_time = gets ? polls.empty_in_time : polls.full_in_time;
          polls.note(limit == 0 ? at_once : in_time, event, step);
        }
        break;
      }
      case Kind::empty:
        if (event.argument != 0) {
          auto& polls = all[{event.actor, event.object}];
          polls.note(polls.empty_at_once, event, step);
        }
        break;
      case Kind::full:
        if (event.argument != 0) {
          auto& polls = all[{event.actor, event.object}];
          polls.note(polls.full_at_once, event, step);
        }
        break;
      default: break;
    }
  }
  for (auto const& [key, polls] : all) {
    if (!polls.is_polling()) continue;
    // Python's own threads poll, too: only what a line of the program asks is its doing.
    if (in_python() && at_place(polls.place).empty()) continue;
    if (told_.contains(graph_.process_of(key.first))) continue;
    std::vector<std::string> likewise;
    bool told_elsewhere = false;  // with the queue that it got something from
    for (auto const& [other, its] : all) {
      if (other.first != key.first || other == key || !its.is_polling()) continue;
      likewise.push_back(fmt::format("{} ({} times)", trace_.queue_name(other.second), number(its.in_vain())));
      told_elsewhere = told_elsewhere || (polls.successes() == 0 && its.successes() > 0) ||
                       (polls.successes() == 0 && its.successes() == 0 && other < key);
    }
    if (told_elsewhere) continue;
    queue_ = key.second;
    add_polling(key.first, polls, listing(likewise));
  }
}

void Recogniser::add_polling(ActorIndex actor, Polls const& polls, std::string const& likewise) {
  bool const puts = polls.of_puts();
  bool const timed = polls.in_time() > polls.at_once();
  auto const done = count(polls.successes(), "item");
  auto const times = number(polls.in_vain());
  auto const where = at_place(polls.place);
  auto const outcome = puts ? "Full" : "Empty";
  auto& finding =
      add(BugPattern::polling,
          puts ? fmt::format("{} tried {} times in vain to put on {}, for {}", name(actor), times, queue().name, done)
               : fmt::format("{} asked {} {} times in vain, for {}", name(actor), queue().name, times, done),
          {});
  if (timed) {
    finding.cause = fmt::format(
        "{} calls {} on {} with a time-out of {} in a loop{}, and {} of these calls ended with {}; it {} {}.",
        name(actor), puts ? "put" : "get", queue().name,
        duration(polls.waited / std::max<std::uint64_t>(polls.in_vain(), 1)), where, times, outcome,
        puts ? "put" : "got", done);
    finding.remedy =
        puts ? "Let put wait without a time-out, or with one that is longer than the consumers usually take."
             : "Let get wait without a time-out, or with a longer one, and end the loop by a sentinel in the same "
               "queue.";
  } else {
    constexpr std::uint64_t busy_interval = 50'000;
    finding.cause =
        fmt::format("{} calls {} in a loop{} and was told {} times that {}; it {} {}. {}", name(actor),
                    puts ? "put_nowait (or full)" : "get_nowait (or empty)", where, times,
                    puts ? "there is no room" : "nothing is there", puts ? "put" : "got", done,
                    polls.interval() <= busy_interval
                        ? "It never waits, and keeps a processor busy meanwhile."
                        : fmt::format("It looks again every {} instead of waiting.", duration(polls.interval())));
    finding.remedy =
        puts
            ? "Wait in put, with a time-out where something else has to be looked at now and then."
            : "Wait in get, with a time-out where something else has to be looked at now and then; and end the loop by "
              "a sentinel in the same queue, not in another one.";
  }
  if (!likewise.empty()) finding.cause += fmt::format(" It asks {} likewise.", likewise);
}

/// Far more lay in a queue than its consumers kept up with: memory without a bound.
void Recogniser::backlogs() {
  constexpr std::uint64_t least_items = 50'000, least_bytes = 64u << 20;
  constexpr std::uint64_t least_of_almost_all = 16u << 20;
  auto const peaks = backlog_peaks(trace_, end());
  for (std::size_t i = 0; i < world_.queues.size() && i < peaks.size(); ++i) {
    queue_ = static_cast<QueueIndex>(i);
    auto const& peak = peaks[i];
    bool const almost_all =
        peak.items >= 100 && peak.items * 10 >= queue().puts * 9 && peak.bytes >= least_of_almost_all;
    if (queue().bounded() || (peak.items < least_items && peak.bytes < least_bytes && !almost_all)) continue;
    auto& finding = add(BugPattern::backlog,
                        fmt::format("up to {} ({}) lay in {}, which has no bound", count(peak.items, "item"),
                                    byte_count(peak.bytes), queue().name),
                        {});
    finding.cause = fmt::format("{} were put and {} got: consumers do not keep up, and at the most {} ({}) waited.",
                                count(queue().puts, "item"), number(queue().gets), count(peak.items, "item"),
                                byte_count(peak.bytes));
    finding.remedy = "Give the queue a maxsize: then put waits until the consumers have caught up.";
  }
}

}  // namespace qs
