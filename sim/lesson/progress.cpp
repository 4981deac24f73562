#include "sim/lesson/progress.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace qs {

LearnerProgress parse_progress(std::string_view text) {
  LearnerProgress progress;
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (toml::parse_error const&) {
    return progress;
  }
  for (auto const& [name, node] : table) {
    auto const* entry = node.as_table();
    if (!entry) continue;
    LessonProgress& lesson = progress[std::string(name.str())];
    lesson.step = static_cast<int>((*entry)["step"].value_or(std::int64_t{0}));
    lesson.steps = static_cast<int>((*entry)["steps"].value_or(std::int64_t{0}));
    if (auto const* tasks = (*entry)["tasks"].as_array())
      for (auto const& task : *tasks) lesson.tasks.insert(static_cast<int>(task.value_or(std::int64_t{0})));
    if (auto const* answers = (*entry)["answers"].as_table()) {
      for (auto const& [key, right] : *answers) {
        int step = 0;
        auto const digits = key.str();
        if (std::from_chars(digits.data(), digits.data() + digits.size(), step).ec == std::errc{})
          lesson.answers[step] = right.value_or(false);
      }
    }
  }
  return progress;
}

std::string to_text(LearnerProgress const& progress) {
  std::string text;
  for (auto const& [name, lesson] : progress) {
    std::string answers;
    for (auto const& [step, right] : lesson.answers)
      answers += fmt::format("{}{} = {}", answers.empty() ? " " : ", ", step, right);
    text += fmt::format("[\"{}\"]\nstep = {}\nsteps = {}\nanswers = {{{} }}\ntasks = [{}]\n", name, lesson.step,
                        lesson.steps, answers, fmt::join(lesson.tasks, ", "));
  }
  return text;
}

std::filesystem::path progress_path() {
  char const* config = std::getenv("XDG_CONFIG_HOME");
  char const* home = std::getenv("HOME");
  if (config && *config == '/') return std::filesystem::path(config) / "queuescope" / "progress.toml";
  if (home && *home == '/') return std::filesystem::path(home) / ".config" / "queuescope" / "progress.toml";
  return {};
}

LearnerProgress load_progress(std::filesystem::path const& path) {
  if (path.empty()) return {};
  std::ifstream file(path);
  return parse_progress(std::string(std::istreambuf_iterator<char>(file), {}));
}

void save_progress(LearnerProgress const& progress, std::filesystem::path const& path) {
  if (path.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  std::filesystem::path const fresh = path.string() + ".new";
  {
    std::ofstream file(fresh);
    file << to_text(progress);
    if (!file.flush()) return;
  }
  std::filesystem::rename(fresh, path, ignored);
}

}  // namespace qs
