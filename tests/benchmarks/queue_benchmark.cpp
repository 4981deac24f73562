// One producer process, one consumer process: items a second of our queues, beside CPython's own and beside
// a bare C loop with the same semaphores. Ratios count, in one run; the machine's own speed does not.
//
//   queue_benchmark [--benchmark_repetitions=5] [any other option of Google Benchmark]
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <mp/process.hpp>
#include <mp/queue.hpp>
#include <stdexcept>
#include <string>

#include "semaphore_loop.hpp"

namespace {

template <typename Queue>
double ours(std::size_t size, int count) {
  Queue queue;
  mp::Process producer{[&] {
    std::string const item(size, 'x');
    for (int sent = 0; sent < count; ++sent) queue.put(item);
  }};
  producer.start();
  queue.get();
  auto const start = std::chrono::steady_clock::now();
  for (int got = 1; got < count; ++got) benchmark::DoNotOptimize(queue.get());
  std::chrono::duration<double> const elapsed = std::chrono::steady_clock::now() - start;
  producer.join();
  return elapsed.count() * count / (count - 1);
}

double cpython(char const* kind, std::size_t size, int count) {
  std::string const command =
      std::string(PYTHON " " PYTHON_PEER " ") + kind + " " + std::to_string(size) + " " + std::to_string(count);
  FILE* const output = popen(command.c_str(), "r");
  double seconds = 0;
  bool const read = output != nullptr && std::fscanf(output, "%lf", &seconds) == 1;
  if (output != nullptr) pclose(output);
  if (!read) throw std::runtime_error("CPython's side did not answer: " + command);
  return seconds;
}

/// `run(size, count)` returns seconds.
void measure(benchmark::State& state, int count, auto const& run) {
  auto const size = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) state.SetIterationTime(run(size, count));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * count);
}

void C_loop(benchmark::State& state) { measure(state, 100'000, benchmarks::semaphore_loop); }
void Queue(benchmark::State& state) { measure(state, 100'000, ours<mp::Queue<std::string>>); }
void SimpleQueue(benchmark::State& state) { measure(state, 100'000, ours<mp::SimpleQueue<std::string>>); }
void CPython_Queue(benchmark::State& state) {
  measure(state, 20'000, [](std::size_t size, int count) { return cpython("queue", size, count); });
}
void CPython_SimpleQueue(benchmark::State& state) {
  measure(state, 20'000, [](std::size_t size, int count) { return cpython("simple", size, count); });
}

#define SIZES ->Arg(16)->Arg(1024)->Arg(8192)->UseManualTime()->Unit(benchmark::kMillisecond)
BENCHMARK(C_loop) SIZES;
BENCHMARK(Queue) SIZES;
BENCHMARK(SimpleQueue) SIZES;
BENCHMARK(CPython_Queue) SIZES;
BENCHMARK(CPython_SimpleQueue) SIZES;
#undef SIZES

/// The usual table, and then the ratios to the two peers, of the medians where there are repetitions.
class Ratios : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(std::vector<Run> const& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (Run const& run : runs) {
      bool const aggregate = run.run_type == Run::RT_Aggregate;
      if (aggregate && run.aggregate_name != "median") continue;
      auto const rate = run.counters.find("items_per_second");
      if (rate != run.counters.end()) rates_[run.run_name.args][run.run_name.function_name] = rate->second;
    }
  }
  void Finalize() override {
    for (auto const& [size, by_name] : rates_) {
      for (char const* name : {"Queue", "SimpleQueue"}) {
        std::printf("%5s bytes  %-12s", size.c_str(), name);
        for (char const* peer : {"C_loop", "CPython_Queue", "CPython_SimpleQueue"}) {
          if (by_name.contains(name) && by_name.contains(peer)) {
            std::printf("  %8.2f x %s", by_name.at(name) / by_name.at(peer), peer);
          }
        }
        std::printf("\n");
      }
    }
  }

 private:
  std::map<std::string, std::map<std::string, double>> rates_;
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  Ratios reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
}
