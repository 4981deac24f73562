// Our queues beside CPython's, boost's and the system's, in one run. Ratios count; the machine's own speed does not.
#include <benchmark/benchmark.h>
#include <fmt/ostream.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "measure.hpp"
#include "report.hpp"

namespace {

using namespace benchmarks;

constexpr char const* usage =
    R"(Usage: queue_benchmark [--quick] [--markdown] [--rounds=N] [--seconds=S] [options of Google Benchmark]

Measures every peer in every cell, in about 5 minutes, and prints ratios and targets. A cell's name is
KIND/PRODUCERSxCONSUMERS/BYTES OF AN ITEM/BOUND/PEER.

  --quick        2 shapes and 2 sizes, one round: about half a minute
  --markdown     only the report on standard output; the progress goes to standard error
  --rounds=N     measures everything so often and takes medians (3)
  --seconds=S    about so long for a cell in a round (0.1)
  --benchmark_filter=REGEX   only these cells, e.g. --benchmark_filter='throughput/1x1/16/.*/(queue-cpython|c-loop)'
  --benchmark_list_tests     all cells
)";

struct Options {
  Extent extent = Extent::all;
  bool markdown = false;
  int rounds = 3;
  double seconds = 0.1;
};

std::optional<Options> options(int& argc, char** argv) {
  Options chosen;
  std::optional<int> rounds;
  int left = 1;
  for (int index = 1; index < argc; ++index) {
    std::string_view const argument = argv[index];
    if (argument == "--help" || argument == "-h") return {};
    if (argument == "--quick") {
      chosen.extent = Extent::quick;
    } else if (argument == "--markdown") {
      chosen.markdown = true;
    } else if (argument.starts_with("--seconds=")) {
      chosen.seconds = std::atof(argv[index] + std::string_view("--seconds=").size());
    } else if (argument.starts_with("--rounds=")) {
      rounds = std::atoi(argv[index] + std::string_view("--rounds=").size());
    } else {
      argv[left++] = argv[index];
    }
  }
  argc = left;
  chosen.rounds = rounds.value_or(chosen.extent == Extent::quick ? 1 : 3);
  return chosen;
}

/// Of a peer without a choice of bounds, one of two.
bool is_own_bound(Peer const& peer, Cell const& cell) {
  return peer.bounds == Bounds::either || cell.kind != Kind::throughput || cell.bound == only_bound(peer.bounds);
}

void run(benchmark::State& state, Peer const& peer, Cell const& cell, Options const& chosen, Results& results) {
  for (auto _ : state) {
    try {
      auto const measured =
          measure(peer, cell, std::chrono::nanoseconds(static_cast<std::int64_t>(chosen.seconds * 1e9)));
      state.SetIterationTime(measured.seconds);
      state.counters["rate"] = measured.rate;
      state.counters["median_us"] = measured.median * 1e6;
      state.counters["p99_us"] = measured.p99 * 1e6;
      state.counters["cpu_us"] = measured.processor_time * 1e6;
      state.counters["pss_MiB"] = measured.memory / (1 << 20);
      state.counters["peak_MiB"] = measured.peak / (1 << 20);
      results.add(peer, cell, measured);
    } catch (std::exception const& error) {
      state.SkipWithError(error.what());
    }
  }
}

/// A line for each cell as it is done.
class Progress : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(Context const&) override { return true; }
  void ReportRuns(std::vector<Run> const& runs) override {
    for (Run const& one : runs) {
      if (one.run_type == Run::RT_Aggregate) continue;
      std::string const cell = one.run_name.function_name;
      if (one.error_occurred) {
        ++failures_;
        fmt::print(GetOutputStream(), "{:<50} FAILED: {}\n", cell, one.error_message);
        continue;
      }
      auto const counter = [&](char const* name) { return one.counters.at(name).value; };
      fmt::print(GetOutputStream(), "{:<50}", cell);
      if (cell.starts_with("throughput")) fmt::print(GetOutputStream(), " {:>12.0f} items/s", counter("rate"));
      if (cell.starts_with("round_trip")) {
        fmt::print(GetOutputStream(), " {:>8.1f} us, p99 {:>8.1f} us", counter("median_us"), counter("p99_us"));
      }
      fmt::print(GetOutputStream(), "  CPU {:.2f} us{}, PSS {:.1f} MiB, peak {:.1f} MiB, in {:.2f} s\n",
                 counter("cpu_us"), cell.starts_with("waiting") ? " a second" : "", counter("pss_MiB"),
                 counter("peak_MiB"), one.real_accumulated_time);
    }
    GetOutputStream().flush();
  }
  int failures() const { return failures_; }

 private:
  int failures_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  auto const chosen = options(argc, argv);
  if (!chosen) {
    std::cout << usage;
    return 0;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;

  Results results(peers());
  auto const absent = absent_peers();
  std::set<std::string> left_out(absent.begin(), absent.end());
  for (auto const& cell : cells(chosen->extent)) {
    for (auto const& peer : results.peers()) {
      if (!is_own_bound(peer, cell)) continue;
      if (auto const reason = peer.refusal(cell); !reason.empty()) {
        left_out.insert(peer.title + ": " + reason);
        continue;
      }
      benchmark::RegisterBenchmark((name(cell) + "/" + peer.id).c_str(),
                                   [&, cell](benchmark::State& state) { run(state, peer, cell, *chosen, results); })
          ->Iterations(1)
          ->UseManualTime();
    }
  }
  Progress progress;
  progress.SetOutputStream(chosen->markdown ? &std::cerr : &std::cout);
  for (int round = 1; round <= chosen->rounds; ++round) {
    progress.GetOutputStream() << "Round " << round << " of " << chosen->rounds << "\n";
    benchmark::RunSpecifiedBenchmarks(&progress);
  }

  fmt::print(std::cout, R"(# How fast

Written by `queue_benchmark --markdown`: {} processors, CPython {}; medians of {} rounds of about {} s for each cell.
Only ratios mean something on another machine. A cell is called producers x consumers / bytes of an item / bound.

)",
             sysconf(_SC_NPROCESSORS_ONLN), PYTHON_VERSION, chosen->rounds, chosen->seconds);
  write_report(std::cout, results);
  if (!left_out.empty()) fmt::print(std::cout, "Left out:\n\n");
  for (auto const& what : left_out) fmt::print(std::cout, "- {}\n", what);
  return progress.failures() == 0 ? 0 : 1;
}
