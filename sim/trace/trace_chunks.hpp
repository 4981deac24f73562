// The contents of the chunks of a trace file: the writer and the reader of each kind, side by side.
// TRACE_FORMAT.md has the grammar.
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

/// The most memory that a chunk's content takes in a Trace, including what a vector that grows takes meanwhile.
std::uint64_t most_memory(ChunkType, std::uint64_t payload_bytes);
/// What all chunks of a file together may take by most_memory(), so that a small file cannot fill a large memory. A
/// chunk that is stored plain is always within it.
constexpr std::uint64_t memory_allowed(std::uint64_t file_bytes) { return (32u << 20) + 128 * file_bytes; }

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

/// How much of a trace has been read: events may name only what is there already.
struct ReadSoFar {
  std::size_t actors = 0, locations = 0;
  std::uint64_t events = 0;
};

/// Puts what the payload says into the sink, and counts it. Throws BadBytes where the payload names what was not read
/// so far, or where the end says something else.
void decode(ChunkType, std::string_view payload, ReadSoFar&, Sink&);

}  // namespace qs
