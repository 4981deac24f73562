#include "sim/grade/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/base/printable.hpp"
#include "sim/diagnosis/diagnosis.hpp"
#include "sim/model/world.hpp"
#include "sim/text/words.hpp"

namespace qs::grade {

namespace {

constexpr std::size_t longest_shown_line = 60;

std::string shown(std::string_view line) {
  std::string text = printable(line.substr(0, longest_shown_line));
  return "'" + text + (line.size() > longest_shown_line ? "...'" : "'");
}

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t const end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::string exact_difference(std::vector<std::string> const& wanted, std::vector<std::string> const& got) {
  for (std::size_t line = 0; line < std::max(wanted.size(), got.size()); ++line) {
    if (line >= got.size()) {
      return fmt::format("The output ends after {}; the next should be {}.", count(got.size(), "line"),
                         shown(wanted[line]));
    }
    if (line >= wanted.size()) {
      return fmt::format("The output has more than the {} that it should have: {}.", count(wanted.size(), "line"),
                         shown(got[line]));
    }
    if (got[line] != wanted[line])
      return fmt::format("Line {} of the output is {}; it should be {}.", line + 1, shown(got[line]),
                         shown(wanted[line]));
  }
  return {};
}

std::string set_difference(std::vector<std::string> const& wanted, std::vector<std::string> const& got) {
  std::map<std::string, std::int64_t> missing;
  for (auto const& line : wanted) ++missing[line];
  for (auto const& line : got) --missing[line];
  for (auto const& line : got) {
    bool const unknown = std::find(wanted.begin(), wanted.end(), line) == wanted.end();
    if (missing[line] < 0) {
      return fmt::format("The output has the line {} {}.", shown(line),
                         unknown ? "that should not be there" : "too often");
    }
  }
  for (auto const& line : wanted) {
    if (missing[line] > 0) return fmt::format("The output lacks the line {}.", shown(line));
  }
  return {};
}

std::string producer_difference(std::vector<std::vector<std::string>> const& producers,
                                std::vector<std::string> const& got) {
  std::vector<std::string> all;
  for (auto const& lines : producers) all.insert(all.end(), lines.begin(), lines.end());
  if (auto difference = set_difference(all, got); !difference.empty()) return difference;
  for (auto const& lines : producers) {
    std::size_t next = 0;
    for (auto const& line : got) {
      if (std::find(lines.begin(), lines.end(), line) == lines.end()) continue;
      if (line != lines[next])
        return fmt::format("The output has {} before {}; these two lines keep their order.", shown(line),
                           shown(lines[next]));
      ++next;
    }
  }
  return {};
}

class RunChecks {
 public:
  RunChecks(Exercise const& exercise, RunEvidence const& run) : exercise_(exercise), run_(run) {
    for (Step step = 0; step < run.trace.size(); ++step) apply(world_, run.trace, step);
    diagnosis_ = diagnose(run.trace, world_);
  }

  std::vector<Failing> all() {
    if (limits()) return found_;
    if (exercise_.wants(Check::ends)) ends();
    expectations();
    bool const over = run_.how == RunEvidence::How::ended;
    if (over) exit_codes();
    if (over && exercise_.wants(Check::items) && run_.trace.lost == 0) items();
    if (over && exercise_.wants(Check::output)) output();
    if (exercise_.wants(Check::processes)) processes();
    if (exercise_.wants(Check::steps)) steps();
    return found_;
  }

 private:
  void fail(Check check, std::string_view what, std::string headline) {
    if (!headline.ends_with('.')) headline += '.';
    found_.push_back({check, fmt::format("{}: {}", name(check), what), std::move(headline)});
  }
  Finding const* finding(Check check) const {
    for (Finding const& finding : diagnosis_.findings) {
      if (check_of(finding.mistake) == check) return &finding;
    }
    return nullptr;
  }

  /// A program that reached a limit has not passed, whatever is expected of it.
  bool limits() {
    ProcessLimits const& limits = exercise_.limits;
    if (run_.limit == Limit::processes) {
      fail(Check::ends, "too many processes",
           fmt::format("The program wanted more than {} processes and threads at one time and was stopped",
                       limits.processes));
    } else if (run_.limit == Limit::memory) {
      fail(Check::ends, "too much memory",
           fmt::format("The program used more than {} MB of memory and was stopped", limits.memory >> 20));
    } else if (limits.file_size > 0 && run_.output.size() >= limits.file_size) {
      fail(Check::ends, "too much output",
           fmt::format("The program wrote more than {} KB and was stopped", limits.file_size >> 10));
    }
    return !found_.empty();
  }

  void ends() {
    if (run_.how == RunEvidence::How::too_long) {
      fail(Check::ends, "too many steps",
           "It may never end: it was stopped after " + count(run_.steps.value_or(0), "step"));
    } else if (run_.how == RunEvidence::How::deadlock || diagnosis_.stuck) {
      Finding const* const mistake = diagnosis_.findings.empty() ? nullptr : &diagnosis_.findings.front();
      fail(Check::ends, mistake == nullptr ? "deadlock" : qs::name(mistake->mistake), diagnosis_.headline);
    } else if (run_.how == RunEvidence::How::out_of_time) {
      fail(Check::ends, "out of time",
           run_.steps ? "It did not get on under this schedule: somebody computed for seconds without using a queue"
                      : fmt::format("It had not ended after {:g} s and was stopped", exercise_.seconds));
    }
  }

