#include "sim/report/run_report.hpp"

#include "sim/base/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "sim/base/wrapping.hpp"
#include "sim/model/items.hpp"
#include "sim/model/stats.hpp"
#include "sim/model/world.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

constexpr std::size_t most_alike = 5;    // up to this many actors of the same stem get a line each; more share one
constexpr std::size_t most_lines = 12;   // of a section
constexpr std::size_t most_labels = 12;  // of a list of items; of a longer list only the ends are shown
constexpr std::size_t shown_labels = 3;  // at each end
constexpr std::uint64_t shortest_wait = 1'000'000;

// What an actor put on a queue or got from it.
struct Share {
  std::uint64_t items = 0, sentinels = 0, refused = 0;
  std::vector<std::string> first, last;

  void add(std::string label) {
    ++items;
    if (first.size() < most_labels) {
      first.push_back(std::move(label));
      return;
    }
    last.push_back(std::move(label));
    if (last.size() > shown_labels) last.erase(last.begin());
  }

  std::string labels() const {
    auto const alike = [&](auto const& label) { return label == first.front(); };
    if (first.size() > 1 && std::all_of(first.begin(), first.end(), alike) &&
        std::all_of(last.begin(), last.end(), alike)) {
      return first.front() + " each";
    }
    if (last.empty()) return fmt::format("{}", fmt::join(first, ", "));
    return fmt::format("{}, ..., {}", fmt::join(first.begin(), first.begin() + shown_labels, ", "),
                       fmt::join(last, ", "));
  }
};

struct Totals {
  std::map<ActorIndex, Share> put, got;
};

class RunReport {
 public:
  RunReport(Trace const& trace, Colours colours)
      : trace_(trace), colours_(colours), stats_(statistics(trace)), items_(trace) {
    for (Step step = 0; step < trace.size(); ++step) apply(world_, trace, step);
    if (world_.actors.size() < trace.actors.size()) world_.actors.resize(trace.actors.size());
    share_out();
  }

  std::string tell() {
    header();
    for (auto const& queue : stats_.queues) tell_queue(queue);
    tell_waits();
    tell_notes();
    tell_processes();
    return std::move(text_);
  }

 private:
  enum class Tone { plain, title, good, bad };

  std::string painted(std::string words, Tone tone) const {
    if (colours_ == Colours::no || tone == Tone::plain) return words;
    auto const* code = tone == Tone::title ? "1" : tone == Tone::good ? "32" : "31";
    bool const ends_line = words.ends_with('\n');
    if (ends_line) words.pop_back();
    return fmt::format("\x1b[{}m{}\x1b[0m{}", code, words, ends_line ? "\n" : "");
  }
  void line(std::string_view words, Tone tone = Tone::plain) { text_ += painted(wrapped(words, "  "), tone); }
  void title(std::string_view words) { text_ += "\n" + painted(wrapped(words), Tone::title); }

  std::string const& name(ActorIndex actor) const { return trace_.name(actor); }
  bool is_process(ActorIndex actor) const { return trace_.actors[actor].kind == ActorKind::process; }

  void share_out() {
    for (auto const& way : items_.ways()) {
      auto& totals = totals_[way.queue];
      bool const was_put = way.at(ItemMilestone::put_end) != no_step && way.at(ItemMilestone::put_begin) != no_step &&
                           trace_.at(way.at(ItemMilestone::put_end)).outcome() == Outcome::ok;
      if (was_put) count_item(totals.put[way.putter], way);
      if (way.arrived()) count_item(totals.got[way.getter], way);
    }
    for (Event const& event : trace_.events) {
      if (event.kind == Kind::put_end && event.outcome() == Outcome::full)
        ++totals_[event.object].put[event.actor].refused;
      if (event.kind == Kind::get_end && event.outcome() == Outcome::empty)
        ++totals_[event.object].got[event.actor].refused;
    }
  }

  void count_item(Share& share, ItemJourney const& way) const {
    if (way.sentinel) {
      ++share.sentinels;
    } else {
      share.add(short_label(trace_, way.item));
    }
  }

