// What being watched costs: a hook that is off, a hook that writes into its ring, the same with a text, clock_gettime
// for scale, LTTng-UST where it is installed, and the bytes of an event in a trace file.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <map>
#include <memory>
#include <mp/process.hpp>
#include <mp/queue.hpp>
#include <string>

#include "sim/capture/session.hpp"
#include "sim/process/supervisor.hpp"
#include "sim/run/run.hpp"
#include "sim/trace/trace_file.hpp"
#include "trace/attach.hpp"
#include "trace/hook.hpp"
#ifdef WITH_LTTNG
#include "lttng/lttng_peer.h"
#include "lttng/lttng_session.hpp"
#endif

namespace {

constexpr char const* observed_program = "--observed-program";

/// The recorder's part, without its cost: a ring that is never full.
void drain(qs::Session const& session) {
  auto& slot = session.view().actor(0);
  slot.tail.store(slot.head.load());
}

void off(benchmark::State& state) {
  for (auto _ : state) mp::hook::emit(mp::hook::Kind::buffer_append, {.object = 1, .item = {0, 7}});
}

void on(benchmark::State& state, std::string_view text) {
  static qs::Session const session = [] {
    qs::Session made;
    setenv(mp::trace::session_variable, std::to_string(made.descriptor()).c_str(), 1);
    mp::hook::attach();
    return made;
  }();
  std::uint32_t written = 0;
  for (auto _ : state) {
    mp::hook::emit(mp::hook::Kind::buffer_append, {.object = 1, .item = {0, 7}}, text);
    if (++written % 4096 == 0) drain(session);
  }
  drain(session);
}

void clock_gettime_call(benchmark::State& state) {
  timespec time{};
  for (auto _ : state) {
    clock_gettime(CLOCK_MONOTONIC, &time);
    benchmark::DoNotOptimize(time);
  }
}

BENCHMARK(off);  // first: nothing turns hooks off again
BENCHMARK(clock_gettime_call);
BENCHMARK_CAPTURE(on, without_text, "");
BENCHMARK_CAPTURE(on, with_text, "seven");

#ifdef WITH_LTTNG
void lttng_loop(benchmark::State& state) {
  while (state.KeepRunningBatch(1024)) lttng_events(1024);
}
void lttng_off(benchmark::State& state) { lttng_loop(state); }
void lttng_on(benchmark::State& state) {
  static std::unique_ptr<benchmarks::LttngSession> session;
  try {
    if (!session) session = std::make_unique<benchmarks::LttngSession>();
    lttng_loop(state);
  } catch (std::exception const& error) {
    state.SkipWithError(error.what());
  }
}
BENCHMARK(lttng_off);
BENCHMARK(lttng_on);
#endif

/// A producer, its feeder and a consumer, with texts.
int observed() {
  constexpr int items = 20'000;
  mp::Queue<std::string> queue{{.maxsize = 64, .name = "jobs"}};
  mp::Process consumer{[&] {
    for (int got = 0; got < items; ++got) queue.get();
  }};
  consumer.start();
  for (int put = 0; put < items; ++put) queue.put("job " + std::to_string(put));
  consumer.join();
  return 0;
}

/// Bytes of the trace file of a run, for each of its events.
double bytes_on_disk() {
  auto const path = std::filesystem::temp_directory_path() / fmt::format("hook_benchmark_{}.qtrace", getpid());
  qs::RunOptions options;
  options.command = {std::filesystem::read_symlink("/proc/self/exe"), observed_program};
  options.lossless = true;
  qs::TraceWriter writer(path);
  std::atomic<bool> const stop{false};
  auto const result = qs::run_program(options, {&writer}, stop);
  auto const size = static_cast<double>(std::filesystem::file_size(path));
  std::filesystem::remove(path);
  return size / static_cast<double>(result.events);
}

/// The usual table, and nanoseconds by name, of the medians where there are repetitions.
class Times : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(std::vector<Run> const& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (Run const& run : runs) {
      bool const aggregate = run.run_type == Run::RT_Aggregate;
      if (run.error_occurred || (aggregate && run.aggregate_name != "median")) continue;
      times_[run.run_name.function_name + run.run_name.args] = run.GetAdjustedCPUTime();
    }
  }
  std::map<std::string, double> const& times() const { return times_; }

 private:
  std::map<std::string, double> times_;
};

void print_target(char const* what, double measured, double most, char const* unit) {
  fmt::print("| {} | at most {} {} | {:.1f} {} | {} |\n", what, most, unit, measured, unit,
             measured <= most ? "met" : fmt::format("**missed by a factor of {:.2f}**", measured / most));
}

void print_targets(std::map<std::string, double> const& times) {
  fmt::print("\n| an event | target | measured | |\n| --- | --- | --- | --- |\n");
  auto const print = [&](char const* what, char const* name, double most) {
    if (auto const found = times.find(name); found != times.end()) print_target(what, found->second, most, "ns");
  };
  print("hook off", "off", 2);
  print("hook on", "on/without_text", 20);
  if (times.contains("on/with_text")) {
    fmt::print("| hook on, with a text (two records) | | {:.1f} ns | |\n", times.at("on/with_text"));
  }
  print_target("trace file", bytes_on_disk(), 6, "bytes");
  for (auto const& [ours, theirs] :
       {std::pair{"off", "lttng/lttng_off"}, std::pair{"on/without_text", "lttng/lttng_on"}}) {
    if (times.contains(ours) && times.contains(theirs)) {
      fmt::print("| {} to {} | | {:.2f} x | |\n", ours, theirs, times.at(ours) / times.at(theirs));
    }
  }
#ifndef WITH_LTTNG
  fmt::print("\nLeft out: LTTng-UST; liblttng-ust-dev was not there at the build.\n");
#endif
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], qs::supervise_command) == 0) return qs::supervisor_main(argc, argv);
  if (argc > 1 && std::strcmp(argv[1], observed_program) == 0) return observed();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Times times;
  benchmark::RunSpecifiedBenchmarks(&times);
  unsetenv(mp::trace::session_variable);
  print_targets(times.times());
}
