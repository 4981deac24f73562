// Which sessions a program accepts, and that it survives what the other side does to the session's memory.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include <mp/queue.hpp>

#include "tests/queue/trace/own_session.hpp"
#include "tests/support/processes.hpp"
#include "trace/hook.hpp"
#include "trace/mapped_session.hpp"

namespace {

/// The output of a program that is started with this value of QUEUESCOPE_SESSION; "accepted" if it would be recorded.
std::string answer_to(std::string const& variable) {
  auto const ended = tests::run_apart([&] {
    setenv(mp::trace::session_variable, variable.c_str(), 1);
    _exit(mp::hook::map_session() ? 0 : 3);
  });
  if (ended.code == 0) return "accepted";
  CHECK(ended.code == 3);
  return ended.err;
}

std::string answer_to(tests::OwnSession const& session) { return answer_to(std::to_string(session.descriptor())); }

std::string answer_after(std::function<void(mp::trace::Header&)> const& change) {
  tests::OwnSession const session;
  change(session.header());
  return answer_to(session);
}

bool says(std::string const& answer, char const* words) { return answer.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("session: a valid session is accepted, others are rejected with the reason") {
  CHECK(answer_after([](mp::trace::Header&) {}) == "accepted");
  CHECK(says(answer_to("seven"), "is not a number"));
  CHECK(says(answer_to("-1"), "is not a number"));
  CHECK(says(answer_to("999"), "is not open"));
  CHECK(says(answer_after([](auto& header) { header.magic[0] = 'X'; }), "does not refer to a session"));
  CHECK(says(answer_after([](auto& header) { ++header.version; }), "another version"));
  CHECK(says(answer_after([](auto& header) { header.actors = 0; }), "is damaged"));
  CHECK(says(answer_after([](auto& header) { header.actors = 0x10000; }), "is damaged"));
  CHECK(says(answer_after([](auto& header) { header.locations = 0; }), "is damaged"));
  CHECK(says(answer_after([](auto& header) { header.ring_events = 255; }), "is damaged"));
  CHECK(says(answer_after([](auto& header) { header.ring_events = 8; }), "is damaged"));
  CHECK(says(answer_after([](auto& header) { header.ring_events *= 2; }), "does not match"));
  CHECK(says(answer_after([](auto& header) { header.locations = 0xffffffff; }), "does not match"));
  CHECK(says(answer_to(tests::OwnSession(0)), "is not sealed"));
}

TEST_CASE("session: a program survives that its session is overwritten") {
  tests::OwnSession const session;
  auto const ended = tests::run_apart([&] {
    mp::hook::record_into(session.view());
    mp::Queue<int> queue{{.mechanism = mp::Mechanism::hardened}};
    for (int const byte : {0xff, 0x80, 0x01}) {
      auto const gate = session.header().gate.load();
      std::memset(static_cast<void*>(session.view().header), byte, session.view().size());
      session.header().gate = gate;  // closed, it would wait for its controller
      for (int item = 0; item < 300; ++item) {
        queue.put(item);
        tests::must(queue.get() == item);
      }
      std::thread([&] { queue.put(1); }).join();
      tests::must(queue.get() == 1);
    }
    std::_Exit(0);
  });
  CHECK(ended.code == 0);
  CHECK(ended.err == "");
}

TEST_CASE("session subject: exits with 0 if a session in the environment is accepted" * doctest::skip()) {
  std::_Exit(mp::hook::map_session() ? 0 : 3);
}

TEST_CASE("session: a program that runs with more rights than its caller ignores the environment") {
  if (geteuid() != 0) return;  // only root can make such a program
  tests::OwnSession const session;
  auto const folder = std::filesystem::temp_directory_path() / ("queue_tests-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  auto const program = folder / "subject";
  std::filesystem::copy_file("/proc/self/exe", program);
  auto const exit_code = [&] {
    pid_t const child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      setenv(mp::trace::session_variable, std::to_string(session.descriptor()).c_str(), 1);
      execl(program.c_str(), program.c_str(), "--no-skip", "--test-case=session subject*", nullptr);
      _exit(126);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  };
  CHECK(exit_code() == 0);
  constexpr uid_t somebody = 65534;
  REQUIRE(chown(program.c_str(), somebody, somebody) == 0);
  REQUIRE(chmod(program.c_str(), 04755) == 0);
  int const with_other_rights = exit_code();
  std::filesystem::remove_all(folder);
  CHECK(with_other_rights == 3);
}
