#include <doctest/doctest.h>

#include "sim/base/names.hpp"

using qs::name_stem;
using qs::trimmed;

TEST_CASE("names: numbered actors share one stem, and other digits are kept") {
  CHECK(name_stem("worker-1") == name_stem("worker-12"));
  CHECK(name_stem("worker-1 feeder of jobs") == name_stem("worker-2 feeder of jobs"));
  CHECK(name_stem("worker-1 feeder of jobs") != name_stem("worker-1 feeder of results"));
  CHECK(name_stem("stage1-worker") != name_stem("stage2-worker"));
  CHECK(name_stem("main") == "main");
  CHECK(name_stem("42") == "");
}

TEST_CASE("names: characters are trimmed at both ends only") {
  CHECK(trimmed("  a b\t\n") == "a b");
  CHECK(trimmed(" \r\n") == "");
  CHECK(trimmed("\"a\" ", " \"") == "a");
}
