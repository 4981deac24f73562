// A run or a lesson as one HTML file that replays it in any browser, without a network. The viewer is the window's own
// drawing code (gui/web/), which the build puts into a page without a run: the template.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/lesson/lesson.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// ../share/queuescope/page.html, relative to the executable.
std::filesystem::path page_template();
/// Its text. Throws ExportError if Queuescope was built without pages.
std::string read_page_template(std::filesystem::path const& path = page_template());

struct LessonText {
  std::string file;  ///< its name
  std::string text;  ///< TOML
};
/// A bundled lesson by name, or a file, as it was written. Throws LessonError.
LessonText lesson_text(std::string const& name_or_file);
LessonText lesson_text(Lesson const& lesson);

/// Nothing of the trace or the lesson becomes markup: the title is escaped, everything else is Base64.
std::string page_of(std::string_view page_template, Trace const& trace, std::optional<LessonText> const& lesson = {});

/// &, <, >, quotes and control characters, for text and attributes.
std::string html_escaped(std::string_view text);

struct SiteEntry {
  std::string file, title, words;
  std::string trace;  ///< the same run for Queuescope's window
};
/// The front page of a folder of pages: groups in order, each with its entries.
std::string site_front_page(std::vector<std::pair<std::string, std::vector<SiteEntry>>> const& groups);

}  // namespace qs
