#include <mp/expect.hpp>

#include <string_view>

#include <doctest/doctest.h>

#include <mp/process.hpp>

#include "tests/support/processes.hpp"

TEST_CASE("expect: a failed expectation throws its text and location") {
  CHECK_NOTHROW(mp::expect(true, "one is one"));
  auto const line = static_cast<unsigned>(__LINE__) + 2;
  try {
    mp::expect(false, "both additions count");
    FAIL("it went on");
  } catch (mp::Error const& error) {
    CHECK(std::string_view(error.kind()) == "ExpectationFailed");
    CHECK(std::string_view(error.what()) == "both additions count");
    CHECK(std::string_view(error.where().file_name()).ends_with("expect_test.cpp"));
    CHECK(error.where().line() == line);
  }
}

TEST_CASE("expect: if uncaught, it is reported like any exception, with exit code 1") {
  auto const ended = tests::run_apart([] {
    mp::Process process{[] { mp::expect(false, "the sum is right"); }, {.name = "adder"}};
    process.start();
    process.join();
    if (process.exitcode() != 1) std::exit(9);
  });
  CHECK(ended.code == 0);
  for (char const* words : {"adder", "mp::ExpectationFailed: the sum is right", "expect_test.cpp:"}) {
    CAPTURE(words);
    CHECK(ended.err.find(words) != std::string::npos);
  }
}
