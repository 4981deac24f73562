// What `explore` and `run --schedule` make of threads that the library does not know, and `record` of a silence.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/diagnosis/tool.hpp"
#include "tests/sim/support/temporary.hpp"

using namespace tests;
using qs::testing::read_file;
using qs::testing::TemporaryFolder;

TEST_CASE("explore: a thread that has not used a queue yet is waited for, and no deadlock is found") {
  TemporaryFolder const folder;
  auto const out = (folder / "out").string();
  CHECK(run_tool("explore --runs 1 -- " + program("correct/thread_will_come"), out) == 0);
  CHECK_MESSAGE(read_file(out).find("No bad ending was found") != std::string::npos, read_file(out));
}

TEST_CASE("run --schedule: a thread that has not used a queue yet is waited for") {
  TemporaryFolder const folder;
  auto const out = (folder / "out").string();
  CHECK(run_tool("run --quiet --schedule '' -- " + program("correct/thread_will_come"), out) == 0);
}

TEST_CASE("explore: who joins threads that wait for ever is a part of the deadlock") {
  TemporaryFolder const folder;
  auto const out = (folder / "out").string();
  run_tool("explore --runs 1 -- " + program("messages/mark_for_each_thread"), out);
  CHECK_MESSAGE(read_file(out).find("too few sentinels: 1 for 2 consumers") != std::string::npos, read_file(out));
}

TEST_CASE("record without a deadline says that nobody can go on, and keeps the program until it is interrupted") {
  TemporaryFolder const folder;
  auto const out = (folder / "out").string();
  auto const tool = std::string("timeout -s INT 6 ") + QUEUESCOPE_CLI + " record -o " + (folder / "t.qtrace").string();
  run_command(tool + " -- " + program("ends/crash_with_item") + " > " + out + " 2>&1");
  auto const said = read_file(out);
  CHECK_MESSAGE(said.find("no one can take a step: main is blocked for ever: thumbnailer died of SIGSEGV") <
                    said.find("Recorded"),
                said);
}
