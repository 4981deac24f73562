#include <doctest/doctest.h>

#include <string>

#include "gui/panes/highlight.hpp"

namespace {

using namespace qs::gui;

/// The tones as letters, one for each byte: k s c n, and . for plain.
std::string tones(std::string_view line, Language language, Inside& inside) {
  std::string result;
  for (Span const& span : highlight(line, language, inside)) {
    CHECK(span.begin == result.size());
    result.append(span.end - span.begin, ".kscn"[static_cast<std::size_t>(span.tone)]);
  }
  CHECK(result.size() == line.size());
  return result;
}

std::string cpp(std::string_view line) {
  Inside inside = Inside::nothing;
  return tones(line, Language::cpp, inside);
}

std::string python(std::string_view line) {
  Inside inside = Inside::nothing;
  return tones(line, Language::python, inside);
}

TEST_CASE("highlighting: C++ keywords, numbers, strings and comments") {
  CHECK(cpp("int x = 42;") == "kkk.....nn.");
  CHECK(cpp("q.put(\"a\\\"b\");  // hi") == "......ssssss....ccccc");
  CHECK(cpp("interior") == "........");
  CHECK(cpp("") == "");
}

TEST_CASE("highlighting: a comment spans several lines") {
  Inside inside = Inside::nothing;
  CHECK(tones("a /* b", Language::cpp, inside) == "..cccc");
  CHECK(inside == Inside::block_comment);
  CHECK(tones("c */ if", Language::cpp, inside) == "cccc.kk");
  CHECK(inside == Inside::nothing);
}

TEST_CASE("highlighting: Python keywords and triple-quoted strings") {
  CHECK(python("def f():  # no") == "kkk.......cccc");
  Inside inside = Inside::nothing;
  CHECK(tones("x = \"\"\"a", Language::python, inside) == "....ssss");
  CHECK(tones("b\"\"\" or None", Language::python, inside) == "ssss.kk.kkkk");
}

TEST_CASE("highlighting: an unterminated string ends with its line") { CHECK(cpp("'a") == "ss"); }

TEST_CASE("highlighting: the file name determines the language") {
  CHECK(language_of("jobs.py") == Language::python);
  CHECK(language_of("jobs.cpp") == Language::cpp);
}

}  // namespace
