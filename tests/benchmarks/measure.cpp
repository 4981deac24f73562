#include "measure.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <thread>

namespace benchmarks {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// Who takes so long beyond the time that was asked for is stuck.
constexpr auto stall_timeout = 20s;

double seconds(std::chrono::nanoseconds time) { return Seconds(time).count(); }

class Running {
 public:
  Running(Peer const& peer, Cell const& cell, std::chrono::nanoseconds time)
      : cell_(cell), time_(time), team_(places(cell)) {
    queues_ = peer.start(cell, team_);
  }

  Measured throughput() {
    begin();
    while (!finished() || got() < put()) {
      look("put " + std::to_string(put()) + ", got " + std::to_string(got()));
      // Producers without a bound are ahead: they stop when what has been put will take the time asked for.
      auto const so_far = elapsed();
      double const expected = seconds(so_far) * double(put()) / double(std::max<std::uint64_t>(got(), 1));
      if (so_far > time_ / 4 && expected > seconds(time_)) team_.board().stop = 1;
    }
    return result(put());
  }

  Measured round_trip() {
    begin();
    auto const& count = team_.places()[0].count;
    while (elapsed() < time_ || count < 10) look(std::to_string(count) + " round trips");
    team_.board().stop = 1;
    while (!team_.places()[0].finished) look("the last round trip");
    auto measured = result(count);
    auto const samples = std::span(team_.board().samples).first(count);
    std::sort(samples.begin(), samples.end());
    measured.median = samples[samples.size() / 2] * 1e-9;
    measured.p99 = samples[samples.size() * 99 / 100] * 1e-9;
    return measured;
  }

  Measured waiting() {
    team_.open();
    std::this_thread::sleep_for(200ms);  // until the queue is full, and everybody asleep
    restart();
    std::this_thread::sleep_for(3 * time_);  // who wakes now and then is to be seen
    auto measured = result(0);
    measured.processor_time = seconds(used_) / measured.seconds / double(team_.places().size());
    return measured;
  }

 private:
  static std::size_t places(Cell const& cell) {
    return cell.kind == Kind::round_trip ? 2 : std::size_t(cell.shape.producers + cell.shape.consumers);
  }
  std::span<Place> producers() const { return team_.places().first(std::size_t(cell_.shape.producers)); }
  std::span<Place> consumers() const { return team_.places().subspan(std::size_t(cell_.shape.producers)); }
  static std::uint64_t sum(std::span<Place> places) {
    std::uint64_t count = 0;
    for (auto const& place : places) count += place.count.load(std::memory_order_relaxed);
    return count;
  }
  std::uint64_t put() const { return sum(producers()); }
  std::uint64_t got() const { return sum(consumers()); }
  bool finished() const {
    return std::all_of(producers().begin(), producers().end(), [](Place const& place) { return place.finished != 0; });
  }

  void begin() {
    team_.open();
    restart();
  }
  void restart() {
    used_ = team_.processor_time();
    begin_ = steady_clock::now();
  }
  steady_clock::duration elapsed() const { return steady_clock::now() - begin_; }
  void look(std::string const& how_far) const {
    team_.check();
    if (elapsed() > time_ + stall_timeout) throw std::runtime_error("stuck after " + how_far + "; " + team_.states());
    std::this_thread::sleep_for(1ms);
  }
  Measured result(std::uint64_t items) {
    Measured measured;
    measured.seconds = seconds(elapsed());
    used_ = team_.processor_time() - used_;
    measured.rate = double(items) / measured.seconds;
    measured.processor_time = seconds(used_) / double(std::max<std::uint64_t>(items, 1));
    measured.memory = double(team_.proportional_memory());
    measured.peak = double(team_.peak_memory());
    return measured;
  }

  Cell cell_;
  std::chrono::nanoseconds time_;
  std::shared_ptr<void> queues_;  // outlives the processes
  Team team_;
  steady_clock::time_point begin_;
  std::chrono::nanoseconds used_{};
};

}  // namespace

Measured measure(Peer const& peer, Cell const& cell, std::chrono::nanoseconds time) {
  Running running(peer, cell, time);
  switch (cell.kind) {
    case Kind::round_trip: return running.round_trip();
    case Kind::waiting: return running.waiting();
    case Kind::throughput: break;
  }
  return running.throughput();
}

}  // namespace benchmarks
