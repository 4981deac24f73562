#include "cell.hpp"

#include <algorithm>
#include <limits>

namespace benchmarks {

std::uint64_t most_items_of_a_producer(Cell const& cell) {
  if (cell.bound == Bound::items) return std::numeric_limits<std::uint64_t>::max();
  auto const producers = static_cast<std::uint64_t>(std::max(cell.shape.producers, 1));
  return std::max<std::uint64_t>((1 << 30) / cell.size / producers, 1);
}

std::string name(Shape shape) { return std::to_string(shape.producers) + "x" + std::to_string(shape.consumers); }

std::string name(Cell const& cell) {
  char const* const kind = cell.kind == Kind::throughput   ? "throughput/"
                           : cell.kind == Kind::round_trip ? "round_trip/"
                                                           : "waiting/";
  return kind + name(cell.shape) + "/" + std::to_string(cell.size) +
         (cell.bound == Bound::items ? "/bounded" : "/unbounded");
}

std::string words(std::size_t size) {
  if (size >= 1 << 20) return std::to_string(size >> 20) + " MiB";
  if (size >= 1 << 10) return std::to_string(size >> 10) + " KiB";
  return std::to_string(size) + " B";
}

std::vector<Shape> shapes(Extent extent) {
  if (extent == Extent::quick) return {{1, 1}, {4, 4}};
  return {{1, 1}, {4, 1}, {1, 4}, {4, 4}, {16, 16}};
}

std::vector<std::size_t> sizes(Extent extent) {
  if (extent == Extent::quick) return {16, 64 << 10};
  return {16, 1 << 10, 64 << 10, 1 << 20};
}

std::vector<Cell> cells(Extent extent) {
  std::vector<Cell> list;
  for (auto const shape : shapes(extent)) {
    for (auto const size : sizes(extent)) {
      for (auto const bound : {Bound::none, Bound::items}) list.push_back({Kind::throughput, shape, size, bound});
    }
  }
  for (auto const size : sizes(extent)) list.push_back({Kind::round_trip, {1, 1}, size, Bound::none});
  list.push_back({Kind::waiting, {0, 4}, 16, Bound::none});
  list.push_back({Kind::waiting, {4, 0}, 16, Bound::items});
  return list;
}

}  // namespace benchmarks
