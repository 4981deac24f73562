// What a producer and a consumer of a storm do until they are killed, or until it is over.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <mp/queue.hpp>

#include "sim/torture/storm/shared_board.hpp"

namespace qs::storm {

using Log = SharedArray<std::atomic<std::uint64_t>>;

/// The text of an item: whose, which, and something to recognise it by.
std::string item_text(std::uint32_t producer, std::uint64_t sequence);
/// Whose and which; false: it is torn.
bool read_item(std::string_view text, std::uint32_t& producer, std::uint64_t& sequence);
inline constexpr char last_item[] = "stop";

/// Of an mp::Queue or an mp::JoinableQueue. Until the board says stop; items up to number `most`.
template <typename Queue>
void produce(Queue& queue, Board& board, std::uint32_t number, std::uint64_t most);
/// Until the last item; without waiting, until Empty.
template <typename Queue>
void consume(Queue& queue, Board& board, Log& log, std::uint32_t number, mp::Block block = mp::Block::yes);
/// Something is broken: the first is told.
void say_trouble(Board& board, std::string const& text);

}  // namespace qs::storm