  void header() {
    std::vector<std::string> parameters;
    for (auto const& [key, value] : trace_.run.parameters) parameters.push_back(key + "=" + value);
    auto words = trace_.run.title.empty() ? std::string("The program") : trace_.run.title;
    if (!parameters.empty()) words += fmt::format(" ({})", fmt::join(parameters, ", "));
    text_ +=
        painted(wrapped(fmt::format("{}: {} after {}.", words, ending(), duration(trace_.duration()))), Tone::title);

    auto const processes = std::count_if(trace_.actors.begin(), trace_.actors.end(),
                                         [](auto const& actor) { return actor.kind == ActorKind::process; });
    auto const feeders = std::count_if(trace_.actors.begin(), trace_.actors.end(),
                                       [](auto const& actor) { return actor.kind == ActorKind::feeder; });
    auto const fed = feeders == 0 ? "" : " and " + count(static_cast<std::uint64_t>(feeders), "feeder");
    line(fmt::format("{} of {}{} on {}.", count(trace_.size(), "event"),
                     count(static_cast<std::uint64_t>(processes), "process", "processes"), fed,
                     count(stats_.queues.size(), "queue")));
    if (trace_.lost > 0) line(fmt::format("{} were not recorded.", count(trace_.lost, "event")), Tone::bad);
    if (!trace_.complete) line("The recording is incomplete: it ends before the run did.", Tone::bad);
  }

  std::string ending() const {
    switch (trace_.run.ending) {
      case RunEnding::none: break;
      case RunEnding::finished: return "finished";
      case RunEnding::failed: return "failed with " + exit_words(trace_.run.exit_code);
      case RunEnding::deadlock: return "ended in a deadlock: no one could take a step";
      case RunEnding::deadline: return "did not end by itself and was stopped";
      case RunEnding::interrupted: return "was interrupted";
    }
    return "was still running when the recording ended";
  }

  void tell_queue(QueueStats const& stats) {
    auto const* queue = world_.queue(stats.queue);
    if (queue && !mp::trace::carries_items(queue->type)) return;
    auto words = "Queue " + trace_.queue_name(stats.queue);
    if (queue && queue->type == mp::trace::QueueClass::joinable) words += ", joinable";
    if (queue && queue->type == mp::trace::QueueClass::simple) words += ", simple";
    if (queue && queue->hardened()) words += ", hardened";
    if (queue && queue->bounded() && queue->maxsize > 0)
      words += ", " + count(static_cast<std::uint64_t>(queue->maxsize), "slot");
    title(words);
    auto const& totals = totals_[stats.queue];
    tell_shares(totals.put, "put", "Full");
    tell_shares(totals.got, "got", "Empty");
    if (stats.latency.count > 0) {
      line(fmt::format("From put to get: median {}, at most {}; at most {} at one time on the way.",
                       duration(stats.latency.median), duration(stats.latency.max), count(stats.most_items, "item")));
    }
    if (queue) tell_rest(stats.queue, *queue);
    tell_repairs(stats.queue);
  }

  /// What the survivors did about processes that died holding something of this queue.
  void tell_repairs(QueueIndex queue) {
    std::size_t all = 0;
    for (Step step = 0; step < trace_.size(); ++step) {
      Event const& event = trace_.at(step);
      bool const repair =
          event.kind == Kind::repaired || event.kind == Kind::task_lost || event.kind == Kind::task_returned;
      if (!repair || event.object != queue || ++all > most_lines) continue;
      line(fmt::format("After {}, {}.", duration(event.time), sentence(trace_, step)),
           event.kind == Kind::task_lost ? Tone::bad : Tone::good);
    }
    if (all > most_lines) line(fmt::format("and {} like these", number(all - most_lines)));
  }

  void tell_shares(std::map<ActorIndex, Share> const& shares, char const* verb, char const* refusal) {
    std::map<std::string, std::size_t> known;
    std::vector<std::vector<ActorIndex>> groups;
    for (auto const& [actor, share] : shares) {
      auto const [place, is_new] = known.try_emplace(name_stem(name(actor)), groups.size());
      if (is_new) groups.emplace_back();
      groups[place->second].push_back(actor);
    }
    std::size_t lines = 0;
    for (auto const& actors : groups) {
      if (actors.size() > most_alike) {
        if (lines++ < most_lines) tell_group(shares, actors, verb, refusal);
        continue;
      }
      for (ActorIndex actor : actors) {
        if (lines++ < most_lines) line(fmt::format("{} {} {}", name(actor), verb, amount(shares.at(actor), refusal)));
      }
    }
    if (lines > most_lines) line(fmt::format("and {} more {} something", number(lines - most_lines), verb));
  }

