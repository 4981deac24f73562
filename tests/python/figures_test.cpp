// When all is still, the model's figures are CPython's own and the kernel's.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/trace/trace_file.hpp"
#include "tests/sim/support/recorded.hpp"
#include "tests/sim/support/temporary.hpp"

using qs::Resource;

TEST_CASE("the model of a Python program agrees with CPython's objects and the kernel") {
  qs::testing::TemporaryFolder const folder;
  qs::RunOptions options;
  options.command = {PYTHON, std::string(PROGRAMS) + "/figures.py", (folder / "figures.json").string()};
  options.deadline = std::chrono::seconds(5);
  tests::Recorded const recorded(options);
  std::ifstream file(folder / "figures.json");
  REQUIRE(file);
  auto const figures = nlohmann::json::parse(file);
  std::map<std::string, Resource> const semaphores = {{"slot", Resource::slot},
                                                      {"unfinished", Resource::unfinished},
                                                      {"read_lock", Resource::read_lock},
                                                      {"write_lock", Resource::write_lock},
                                                      {"condition_lock", Resource::condition_lock}};
  for (auto const& [name, known] : figures.items()) {
    auto const& queue = recorded.queue(name);
    for (auto const& [what, value] : known.items()) {
      CAPTURE(name);
      CAPTURE(what);
      std::int64_t const modelled =
          what == "bytes" ? static_cast<std::int64_t>(queue.pipe_bytes) : queue.semaphore(semaphores.at(what));
      CHECK(modelled == value.get<std::int64_t>());
    }
  }
}
