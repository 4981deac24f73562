// The producers and consumers of a storm.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <mp/queue.hpp>

#include "sim/torture/storm/shared_board.hpp"

namespace qs::storm {

using Log = SharedArray<std::atomic<std::uint64_t>>;

/// The text of an item: its producer, its number and a checksum.
std::string item_text(std::uint32_t producer, std::uint64_t sequence);
/// Reads the producer and the number; false if the text is torn.
[[nodiscard]] bool read_item(std::string_view text, std::uint32_t& producer, std::uint64_t& sequence);
inline constexpr char last_item[] = "stop";

/// Puts items on an mp::Queue or mp::JoinableQueue until the board says stop; at most up to number `most`.
template <typename Queue>
void produce(Queue& queue, Board& board, std::uint32_t number, std::uint64_t most);
/// Gets items until the last one; without waiting, until Empty.
template <typename Queue>
void consume(Queue& queue, Board& board, Log& log, std::uint32_t number, mp::Block block = mp::Block::yes);
/// Reports a broken guarantee; only the first report is kept.
void say_trouble(Board& board, std::string const& text);

}  // namespace qs::storm
