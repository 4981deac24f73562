#include <fmt/format.h>

#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <initializer_list>
#include <iterator>

#include "sim/base/names.hpp"
#include "sim/lesson/bundled.hpp"
#include "sim/lesson/lesson.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

/// Lines of one paragraph become one line; blank lines part paragraphs.
std::string flowing(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const single = text[i] == '\n' && i + 1 < text.size() && text[i + 1] != '\n' && i > 0 && text[i - 1] != '\n';
    result += single ? ' ' : text[i];
  }
  return result;
}

/// Reads the tables of one file; each error says where.
class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  Lesson lesson(toml::table const& table) const {
    only(table, "a lesson",
         {"title", "teaches", "minutes", "scenario", "trace", "parameters", "schedule", "free", "notes", "step",
          "task"});
    Lesson lesson;
    lesson.file = file_;
    lesson.title = needed(table, "title", "the lesson");
    lesson.teaches = needed(table, "teaches", "the lesson");
    lesson.minutes = static_cast<int>(number(table, "minutes"));
    lesson.scenario = text(table, "scenario");
    lesson.trace = text(table, "trace");
    if (lesson.scenario.empty() == lesson.trace.empty())
      fail(table,
           "a lesson has either a scenario or a trace; write scenario = \"sentinel\" or trace = \"mine.qtrace\"");
    lesson.parameters = values(table, "parameters");
    lesson.free = flag(table, "free");
    lesson.schedule = text(table, "schedule");
    lesson.notes = text(table, "notes");
    each(table, "step", [&](toml::table const& step) { lesson.steps.push_back(this->step(step)); });
    each(table, "task", [&](toml::table const& task) { lesson.tasks.push_back(this->task(task)); });
    if (lesson.steps.empty()) fail(table, "a lesson has at least one [[step]]");
    return lesson;
  }

 private:
  [[noreturn]] void fail(toml::node const& at, std::string const& sentence) const {
    throw LessonError(fmt::format("{}:{}: {}", file_, at.source().begin.line, sentence));
  }

  LessonStep step(toml::table const& table) const {
    only(table, "a step", {"at", "text", "point", "claims", "ask", "choices", "explain"});
    LessonStep step;
    step.line = table.source().begin.line;
    step.at = text(table, "at");
    step.text = needed(table, "text", "a step");
    step.point = texts(table, "point");
    step.claims = texts(table, "claims");
    step.ask = text(table, "ask");
    step.choices = texts(table, "choices");
    step.explain = text(table, "explain");
    if (step.ask.empty() && (!step.choices.empty() || !step.explain.empty()))
      fail(table, "a step without a question has choices or an explanation; write ask = \"...\"");
    return step;
  }

  LessonTask task(toml::table const& table) const {
    only(table, "a task", {"text", "hint", "goal", "keep", "scenario", "parameters", "solution"});
    LessonTask task;
    task.line = table.source().begin.line;
    task.text = needed(table, "text", "a task");
    task.hint = text(table, "hint");
    task.goal = texts(table, "goal");
    if (task.goal.empty()) fail(table, "a task needs a goal; write goal = [\"the run finishes\"]");
    task.keep = texts(table, "keep");
    task.scenario = text(table, "scenario");
    task.parameters = values(table, "parameters");
    if (auto const* solution = table.get("solution")) {
      auto const* inner = solution->as_table();
      if (!inner) fail(*solution, "a solution is a table; write solution = { schedule = \"main:3\" }");
      only(*inner, "a solution", {"parameters", "schedule"});
      task.solution_parameters = values(*inner, "parameters");
      task.solution_schedule = text(*inner, "schedule");
    } else {
      fail(table,
           "a task needs a solution, by which lesson check proves that the goal can be reached; write solution = "
           "{ parameters = { sentinels = 3 } } or solution = { schedule = \"main:3\" }");
    }
    return task;
  }

  void only(toml::table const& table, char const* what, std::initializer_list<std::string_view> keys) const {
    for (auto const& [key, node] : table) {
      if (std::find(keys.begin(), keys.end(), key.str()) != keys.end()) continue;
      std::vector<std::string> names(keys.begin(), keys.end());
      fail(node, fmt::format("{} has no '{}', only {}", what, key.str(), listing(names, 12)));
    }
  }

  std::string text(toml::table const& table, std::string_view key) const {
    auto const* node = table.get(key);
    if (!node) return "";
    if (auto const value = node->value_exact<std::string>()) return flowing(trimmed(*value));
    fail(*node, fmt::format("'{}' is a text; write {} = \"...\"", key, key));
  }

  std::string needed(toml::table const& table, std::string_view key, char const* what) const {
    std::string value = text(table, key);
    if (value.empty()) fail(table, fmt::format("{} has no '{}'; write {} = \"...\"", what, key, key));
    return value;
  }

  std::int64_t number(toml::table const& table, std::string_view key) const {
    auto const* node = table.get(key);
    if (!node) return 0;
    if (auto const value = node->value_exact<std::int64_t>(); value && *value >= 0 && *value < 1'000'000) return *value;
    fail(*node, fmt::format("'{}' is a number; write {} = 8", key, key));
  }

  bool flag(toml::table const& table, std::string_view key) const {
    auto const* node = table.get(key);
    if (!node) return false;
    if (auto const value = node->value_exact<bool>()) return *value;
    fail(*node, fmt::format("'{}' is true or false", key));
  }

  std::vector<std::string> texts(toml::table const& table, std::string_view key) const {
    auto const* node = table.get(key);
    if (!node) return {};
    auto const* array = node->as_array();
    if (!array) fail(*node, fmt::format("'{}' is a list; write {} = [\"...\", \"...\"]", key, key));
    std::vector<std::string> all;
    for (auto const& entry : *array) {
      auto const value = entry.value_exact<std::string>();
      if (!value) fail(entry, fmt::format("'{}' is a list of texts; write {} = [\"...\", \"...\"]", key, key));
      all.push_back(*value);
    }
    return all;
  }

  /// Numbers and names alike, as the command line takes them.
  std::map<std::string, std::string> values(toml::table const& table, std::string_view key) const {
    auto const* node = table.get(key);
    if (!node) return {};
    auto const* inner = node->as_table();
    if (!inner) fail(*node, fmt::format("'{}' is a table; write {} = {{ items = 3 }}", key, key));
    std::map<std::string, std::string> all;
    for (auto const& [name, value] : *inner) {
      if (auto const count = value.value_exact<std::int64_t>())
        all[std::string(name.str())] = fmt::format("{}", *count);
      else if (auto const word = value.value_exact<std::string>())
        all[std::string(name.str())] = *word;
      else
        fail(value, fmt::format("'{}' is neither a number nor a text", name.str()));
    }
    return all;
  }

  template <class Take>
  void each(toml::table const& table, std::string_view key, Take take) const {
    auto const* node = table.get(key);
    if (!node) return;
    auto const* array = node->as_array();
    if (!array) fail(*node, fmt::format("write [[{}]], with two brackets", key));
    for (auto const& entry : *array) {
      auto const* inner = entry.as_table();
      if (!inner) fail(entry, fmt::format("write [[{}]], with two brackets", key));
      take(*inner);
    }
  }

  std::string file_;
};

}  // namespace

