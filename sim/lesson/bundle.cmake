# Makes bundled_lessons.cpp of the texts in assets/lessons/, so that an installed queuescope has them with it. A lesson
# that changes is bundled again by the next build.
file(GLOB lesson_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/assets/lessons/*.toml)
list(SORT lesson_files)
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${lesson_files})
set(lesson_entries "")
foreach(lesson_file ${lesson_files})
  file(READ "${lesson_file}" lesson_text)
  get_filename_component(lesson_name "${lesson_file}" NAME)
  string(APPEND lesson_entries "    {\"${lesson_name}\", R\"lesson(${lesson_text})lesson\"},\n")
endforeach()
file(CONFIGURE OUTPUT bundled_lessons.cpp @ONLY CONTENT [[
#include "sim/lesson/bundled.hpp"

namespace qs {
namespace {
constexpr std::pair<std::string_view, std::string_view> lesson_texts[] = {
@lesson_entries@};
}
std::span<std::pair<std::string_view, std::string_view> const> const bundled_lesson_texts{lesson_texts};
}  // namespace qs
]])
