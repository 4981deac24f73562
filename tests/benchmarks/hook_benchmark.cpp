// What being watched costs: a hook that is off, a hook that writes into its ring, the same with a text, and
// clock_gettime for scale.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <ctime>
#include <string>

#include "hook.hpp"
#include "sim/session.hpp"

namespace {

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

}  // namespace

BENCHMARK_MAIN();
