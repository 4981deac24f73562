// What stands inside the chunks of a trace file: each kind's writer and reader, side by side.
// The grammar stands in TRACE_FORMAT.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/trace/trace.hpp"

namespace qs {

enum class ChunkType : std::uint8_t { run = 1, actors, locations, source, events, end, decisions };

inline constexpr std::size_t most_events_in_chunk = 16384;
inline constexpr std::size_t most_decisions_in_chunk = 4096;
inline constexpr std::uint32_t most_locations = 1u << 18;
inline constexpr std::size_t longest_string = 1u << 16;
inline constexpr std::size_t longest_source = 8u << 20;
inline constexpr std::size_t most_chunk_bytes = 16u << 20;  ///< before compression

struct TextOfEvent {
  std::uint32_t index;  ///< in the chunk
  std::string text;
};

std::string encode(RunFacts const&);
std::string encode(std::span<std::pair<ActorIndex, ActorFacts> const>);
std::string encode(std::span<std::pair<std::uint32_t, Location> const>);
std::string encode_source(std::string_view file, std::string_view text);
std::string encode(std::span<Event const>, std::span<TextOfEvent const>);
std::string encode(std::span<Decision const>);
std::string encode_end(std::uint64_t events);

/// Puts what the payload says into the sink. Throws BadBytes. `trace` is what was read so far: events may
/// name only what it has, and what the end says must be so.
void decode(ChunkType, std::string_view payload, Trace const& trace, Sink&);

}  // namespace qs
