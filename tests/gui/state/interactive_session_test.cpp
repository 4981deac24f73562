#include "gui/state/interactive_session.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <utility>

#include "gui/state/document.hpp"
#include "sim/trace/trace_file.hpp"
#include "tests/sim/support/story.hpp"
#include "tests/sim/support/temporary.hpp"

using namespace qs;
using namespace qs::gui;

namespace {

/// Runs what a session hands out, to its end. False: the session refused.
bool executed(Document& document, auto const& options) {
  try {
    RunOptions run = options();
    run.supervisor = QUEUESCOPE_CLI;
    document.start(std::move(run));
  } catch (std::logic_error const&) {
    return false;
  }
  while (document.update() != Document::News::ended) std::this_thread::yield();
  return true;
}

}  // namespace

TEST_CASE("the command in an opened trace is never executed") {
  testing::TemporaryFolder const folder;
  auto const marker = folder / "marker", file = folder / "from-somebody.qtrace";
  testing::Story story;
  story.process("main");
  story.trace().decisions = {{.step = 0, .choice = {Choice::What::go, 0}, .enabled = {{Choice::What::go, 0}}}};
  story.trace().run.title = "consumer-pool";
  story.trace().run.ending = RunEnding::deadlock;
  story.trace().run.command = {"/bin/sh", "-c", "touch " + marker.string()};
  write_trace(story.trace(), file);

  Document document;
  document.open(file);
  REQUIRE(document.wait_for_opening(std::chrono::seconds(30)));
  REQUIRE(document.update() == Document::News::opened);
  RunFacts const recorded = document.trace().run;
  REQUIRE(recorded.command == story.trace().run.command);
  InteractiveSession session;
  RunOptions chosen_by_user;
  chosen_by_user.command = recorded.command;
  Document own;
  REQUIRE(executed(own, [&] { return session.begin(chosen_by_user); }));
  REQUIRE(std::filesystem::remove(marker));  // the command works

  session.opened(program_to_repeat(recorded), schedule_of(document.trace()), recorded.ending);
  REQUIRE(session.schedule().size() == 1);
  CHECK_FALSE(session.knows_program());
  CHECK_FALSE(executed(document, [&] { return session.fork(0); }));
  CHECK_FALSE(executed(document, [&] { return session.revisit(0); }));
  CHECK_FALSE(std::filesystem::exists(marker));
  CHECK(why_not_repeated(recorded).ends_with("queuescope step -- /bin/sh -c 'touch " + marker.string() + "'"));
}

TEST_CASE("a command from a trace is shown quoted for the shell") {
  RunFacts recorded;
  recorded.command = {"./app", "a; rm x", "it's", "", "two\nlines"};
  CHECK(why_not_repeated(recorded).ends_with("-- ./app 'a; rm x' 'it'\\''s' '' 'two lines'"));
}

TEST_CASE("a trace that names a scenario is run again as that scenario, whatever command it claims") {
  RunFacts recorded;
  recorded.scenario = "sentinel";
  recorded.parameters = {{"items", "2"}};
  recorded.command = {"/bin/sh", "-c", "touch /tmp/marker"};
  RunOptions const options = program_to_repeat(recorded);
  REQUIRE(options.command.size() > 1);
  CHECK(options.command[0] != "/bin/sh");
  CHECK(options.command[1] == "sentinel");
}

TEST_CASE("a trace whose scenario lacks one of its parameters is not run again") {
  RunFacts recorded;
  recorded.scenario = "sentinel";
  recorded.parameters = {{"no_such_parameter", "2"}};
  CHECK(program_to_repeat(recorded).command.empty());
  recorded.parameters = {{"items", "2; touch /tmp/marker"}};
  CHECK(program_to_repeat(recorded).command.empty());
}
