// How far a learner has come: one small TOML file for all lessons.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace qs {

struct LessonProgress {
  int step = 0;                 ///< the furthest step, from 0
  int steps = 0;                ///< how many there were
  std::map<int, bool> answers;  ///< by step: whether the first answer was right
  std::set<int> tasks;          ///< those done
  bool finished() const { return steps > 0 && step + 1 >= steps; }
};

using LearnerProgress = std::map<std::string, LessonProgress>;  ///< by the lesson's name

/// What is not understood is passed over.
LearnerProgress parse_progress(std::string_view text);
std::string to_text(LearnerProgress const&);

/// $XDG_CONFIG_HOME/queuescope/progress.toml; empty where neither that nor HOME is set.
std::filesystem::path progress_path();
LearnerProgress load_progress(std::filesystem::path const&);
/// Replaces the file atomically; errors are ignored and leave the old file.
void save_progress(LearnerProgress const&, std::filesystem::path const&);

}  // namespace qs
