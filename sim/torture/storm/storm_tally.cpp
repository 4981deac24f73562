#include "sim/torture/storm/storm_tally.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qs::storm {

namespace {

/// What all logs say about one item.
struct Seen {
  std::uint8_t first = 0, again = 0, finishing = 0, finished = 0;
};
using SeenItems = std::vector<std::vector<Seen>>;  ///< by producer and sequence

void read_log(Log const& log, SeenItems& seen, StormTally& sum) {
  std::vector<std::uint64_t> last(seen.size());
  for (std::size_t at = 0; at < log.size(); ++at) {
    std::uint64_t const entry = log[at].load();
    if (entry == 0) return;
    auto const producer = Got::producer(entry);
    auto const sequence = Got::sequence(entry);
    if (producer >= seen.size() || sequence >= seen[producer].size()) {
      sum.broken.push_back(fmt::format("item {} of producer {} was got, and never put", sequence, producer));
      continue;
    }
    Seen& item = seen[producer][sequence];
    bool const again = (entry & Got::redelivered) != 0;
    ++(again ? item.again : item.first);
    item.finishing = static_cast<std::uint8_t>(item.finishing + ((entry & Got::finishing) != 0));
    item.finished = static_cast<std::uint8_t>(item.finished + ((entry & Got::finished) != 0));
    if (again) continue;
    if (sequence <= last[producer]) ++sum.out_of_order;
    last[producer] = std::max(last[producer], sequence);
  }
}

struct Which {
  std::uint32_t producer;
  std::uint64_t sequence;
};

void add(StormTally& sum, StormOptions const& options, Which which, Seen const& item, bool put) {
  int const gets = item.first + item.again;
  sum.again += item.again;
  if (item.first > 1 || item.finished > 1 || (!options.redeliver && gets > 1)) {
    if (++sum.twice <= 5) {
      sum.broken.push_back(
          fmt::format("item {} of producer {} was got {} times as new and {} times again, and done {} times",
                      which.sequence, which.producer, item.first, item.again, item.finished));
    }
  }
  if (gets == 0) {
    ++(put ? sum.lost : sum.missing_half_put);
    return;
  }
  ++sum.got;
  if (!put) ++sum.half_put;
  if (!options.joinable || item.finished != 0) return;
  ++(item.finishing != 0 ? sum.half_done : sum.undone);
}

}  // namespace

StormTally tally(StormOptions const& options, Board const& board, std::vector<std::unique_ptr<Log>> const& logs,
                 Deaths const& deaths, std::uint64_t tasks_lost) {
  StormTally sum;
  SeenItems seen(options.producers);
  for (std::uint32_t producer = 0; producer < options.producers; ++producer) {
    seen[producer].resize(board.producer[producer].begun.load() + 1);
  }
  for (auto const& log : logs) read_log(*log, seen, sum);
  for (std::uint32_t producer = 0; producer < options.producers; ++producer) {
    for (std::uint64_t sequence = 1; sequence < seen[producer].size(); ++sequence) {
      bool const put = !deaths.putting.contains({producer, sequence});
      sum.put += put;
      add(sum, options, {producer, sequence}, seen[producer][sequence], put);
    }
  }

  auto const broken = [&](bool is, std::string const& words) {
    if (is) sum.broken.push_back(words);
  };
  broken(sum.twice != 0, fmt::format("{} items were got twice", sum.twice));
  broken(sum.out_of_order != 0, fmt::format("{} items came after a later one of their producer", sum.out_of_order));
  std::uint64_t const may_be_lost = options.redeliver ? 0 : deaths.in_get;
  broken(sum.lost > may_be_lost, fmt::format("{} items are lost, and only {} may be", sum.lost, may_be_lost));
  broken(options.redeliver && sum.undone != 0, fmt::format("{} tasks were not given to anybody else", sum.undone));
  if (options.joinable && !options.redeliver) {
    std::uint64_t const least = sum.lost + sum.undone;
    std::uint64_t const most = least + sum.half_done + sum.missing_half_put;
    constexpr std::uint64_t most_named = 256;
    broken(tasks_lost < std::min(least, most_named) || tasks_lost > most,
           fmt::format("join named {} lost tasks; there are {} to {}", tasks_lost, least, most));
  } else {
    broken(tasks_lost != 0, fmt::format("join named {} lost tasks; there are none", tasks_lost));
  }
  return sum;
}

}  // namespace qs::storm
