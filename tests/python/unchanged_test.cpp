// A recorded Python program does what it does without us: the same output, errors and exit code.
#include <doctest/doctest.h>

#include <string>

#include "sim/trace/trace_file.hpp"
#include "tests/sim/support/calls.hpp"

using qs::testing::Answer;
using qs::testing::call;
using qs::testing::has;
using qs::testing::read_file;
using qs::testing::TemporaryFolder;
using qs::testing::write_file;

namespace {

/// Without us.
Answer run_alone(TemporaryFolder const& folder, std::string const& command) {
  std::string const line =
      "cd '" + (folder / "").string() + "' && timeout -s KILL 60 " + command + " > out 2> err < /dev/null";
  int const status = std::system(line.c_str());
  return {qs::exit_code_of(status), read_file(folder / "out"), read_file(folder / "err")};
}

void check_unchanged(std::string const& command) {
  CAPTURE(command);
  TemporaryFolder const folder;
  Answer const alone = run_alone(folder, command);
  REQUIRE(alone.code >= 0);
  Answer const recorded = call(folder, "record --quiet -o r.qtrace -- " + command);
  CHECK(recorded.out == alone.out);
  CHECK(recorded.err == alone.err);
  qs::Trace const trace = qs::read_trace((folder / "r.qtrace").string());
  CHECK(trace.run.exit_code == alone.code);
  CHECK(trace.complete);
  CHECK(trace.lost == 0);
  CHECK(!trace.queues.empty());
}

}  // namespace

TEST_CASE("the classics have the same output and exit code when recorded") {
  for (char const* file : {"joinable_daemon.py", "consumer_pool.py", "sentinel.py", "sentinel_per_consumer.py"}) {
    check_unchanged(std::string(PYTHON) + " " + CLASSICS + "/" + file);
  }
}

TEST_CASE("a program that uses everything has the same output and exit code when recorded, by any start method") {
  for (char const* method : {"fork", "spawn", "forkserver"}) {
    check_unchanged(std::string(PYTHON) + " " + PROGRAMS + "/correct_everything.py " + method);
    check_unchanged(std::string(PYTHON) + " " + PROGRAMS + "/correct_objects.py " + method);
  }
}

TEST_CASE("pools and executors have the same output and exit code when recorded") {
  check_unchanged(std::string(PYTHON) + " " + PROGRAMS + "/correct_pool.py");
  check_unchanged(std::string(PYTHON) + " " + PROGRAMS + "/correct_executor.py");
}

TEST_CASE("signals, tracebacks, sys.path and the environment are unchanged when recorded") {
  check_unchanged(std::string(PYTHON) + " -B " + PROGRAMS + "/interrupted.py");
}

TEST_CASE("another sitecustomize is still found") {
  TemporaryFolder const folder;
  write_file(folder / "sitecustomize.py", "print('mine')\n");
  write_file(folder / "empty.py", "import sitecustomize; print(sitecustomize.__file__)\n");
  std::string const command = std::string("env PYTHONPATH=. ") + PYTHON + " -B empty.py";
  Answer const alone = run_alone(folder, command);
  REQUIRE(has(alone.out, "mine"));
  CHECK(call(folder, "record --quiet -o r.qtrace -- " + command).out == alone.out);
}

TEST_CASE("one sentence says why nothing was recorded") {
  TemporaryFolder const folder;
  write_file(folder / "plain.py", "print(1)\n");
  write_file(folder / "wrong.py", "print(1\n");
  CHECK(has(call(folder, "run --quiet plain.py").err, "used no queue and no process of multiprocessing"));
  CHECK(has(call(folder, "run --quiet wrong.py").err, "failed before it used a queue"));
  CHECK(
      has(call(folder, "run --quiet -- python3 -I plain.py").err, "with -I Python ignores the environment variables"));
  CHECK(has(call(folder, "run --quiet missing.py").err, "cannot open 'missing.py': no such file"));
}

TEST_CASE("with --no-values no value is in the trace") {
  TemporaryFolder const folder;
  write_file(folder / "secret.py",
             "import multiprocessing\nq = multiprocessing.Queue()\nq.put('password')\nprint(q.get())\n");
  CHECK(has(call(folder, "run --quiet -o r.qtrace secret.py").out, "password"));
  CHECK(has(call(folder, "events r.qtrace").out, "password"));
  call(folder, "run --quiet --no-values -o r.qtrace secret.py");
  CHECK(!has(call(folder, "events r.qtrace").out, "password"));
}