  static std::string amount(Share const& share, char const* refusal) {
    std::vector<std::string> parts;
    if (share.items > 0) parts.push_back(fmt::format("{}: {}", count(share.items, "item"), share.labels()));
    if (share.sentinels > 0) parts.push_back(count(share.sentinels, "sentinel"));
    if (parts.empty()) parts.emplace_back("nothing");
    auto words = fmt::format("{}", fmt::join(parts, share.items > 0 ? "; and " : " and "));
    if (share.refused > 0) words += fmt::format("; {} {}", refusal, times(share.refused));
    return words;
  }

  static std::string times(std::uint64_t value) { return value == 1 ? "once" : number(value) + " times"; }

  void tell_group(std::map<ActorIndex, Share> const& shares, std::vector<ActorIndex> const& actors, char const* verb,
                  char const* refusal) {
    std::uint64_t items = 0, sentinels = 0, refused = 0, least = ~std::uint64_t{0}, most = 0;
    for (ActorIndex actor : actors) {
      auto const& share = shares.at(actor);
      items += share.items;
      sentinels += share.sentinels;
      refused += share.refused;
      least = std::min(least, share.items);
      most = std::max(most, share.items);
    }
    auto words = fmt::format("{} {} {}", many(actors), verb, count(items, "item"));
    words += least == most ? fmt::format(", {} each", number(least))
                           : fmt::format(", {} to {} each", number(least), number(most));
    if (sentinels > 0) words += "; and " + count(sentinels, "sentinel");
    if (refused > 0) words += fmt::format("; {} {}", refusal, times(refused));
    line(words);
  }

  std::string many(std::vector<ActorIndex> const& actors) const {
    return fmt::format("{} to {} ({})", name(actors.front()), name(actors.back()), number(actors.size()));
  }

  void tell_rest(QueueIndex index, QueueWorld const& queue) {
    std::map<ItemPlace, Share> rest;
    for (auto const& [id, item] : world_.items) {
      if (!world_.knows_place(item)) continue;  // events were lost
      if (item.queue != index) continue;
      bool const is_task = queue.type == mp::trace::QueueClass::joinable;
      if (item.place == ItemPlace::got && !is_task) continue;
      if (item.place == ItemPlace::done) continue;
      rest[item.place].add(short_label(trace_, id));
    }
    std::vector<std::string> parts;
    for (auto const& [place, share] : rest) {
      auto words =
          place == ItemPlace::got ? std::string("got but not done") : std::string(place_words(place, queue.mechanism));
      if (place == ItemPlace::dropped) words = "lost";
      parts.push_back(fmt::format("{} {} ({})", number(share.items), words, share.labels()));
    }
    if (parts.empty()) {
      line("Nothing is left in it.");
    } else {
      line(fmt::format("At the end: {}.", fmt::join(parts, "; ")), Tone::bad);
    }
  }

  struct Wait {
    std::vector<ActorIndex> actors;
    WaitStats stats;
  };

  void tell_waits() {
    std::map<std::tuple<std::string, Resource, std::uint16_t>, std::vector<std::pair<ActorIndex, WaitStats>>> groups;
    for (auto const& actor : stats_.actors) {
      for (auto const& wait : actor.waits) {
        bool const idle = wait.resource == Resource::deadline || wait.resource == Resource::buffered_item;
        bool const matters = wait.nanoseconds >= shortest_wait || still_waits(actor.actor, wait);
        if (!idle && matters)
          groups[{name_stem(name(actor.actor)), wait.resource, wait.object}].emplace_back(actor.actor, wait);
      }
    }
    std::vector<Wait> waits;
    for (auto const& [key, members] : groups) {
      bool const fold = members.size() > most_alike;
      for (auto const& [actor, wait] : members) {
        if (!fold || &wait == &members.front().second) {
          waits.push_back({{actor}, wait});
          continue;
        }
        auto& sum = waits.back();
        sum.actors.push_back(actor);
        sum.stats.count += wait.count;
        sum.stats.nanoseconds += wait.nanoseconds;
        sum.stats.longest = std::max(sum.stats.longest, wait.longest);
      }
    }
    if (waits.empty()) return;
    std::stable_sort(waits.begin(), waits.end(),
                     [](auto const& a, auto const& b) { return a.stats.nanoseconds > b.stats.nanoseconds; });
    title("Who waited for what");
    for (std::size_t i = 0; i < waits.size() && i < most_lines; ++i) tell_wait(waits[i]);
    if (waits.size() > most_lines) line(fmt::format("and {} shorter ones", number(waits.size() - most_lines)));
  }

