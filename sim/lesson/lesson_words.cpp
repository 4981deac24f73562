// What is written about lessons: notes for the instructor, and a new lesson made of a trace.
#include <fmt/format.h>

#include <algorithm>

#include "sim/lesson/lesson_run.hpp"
#include "sim/text/caption.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

std::string settings_words(std::map<std::string, std::string> const& parameters) {
  std::string words;
  for (auto const& [name, value] : parameters) words += fmt::format(" --set {}={}", name, value);
  return words;
}

std::string quoted(std::string const& text) {
  std::string result = "\"";
  for (char const c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return result + '"';
}

/// Breakpoints by which lessons find their moments, for those that a lecturer would stop at.
std::string moment_of(Trace const& trace, Step step) {
  Event const& event = trace.at(step);
  switch (event.kind) {
    case Kind::blocked: return is_act(trace, step) ? trace.name(event.actor) + " blocked" : "";
    case Kind::process_end: return trace.name(event.actor) + " ended";
    case Kind::process_lost: return trace.name(event.actor) + " killed";
    case Kind::get_end:
      if (event.outcome() != Outcome::ok || !event.item()) return "";
      return is_sentinel(trace, event.item()) ? "sentinel got"
                                              : fmt::format("item {} got", item_label(trace, event.item()));
    default: return "";
  }
}

}  // namespace

std::string lesson_notes(Lesson const& lesson, std::string const& supervisor) {
  Trace const trace = lesson_trace(lesson, supervisor);
  PlacedLesson const placed = place_lesson(lesson, trace);
  std::string text = fmt::format("# {}\n\n{}\n\n", lesson.title, lesson.teaches);
  if (lesson.minutes > 0) text += fmt::format("About {} minutes. ", lesson.minutes);
  if (!lesson.scenario.empty())
    text += fmt::format("Its run in the terminal: `queuescope run {}{}{}`\n\n", lesson.scenario,
                        settings_words(lesson.parameters), lesson.free ? "" : " --schedule " + quoted(lesson.schedule));
  if (!lesson.notes.empty()) text += lesson.notes + "\n\n";
  text += "## Steps\n\n";
  for (std::size_t i = 0; i < lesson.steps.size(); ++i) {
    LessonStep const& step = lesson.steps[i];
    PlacedStep const& at = placed.steps[i];
    text += fmt::format("{}. ({}) {}\n", i + 1, at.step == no_step ? "beginning" : fmt::format("step {}", at.step),
                        step.text);
    if (step.ask.empty()) continue;
    text +=
        fmt::format("   - Question: {} Answer: **{}**\n", question_words(step.ask), at.answer ? at.answer->right : "?");
    if (!step.explain.empty()) text += fmt::format("   - {}\n", step.explain);
  }
  if (lesson.tasks.empty()) return text;
  text += "\n## Tasks\n\n";
  for (LessonTask const& task : lesson.tasks) {
    std::string const scenario = task.scenario.empty() ? lesson.scenario : task.scenario;
    auto parameters = task.scenario.empty() ? lesson.parameters : std::map<std::string, std::string>{};
    for (auto const* more : {&task.parameters, &task.solution_parameters})
      for (auto const& [name, value] : *more) parameters[name] = value;
    text +=
        fmt::format("- {}\n  - Goal: {}\n  - A solution: `queuescope run {}{} --schedule {}`\n", task.text,
                    fmt::join(task.goal, "; "), scenario, settings_words(parameters), quoted(task.solution_schedule));
  }
  return text;
}

std::string lesson_skeleton(Trace const& trace, std::filesystem::path const& trace_file) {
  std::string const title = trace.run.title.empty() ? trace_file.stem().string() : trace.run.title;
  std::string text = fmt::format(
      "# Made from {}. Replace the captions by your own sentences, delete what you do not need, and try it:\n"
      "#     queuescope lesson check THIS.toml\n"
      "#     queuescope lesson THIS.toml\n"
      "title = {}\nteaches = \"What a learner knows afterwards\"\nminutes = 10\ntrace = {}\n\n"
      "[[step]]\nat = \"beginning\"\ntext = \"What the program is for.\"\n",
      trace_file.filename().string(), quoted(title), quoted(trace_file.filename().string()));
  constexpr std::size_t most = 12;
  std::vector<std::string> used;
  CaptionTeller teller(trace);
  for (Step step = 0; step < trace.size() && used.size() < most; ++step) {
    std::string const moment = moment_of(trace, step);
    if (moment.empty() || std::find(used.begin(), used.end(), moment) != used.end()) continue;
    used.push_back(moment);
    text += fmt::format("\n[[step]]\nat = {}\ntext = {}\npoint = [{}]\n", quoted(moment),
                        quoted(teller.at(step, DetailLevel::acts).text()), quoted(trace.name(trace.at(step).actor)));
  }
  text +=
      "\n[[step]]\ntext = \"What will happen now?\"\nask = \"how does the run end\"\n"
      "explain = \"Why it ends like this.\"\n\n[[step]]\nat = \"end\"\ntext = \"What to remember.\"\n";
  return text;
}

}  // namespace qs
