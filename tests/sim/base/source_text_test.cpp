#include "sim/base/source_text.hpp"

#include <doctest/doctest.h>

#include "tests/sim/support/temporary.hpp"

using namespace qs;
using namespace qs::testing;

TEST_CASE("a source is read from where it was compiled, or else from where it is installed") {
  TemporaryFolder const folder;
  std::filesystem::create_directories(folder / "installed/scenarios");
  write_file(folder / "installed/scenarios/pool.cpp", "installed");
  write_file(folder / "mine.cpp", "mine");
  auto const installed = folder / "installed";
  CHECK(source_text((folder / "mine.cpp").string(), installed) == "mine");
  CHECK(source_text("/no/such/folder/scenarios/pool.cpp", installed) == "installed");
  CHECK(source_text("sim/scenarios/pool.cpp", installed) == "installed");
  std::filesystem::create_directories(folder / "installed/scenarios/bugs");
  write_file(folder / "installed/scenarios/bugs/race.cpp", "deeper");
  CHECK(source_text("/no/such/folder/scenarios/bugs/race.cpp", installed) == "deeper");
  CHECK_FALSE(source_text("/no/such/folder/pool.cpp", installed));
  CHECK_FALSE(source_text("", installed));
}