  bool still_waits(ActorIndex actor, WaitStats const& wait) const {
    auto const& now = world_.actors[actor];
    return now.state == ActorState::blocked && now.waits_for == wait.resource && now.waits_object == wait.object;
  }

  void tell_wait(Wait const& wait) {
    auto const still = static_cast<std::size_t>(std::count_if(
        wait.actors.begin(), wait.actors.end(), [&](ActorIndex actor) { return still_waits(actor, wait.stats); }));
    auto words =
        fmt::format("{} waited {} for {}", wait.actors.size() > 1 ? many(wait.actors) : name(wait.actors.front()),
                    duration(wait.stats.nanoseconds), resource_words(trace_, wait.stats.resource, wait.stats.object));
    if (wait.stats.count > 1)
      words += fmt::format(" ({}, at most {})", times(wait.stats.count), duration(wait.stats.longest));
    if (still == 1 && wait.actors.size() == 1) words += ", in vain";
    if (wait.actors.size() > 1 && still > 0) words += fmt::format(", {} of them in vain", number(still));
    line(words, still > 0 ? Tone::bad : Tone::plain);
  }

  void tell_notes() {
    std::vector<Step> notes;
    std::size_t all = 0;
    for (Step step = 0; step < trace_.size(); ++step) {
      auto const kind = trace_.at(step).kind;
      if (kind != Kind::note && kind != Kind::expectation_failed) continue;
      if (++all <= most_lines) notes.push_back(step);
    }
    if (notes.empty()) return;
    title("What they noted");
    for (Step step : notes) {
      bool const failed = trace_.at(step).kind == Kind::expectation_failed;
      line(fmt::format("{}, after {}: {}{}", name(trace_.at(step).actor), duration(trace_.at(step).time),
                       failed ? "expectation failed: " : "", trace_.text(step)),
           failed ? Tone::bad : Tone::plain);
    }
    if (all > notes.size()) line(fmt::format("and {} more", count(all - notes.size(), "note")));
  }

  void tell_processes() {
    title("How they ended");
    std::map<ActorIndex, std::string_view> exceptions;
    for (Step step = 0; step < trace_.size(); ++step) {
      if (trace_.at(step).kind == Kind::uncaught) exceptions[trace_.at(step).actor] = trace_.text(step);
    }
    std::map<std::pair<std::string, std::string>, std::vector<ActorIndex>> alike;
    std::vector<std::pair<std::string, std::string>> order;
    for (std::size_t i = 0; i < trace_.actors.size(); ++i) {
      auto const actor = static_cast<ActorIndex>(i);
      if (!is_process(actor)) continue;
      auto fate = state_line(trace_, world_, actor);
      if (auto const thrown = exceptions.find(actor); thrown != exceptions.end())
        fate += fmt::format(", by an uncaught exception: {}", thrown->second);
      if (world_.actors[actor].daemon) fate += " (daemon)";
      auto const key = std::pair(name_stem(name(actor)), std::move(fate));
      auto& members = alike[key];
      if (members.empty()) order.push_back(key);
      members.push_back(actor);
    }
    std::size_t lines = 0;
    for (auto const& key : order) {
      auto const& actors = alike.at(key);
      bool const fold = actors.size() > most_alike;
      for (ActorIndex actor : actors) {
        if (fold && actor != actors.front()) break;
        if (lines++ >= most_lines * 2) continue;
        auto const pid = trace_.actors[actor].pid;
        auto const who = fold ? many(actors) : pid == 0 ? name(actor) : fmt::format("{} (pid {})", name(actor), pid);
        line(fmt::format("{}: {}", who, key.second), tone_of(world_.actors[actor]));
      }
    }
    if (lines > most_lines * 2) line(fmt::format("and {} more", number(lines - most_lines * 2)));
  }

  static Tone tone_of(ActorWorld const& actor) {
    if (actor.state == ActorState::ended) return actor.exit_code == 0 ? Tone::good : Tone::bad;
    bool const ended_as_daemon = actor.state == ActorState::killed && actor.daemon;
    bool const trouble = actor.state == ActorState::killed || actor.state == ActorState::blocked;
    return trouble && !ended_as_daemon ? Tone::bad : Tone::plain;
  }

  Trace const& trace_;
  Colours colours_;
  Stats stats_;
  ItemIndex items_;
  World world_;
  std::map<QueueIndex, Totals> totals_;
  std::string text_;
};

}  // namespace

std::string run_report(Trace const& trace, Colours colours) { return RunReport(trace, colours).tell(); }

}  // namespace qs
