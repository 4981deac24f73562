#include "report.hpp"

#include <fmt/ostream.h>

#include <algorithm>
#include <functional>
#include <set>

#include "targets.hpp"

namespace benchmarks {

namespace {

template <typename T>
std::optional<T> median(std::vector<T> values, auto const& key) {
  if (values.empty()) return {};
  auto const middle = values.begin() + std::ptrdiff_t(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end(), [&](T const& a, T const& b) { return key(a) < key(b); });
  return *middle;
}

}  // namespace

std::vector<Measured> Results::rounds(std::string const& id, Cell cell) const {
  auto const peer = std::find_if(peers_.begin(), peers_.end(), [&](Peer const& one) { return one.id == id; });
  auto const cells = by_peer_.find(id);
  if (peer == peers_.end() || cells == by_peer_.end()) return {};
  if (cell.kind == Kind::throughput && peer->bounds != Bounds::either) cell.bound = only_bound(peer->bounds);
  auto const found = cells->second.find(cell);
  return found == cells->second.end() ? std::vector<Measured>() : found->second;
}

std::optional<Measured> Results::find(std::string const& id, Cell const& cell) const {
  return median(rounds(id, cell), [](Measured const& measured) { return measured.rate; });
}

std::vector<Cell> Results::cells() const {
  std::set<Cell> all;
  for (auto const& [id, cells] : by_peer_) {
    for (auto const& [cell, measured] : cells) all.insert(cell);
  }
  return {all.begin(), all.end()};
}

std::optional<double> ratio(Results const& results, std::string const& peer, std::string const& other,
                            Cell const& cell) {
  auto const mine = results.rounds(peer, cell), theirs = results.rounds(other, cell);
  std::vector<double> ratios;
  for (std::size_t round = 0; round < std::min(mine.size(), theirs.size()); ++round) {
    ratios.push_back(cell.kind == Kind::round_trip ? theirs[round].median / mine[round].median
                                                   : mine[round].rate / theirs[round].rate);
  }
  return median(std::move(ratios), std::identity());
}

namespace {

std::string number(double value) {
  if (value >= 100) return fmt::format("{:.0f}", value);
  return value >= 10 ? fmt::format("{:.1f}", value) : fmt::format("{:.2f}", value);
}
std::string times(double value) { return number(value) + " x"; }
std::string rate(double value) {
  if (value >= 1e6) return number(value / 1e6) + " M/s";
  return value >= 1e3 ? number(value / 1e3) + " k/s" : number(value) + " /s";
}
std::string duration(double seconds) {
  if (seconds >= 1e-3) return number(seconds * 1e3) + " ms";
  return seconds >= 1e-6 ? number(seconds * 1e6) + " µs" : number(seconds * 1e9) + " ns";
}
std::string memory(double bytes) { return number(bytes / (1 << 20)) + " MiB"; }

/// Printed under its title when it has rows.
class Table {
 public:
  Table(std::string title, std::vector<std::string> head) : title_(std::move(title)), head_(std::move(head)) {}
  void row(std::vector<std::string> fields) { rows_.push_back(std::move(fields)); }
  void print(std::ostream& out) const {
    if (rows_.empty()) return;
    fmt::print(out, "{}:\n\n", title_);
    print(out, head_);
    print(out, std::vector<std::string>(head_.size(), "---"));
    for (auto const& fields : rows_) print(out, fields);
    fmt::print(out, "\n");
  }

 private:
  static void print(std::ostream& out, std::vector<std::string> const& fields) {
    fmt::print(out, "| {} |\n", fmt::join(fields, " | "));
  }
  std::string title_;
  std::vector<std::string> head_;
  std::vector<std::vector<std::string>> rows_;
};

std::vector<std::size_t> sizes_in(Results const& results) {
  std::set<std::size_t> sizes;
  for (auto const& cell : results.cells()) {
    if (cell.kind != Kind::waiting) sizes.insert(cell.size);
  }
  return {sizes.begin(), sizes.end()};
}

/// `field(measured)` of each peer in the cell for each size.
Table by_size(Results const& results, std::string title, Cell cell, auto const& field) {
  std::vector<std::string> head{""};
  auto const sizes = sizes_in(results);
  for (auto const size : sizes) head.push_back(words(size));
  Table table(std::move(title), head);
  for (auto const& peer : results.peers()) {
    std::vector<std::string> row{peer.title};
    bool any = false;
    for (auto const size : sizes) {
      cell.size = size;
      auto const found = results.find(peer.id, cell);
      any = any || found;
      row.push_back(found ? field(*found) : "");
    }
    if (any) table.row(row);
  }
  return table;
}

Table ratios(Results const& results, Peer const& own) {
  std::vector<std::string> head{""};
  auto const sizes = sizes_in(results);
  for (auto const size : sizes) head.push_back("1x1, " + words(size));
  head.insert(head.end(), {"least of all shapes", "where"});
  Table table("Throughput of " + own.title + " against", head);
  for (auto const& peer : results.peers()) {
    if (peer.id == own.id) continue;
    std::vector<std::string> row{peer.title};
    for (auto const size : sizes) {
      auto const one = ratio(results, own.id, peer.id, {.size = size});
      row.push_back(one ? times(*one) : "");
    }
    std::optional<double> least;
    std::string where;
    for (auto const& cell : results.cells()) {
      if (cell.kind != Kind::throughput) continue;
      auto const one = ratio(results, own.id, peer.id, cell);
      if (!one || (least && *least <= *one)) continue;
      least = one;
      where = name(cell);
    }
    if (!least) continue;
    row.insert(row.end(), {times(*least), where.substr(where.find('/') + 1)});
    table.row(row);
  }
  return table;
}

Table targets_of(Results const& results, std::string const& mechanism) {
  Table table("Targets, Mechanism::" + mechanism, {"target", "measured, at the worst", "where", ""});
  for (auto const& target : targets(results, mechanism)) {
    if (!target.measured) continue;
    double const by = target.at_least ? target.wanted / *target.measured : *target.measured / target.wanted;
    bool const share = target.wanted < 0.01;
    table.row({target.what, share ? fmt::format("{:.4f} %", *target.measured * 100) : times(*target.measured),
               target.where, target.met() ? "met" : "**missed by a factor of " + number(by) + "**"});
  }
  return table;
}

}  // namespace

void write_report(std::ostream& out, Results const& results) {
  by_size(results, "Items a second, one producer and one consumer, unbounded where there is the choice", {},
          [](Measured const& measured) { return rate(measured.rate); })
      .print(out);
  for (auto const& peer : results.peers()) {
    if (peer.id.starts_with("queue-") || peer.id.starts_with("simple-")) ratios(results, peer).print(out);
  }
  by_size(results, "Round trip, median / 99th percentile", {.kind = Kind::round_trip}, [](Measured const& measured) {
    return duration(measured.median) + " / " + duration(measured.p99);
  }).print(out);
  by_size(results,
          fmt::format("CPU time an item, and memory (CPython's with its interpreters), of all processes together, 1x1, "
                      "bounded by {} where "
                      "there is the choice",
                      bound_items),
          {.bound = Bound::items},
          [](Measured const& measured) { return duration(measured.processor_time) + ", " + memory(measured.memory); })
      .print(out);
  for (char const* const mechanism : {"cpython", "hardened"}) targets_of(results, mechanism).print(out);
}

}  // namespace benchmarks
