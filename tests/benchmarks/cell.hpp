// One cell of the benchmark: what is measured, with how many processes, items of which size, under which bound.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace benchmarks {

enum class Kind {
  throughput,  ///< items from the producers to the consumers, until all have arrived
  round_trip,  ///< one item there and back over two queues, again and again
  waiting,     ///< all wait: consumers of an empty queue, or producers of a full one
};

struct Shape {
  int producers = 1, consumers = 1;
  auto operator<=>(Shape const&) const = default;
};

/// Whether a queue holds at most `bound_items` items or as many as there are.
enum class Bound { none, items };
inline constexpr int bound_items = 64;

struct Cell {
  Kind kind = Kind::throughput;
  Shape shape = {};
  std::size_t size = 16;  ///< bytes of an item
  Bound bound = Bound::none;
  auto operator<=>(Cell const&) const = default;
};

/// A producer of an unbounded queue stops there also when there is time left: 1 GiB in all. Some put far faster than
/// anybody gets.
std::uint64_t most_items_of_a_producer(Cell const& cell);

/// "throughput/4x1/1024/bounded"
std::string name(Cell const& cell);
std::string name(Shape shape);        ///< "4x1"
std::string words(std::size_t size);  ///< "64 KiB"

enum class Extent {
  all,
  quick,  ///< two shapes and two sizes
};
std::vector<Shape> shapes(Extent extent);
std::vector<std::size_t> sizes(Extent extent);
/// In an order that puts the peers of a comparison next to each other.
std::vector<Cell> cells(Extent extent);

}  // namespace benchmarks