  void expectations() {
    if (Finding const* const mistake = finding(Check::expectations)) {
      fail(Check::expectations, qs::name(mistake->mistake), mistake->title);
    }
  }

  int wanted_exit_code(ActorIndex actor) const {
    auto const named = exercise_.exit_codes.find(run_.trace.name(actor));
    if (named != exercise_.exit_codes.end()) return named->second;
    return actor == 0 ? exercise_.exit_code : 0;
  }

  void exit_codes() {
    std::set<ActorIndex> excused;  // their exception counts already, or the program killed them itself
    for (Event const& event : run_.trace.events) {
      if (event.kind == Kind::uncaught || event.kind == Kind::expectation_failed) excused.insert(event.actor);
      if (event.kind == Kind::process_signal) excused.insert(event.object);
    }
    bool root_known = false;
    for (std::size_t index = 0; index < world_.actors.size(); ++index) {
      auto const actor = static_cast<ActorIndex>(index);
      auto const& state = world_.actors[index];
      bool const over = state.state == ActorState::ended || state.state == ActorState::killed;
      if (run_.trace.actors[index].kind != ActorKind::process || !over) continue;
      root_known = root_known || actor == 0;
      std::optional<int> code;
      if (state.state == ActorState::ended || state.exit_code_known) code = state.exit_code;
      if (actor == 0 && run_.exit_code) code = run_.exit_code;
      bool const ended_as_daemon = state.state == ActorState::killed && state.daemon;
      if (ended_as_daemon || excused.contains(actor) || code == wanted_exit_code(actor)) continue;
      bad_exit(run_.trace.name(actor), code, wanted_exit_code(actor));
      return;
    }
    if (!root_known && run_.exit_code && *run_.exit_code != exercise_.exit_code) {
      bad_exit("the program", run_.exit_code, exercise_.exit_code);
    }
  }
  void bad_exit(std::string const& who, std::optional<int> code, int wanted) {
    if (!code) return fail(Check::exit_codes, who, fmt::format("{} died without running its exit steps", who));
    std::string const how = *code < 0 ? "was " + exit_words(*code) : "ended with " + exit_words(*code);
    fail(Check::exit_codes, who, fmt::format("{} {}; it should end with {}", who, how, exit_words(wanted)));
  }

  void items() {
    if (Finding const* const mistake = finding(Check::items)) {
      return fail(Check::items, qs::name(mistake->mistake), mistake->title);
    }
    std::set<ItemId> sentinels;
    std::map<ItemId, int> gets;
    for (Event const& event : run_.trace.events) {
      if (event.kind == Kind::put_begin && event.detail == mp::trace::item_sentinel) sentinels.insert(event.item());
      if (event.kind == Kind::put_end && event.outcome() == Outcome::ok) gets[event.item()];
      if (event.kind == Kind::get_end && event.outcome() == Outcome::ok) ++gets[event.item()];
    }
    for (auto const& [item, times] : gets) {
      if (sentinels.contains(item) || times == 1) continue;
      fail(Check::items, times == 0 ? "not got" : "got twice",
           fmt::format("{} was put and {}", item_name(run_.trace, item),
                       times == 0 ? "never got" : fmt::format("got {} times", times)));
      return;
    }
  }

  void output() {
    auto difference = output_difference(*exercise_.output, run_.output);
    if (!difference.empty()) fail(Check::output, "different", std::move(difference));
  }

  void processes() {
    auto const processes = static_cast<std::uint32_t>(
        std::count_if(run_.trace.actors.begin(), run_.trace.actors.end(),
                      [](ActorFacts const& actor) { return actor.kind == ActorKind::process; }));
    if (processes <= *exercise_.most_processes) return;
    fail(Check::processes, "too many",
         fmt::format("It has {}; at most {} are allowed", count(processes, "process", "processes"),
                     *exercise_.most_processes));
  }

  void steps() {
    if (!run_.steps || *run_.steps <= *exercise_.most_steps) return;
    fail(Check::steps, "too many",
         fmt::format("It took {} under this schedule; at most {} are allowed", count(*run_.steps, "step"),
                     number(*exercise_.most_steps)));
  }

  Exercise const& exercise_;
  RunEvidence const& run_;
  World world_;
  Diagnosis diagnosis_;
  std::vector<Failing> found_;
};

}  // namespace

Check check_of(BugPattern pattern) {
  switch (pattern) {
    case BugPattern::expectation_failed:
    case BugPattern::uncaught_exception: return Check::expectations;
    case BugPattern::abnormal_death: return Check::exit_codes;
    case BugPattern::items_lost_at_exit:
    case BugPattern::unserialisable_item:
    case BugPattern::items_left_in_queue:
    case BugPattern::sentinel_overtaken:
    case BugPattern::tasks_lost:
    case BugPattern::exit_without_flush: return Check::items;
    default: return Check::ends;
  }
}

std::vector<Failing> failing_checks(Exercise const& exercise, RunEvidence const& run) {
  return RunChecks(exercise, run).all();
}

std::string output_difference(ExpectedOutput const& wanted, std::string const& output) {
  auto const got = lines_of(output);
  switch (wanted.order) {
    case ExpectedOutput::Order::exact: return exact_difference(wanted.lines.front(), got);
    case ExpectedOutput::Order::any: return set_difference(wanted.lines.front(), got);
    case ExpectedOutput::Order::by_producer: break;
  }
  return producer_difference(wanted.lines, got);
}

}  // namespace qs::grade