std::string lesson_name(std::filesystem::path const& file) {
  std::string const stem = file.stem().string();
  auto const digits = std::find_if(stem.begin(), stem.end(), [](unsigned char c) { return std::isdigit(c) == 0; });
  bool const numbered = digits != stem.begin() && digits != stem.end() && *digits == '-';
  return numbered ? std::string(std::next(digits), stem.end()) : stem;
}

Lesson parse_lesson(std::string_view text, std::filesystem::path const& file) {
  try {
    Lesson lesson = Reader(file.string()).lesson(toml::parse(text, file.string()));
    lesson.name = lesson_name(file);
    if (!lesson.trace.empty() && lesson.trace.is_relative()) lesson.trace = file.parent_path() / lesson.trace;
    return lesson;
  } catch (toml::parse_error const& error) {
    throw LessonError(
        fmt::format("{}:{}: not TOML: {}", file.string(), error.source().begin.line, error.description()));
  }
}

Lesson read_lesson(std::filesystem::path const& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string const text(std::istreambuf_iterator<char>(stream), {});
  if (!stream.is_open() || stream.bad()) throw LessonError(fmt::format("cannot read '{}'", file.string()));
  return parse_lesson(text, file);
}

std::vector<Lesson> const& bundled_lessons() {
  static std::vector<Lesson> const all = [] {
    std::vector<Lesson> lessons;
    for (auto const& [file, text] : bundled_lesson_texts) lessons.push_back(parse_lesson(text, file));
    return lessons;
  }();
  return all;
}

Lesson find_lesson(std::string const& name_or_file) {
  for (Lesson const& lesson : bundled_lessons())
    if (lesson.name == name_or_file) return lesson;
  std::error_code error;
  if (std::filesystem::is_regular_file(name_or_file, error)) return read_lesson(name_or_file);
  if (name_or_file.ends_with(".toml")) throw LessonError(fmt::format("cannot open '{}': no such file", name_or_file));
  std::vector<std::string> names;
  for (Lesson const& lesson : bundled_lessons()) names.push_back(lesson.name);
  throw LessonError(fmt::format("there is no lesson '{}'; there are {}, and any file that ends in .toml", name_or_file,
                                listing(names, 24)));
}

}  // namespace qs
