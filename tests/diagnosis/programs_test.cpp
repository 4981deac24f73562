// Records each program of this folder and compares what is found with what its first comment expects.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/diagnosis/tool.hpp"
#include "tests/sim/support/temporary.hpp"

using qs::testing::read_file;
using qs::testing::TemporaryFolder;

namespace {

struct Expected {
  std::string program;  ///< "ends/stopped"
  std::string binary;
  std::string finding;
  std::vector<std::string> says, never_says;
  std::string deadline = "1.5";
};

std::string trimmed(std::string const& text) {
  auto const begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

/// One line, and one space between words, as no line break of the terminal counts.
std::string flat(std::string const& text) {
  std::istringstream words(text);
  std::string all;
  for (std::string word; words >> word;) all += (all.empty() ? "" : " ") + word;
  return all;
}

void read_expectation(Expected& expected, std::string const& part) {
  auto const colon = part.find(':');
  if (colon == std::string::npos) return;
  auto const key = trimmed(part.substr(0, colon)), value = trimmed(part.substr(colon + 1));
  if (key == "expect") expected.finding = value;
  if (key == "says") expected.says.push_back(value);
  if (key == "not") expected.never_says.push_back(value);
  if (key == "deadline") expected.deadline = value;
}

Expected expectation_of(std::string const& program, std::string const& binary) {
  Expected expected{.program = program, .binary = binary, .finding = {}, .says = {}, .never_says = {}};
  std::istringstream source(read_file(std::string(DIAGNOSIS_SOURCES) + "/" + program + ".cpp"));
  for (std::string line; std::getline(source, line) && line.starts_with("//");) {
    bool const is_expectation = line.starts_with("// expect:") || line.starts_with("// says:") ||
                                line.starts_with("// not:") || line.starts_with("// deadline:");
    if (!is_expectation) continue;
    std::istringstream parts(line.substr(2));
    for (std::string part; std::getline(parts, part, '|');) read_expectation(expected, part);
  }
  return expected;
}

std::vector<Expected> all_programs() {
  std::vector<Expected> all;
  std::istringstream list(DIAGNOSIS_PROGRAMS);
  for (std::string name; std::getline(list, name, ',');) {
    all.push_back(expectation_of(name, tests::program(name)));
  }
  return all;
}

/// The diagnosis of a run, as `why --json` has it; what the tool writes on stderr otherwise.
std::string diagnosis_of(Expected const& expected, std::filesystem::path const& folder) {
  auto const base = (folder / std::to_string(std::hash<std::string>{}(expected.program))).string();
  tests::run_tool("record --quiet --deadline " + expected.deadline + " -o " + base + ".qtrace -- " + expected.binary,
                  base + ".out");
  bool const told = tests::run_tool("why --json " + base + ".qtrace", base + ".json") == 0;
  return read_file(base + (told ? ".json" : ".out"));
}

}  // namespace

TEST_CASE("programs: each run is diagnosed as its author expects") {
  auto const programs = all_programs();
  REQUIRE(programs.size() >= 30);
  TemporaryFolder const folder;
  constexpr std::size_t at_once = 6;  // they sleep more than they run
  for (std::size_t first = 0; first < programs.size(); first += at_once) {
    std::vector<std::future<std::string>> runs;
    auto const last = std::min(programs.size(), first + at_once);
    for (std::size_t i = first; i < last; ++i)
      runs.push_back(std::async(std::launch::async, [&, i] { return diagnosis_of(programs[i], folder / ""); }));
    for (std::size_t i = first; i < last; ++i) {
      auto const& expected = programs[i];
      std::string const answer = runs[i - first].get();
      CAPTURE(expected.program);
      INFO(answer);
      auto const diagnosis = nlohmann::json::parse(answer, nullptr, false);
      REQUIRE(!diagnosis.is_discarded());
      auto const& findings = diagnosis.at("findings");
      REQUIRE(!expected.finding.empty());
      CHECK((findings.empty() ? "nothing" : findings[0].at("mistake").get<std::string>()) == expected.finding);
      std::string words = diagnosis.at("headline").get<std::string>();
      if (!findings.empty()) {
        for (char const* part : {"title", "cause", "remedy"}) words += " " + findings[0].at(part).get<std::string>();
      }
      words = flat(words);
      for (auto const& part : expected.says) CHECK_MESSAGE(words.find(part) != std::string::npos, part);
      for (auto const& part : expected.never_says) CHECK_MESSAGE(words.find(part) == std::string::npos, part);
    }
  }
}
