// The texts of assets/lessons/, compiled in (sim/lesson/CMakeLists.txt).
#pragma once

#include <span>
#include <string_view>
#include <utility>

namespace qs {

/// File name and text, in the order of the course.
extern std::span<std::pair<std::string_view, std::string_view> const> const bundled_lesson_texts;

}  // namespace qs
