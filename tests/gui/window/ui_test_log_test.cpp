#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "gui/window/ui_test_log.hpp"

namespace {

using qs::gui::UiTestLog;

TEST_CASE("UI test log: a line is written only when something changed") {
  auto const path = std::filesystem::temp_directory_path() / ("queuescope-report-" + std::to_string(getpid()));
  {
    UiTestLog report(path.string());
    report.widget("run", {10, 20, 30, 50});
    report.write({{"step", 1}}, 16);
    report.widget("run", {10, 20, 30, 50});
    report.write({{"step", 1}}, 17);
    report.write({{"step", 2}}, 16);
  }
  std::vector<nlohmann::json> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["widgets"]["run"] == nlohmann::json({10, 20, 20, 30}));
  CHECK(lines[1]["step"] == 2);
  CHECK(lines[1]["widgets"].empty());
  std::filesystem::remove(path);
}

TEST_CASE("UI test log: without a file nothing is written, and an invalid path is refused") {
  UiTestLog report("");
  CHECK_FALSE(report.wanted());
  report.write({{"step", 1}}, 16);
  CHECK_THROWS_AS(UiTestLog("/no such folder/report"), std::runtime_error);
}

}  // namespace
