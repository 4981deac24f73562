#include "sim/grade/grade_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/base/printable.hpp"
#include "sim/base/wrapping.hpp"
#include "sim/text/words.hpp"

namespace qs::grade {

namespace {

std::string what_was_run(Grade const& grade) {
  std::string text = "It was run freely " + (grade.free_runs == 1 ? "once" : fmt::format("{} times", grade.free_runs));
  if (grade.schedules > 0) {
    text += grade.all_schedules
                ? fmt::format(" and under all {} with at most 2 preemptions", count(grade.schedules, "schedule"))
                : " and under " + count(grade.schedules, "schedule");
  }
  text += ".";
  if (!grade.no_schedules.empty()) text += " " + grade.no_schedules;
  if (grade.interrupted) text += " The grading was interrupted: this is not a whole grade.";
  return text;
}

std::string where(Grade const& grade, Failure const& failure) {
  if (!failure.under_schedule) return failure.story.empty() ? "That was in a free run." : "In a free run:";
  return fmt::format("{} of {} fail so. The shortest: {}", number(failure.count), count(grade.schedules, "schedule"),
                     failure.schedule.empty() ? "the usual one, in which whoever can goes on" : failure.schedule);
}

std::string to_text(Grade const& grade, CheckResult const& check) {
  if (!check.failure) return {};
  Failure const& failure = *check.failure;
  std::string text = "\n" + wrapped(failure.headline);
  text += wrapped(where(grade, failure), "  ");
  int line = 0;
  for (auto const& sentence : failure.story) text += wrapped(sentence, fmt::format("  {:>3}. ", ++line));
  for (auto const& sentence : failure.waits) text += wrapped(sentence, "   => ");
  if (!failure.mistake.empty()) {
    text += wrapped(fmt::format("{}. {}", failure.mistake, failure.cause), "  Mistake: ");
    text += wrapped(failure.remedy, "  Remedy:  ");
  }
  if (!failure.trace_file.empty()) text += fmt::format("  To watch it: queuescope view {}\n", failure.trace_file);
  return text;
}

std::string escaped(std::string const& raw) {
  std::string text;
  for (char const letter : printable(raw)) {
    switch (letter) {
      case '&': text += "&amp;"; break;
      case '<': text += "&lt;"; break;
      case '>': text += "&gt;"; break;
      case '"': text += "&quot;"; break;
      default: text += letter;
    }
  }
  return text;
}

std::string escaped_lines(std::string const& text) {
  std::string all;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t const end = std::min(text.find('\n', begin), text.size());
    all += escaped(text.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return all;
}

nlohmann::ordered_json to_json(Failure const& failure) {
  nlohmann::ordered_json json{{"headline", failure.headline}, {"under_schedule", failure.under_schedule}};
  if (failure.under_schedule) {
    json["schedules"] = failure.count;
    json["shortest_schedule"] = failure.schedule;
  }
  json["story"] = failure.story;
  json["waits"] = failure.waits;
  if (!failure.mistake.empty()) {
    json["mistake"] = failure.mistake;
    json["cause"] = failure.cause;
    json["remedy"] = failure.remedy;
  }
  if (!failure.trace_file.empty()) json["trace"] = failure.trace_file;
  return json;
}

}  // namespace

std::string to_text(Grade const& grade) {
  std::string text =
      wrapped(fmt::format("{}: {}, {} of {}.", grade.title.empty() ? grade.program : grade.title,
                          grade.passed() ? "passed" : "failed", grade.points(), count(grade.most_points(), "point")));
  text += wrapped(what_was_run(grade)) + "\n";
  for (CheckResult const& check : grade.checks) {
    text += fmt::format("  {}  {} of {}  {}\n", check.failed ? "FAILED" : "passed", check.failed ? 0 : check.points,
                        check.points, description(check.check));
  }
  for (CheckResult const& check : grade.checks) {
    if (check.failed) text += to_text(grade, check);
  }
  bool const together = std::any_of(grade.checks.begin(), grade.checks.end(),
                                    [](CheckResult const& check) { return check.failed && !check.failure; });
  if (together)
    text += "\n" + wrapped("What else failed did so together with this, or could not be judged because of it.");
  return text;
}

nlohmann::ordered_json to_json(Grade const& grade) {
  nlohmann::ordered_json checks = nlohmann::ordered_json::array();
  for (CheckResult const& check : grade.checks) {
    nlohmann::ordered_json json{{"name", name(check.check)},
                                {"description", description(check.check)},
                                {"passed", !check.failed},
                                {"points", check.failed ? 0 : check.points},
                                {"most_points", check.points}};
    if (check.failure) json["failure"] = to_json(*check.failure);
    checks.push_back(std::move(json));
  }
  return {{"program", grade.program},           {"title", grade.title},
          {"passed", grade.passed()},           {"points", grade.points()},
          {"most_points", grade.most_points()}, {"free_runs", grade.free_runs},
          {"schedules", grade.schedules},       {"all_schedules", grade.all_schedules},
          {"no_schedules", grade.no_schedules}, {"interrupted", grade.interrupted},
          {"seconds", grade.seconds},           {"checks", std::move(checks)}};
}

std::string to_junit(Grade const& grade) {
  std::size_t failures = 0;
  std::string cases;
  for (CheckResult const& check : grade.checks) {
    cases += fmt::format("  <testcase classname=\"{}\" name=\"{}\"", escaped(grade.program),
                         escaped(std::string(description(check.check))));
    if (!check.failed) {
      cases += "/>\n";
      continue;
    }
    ++failures;
    cases += fmt::format(
        ">\n    <failure message=\"{}\">{}</failure>\n  </testcase>\n",
        escaped(check.failure ? check.failure->headline : "fails, or cannot be judged, because another check fails"),
        escaped_lines(to_text(grade, check)));
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" "
      "time=\"{:.3f}\">\n{}"
      "</testsuite>\n",
      escaped(grade.title.empty() ? grade.program : grade.title), grade.checks.size(), failures, grade.seconds, cases);
}

}  // namespace qs::grade
