// The trace file (.qtrace): its writer and its reader. TRACE_FORMAT.md has the grammar.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/trace/trace.hpp"
#include "sim/trace/trace_chunks.hpp"

namespace qs {

/// Why a file could not be read or written: one clear sentence with the remedy.
class TraceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Appends to FILE.partial while the program runs, and renames it to FILE when it is closed: a file that was there
/// before stays as it is until then. Whatever a chunk holds is safe as soon as flush() has returned after enough events
/// or time; a file without its end chunk reads as incomplete. Pipes and devices are written to as they are.
class TraceWriter final : public Sink {
 public:
  /// Throws TraceError if the file cannot be created.
  explicit TraceWriter(std::filesystem::path path);
  /// Appends to a string instead, and stores every chunk plain.
  explicit TraceWriter(std::string& memory);
  /// A file that was not closed stays FILE.partial.
  ~TraceWriter() override;
  TraceWriter(TraceWriter const&) = delete;
  TraceWriter& operator=(TraceWriter const&) = delete;

  void run(RunFacts const&) override;
  void actor(ActorIndex, ActorFacts const&) override;
  void location(std::uint32_t index, Location const&) override;
  void source(std::string const& file, std::string const& text) override;
  void event(Event const&, std::string_view text) override;
  void decision(Decision const&) override;
  void flush() override;
  void finish() override;  ///< marks the trace as complete, and closes it
  /// Writes what is held back and gives the file its name, unless something went wrong: see error().
  void close();

  /// What went wrong while writing (a full disk): the recording goes on without the file. "" if nothing did.
  std::string const& error() const { return error_; }
  std::filesystem::path const& path() const { return path_; }  ///< where it is now: FILE.partial until it is closed
  std::uint64_t events() const { return events_written_; }
  std::uint64_t bytes() const { return bytes_; }  ///< written so far

 private:
  class File;
  void know_actor(ActorIndex);
  bool batch_is_due() const;
  void write_batch();
  void write_chunk(ChunkType, std::string const& payload);

  std::filesystem::path path_, target_;
  std::unique_ptr<File> file_;  ///< none after an error, and when it is closed
  std::string error_;
  std::uint64_t bytes_ = 0;
  std::uint64_t events_written_ = 0;
  std::uint64_t memory_ = 0;  ///< that a reader needs, by most_memory()
  std::chrono::steady_clock::time_point last_write_;

  // What is to go into the next chunks.
  std::optional<RunFacts> run_;
  std::vector<std::pair<ActorIndex, ActorFacts>> actors_;
  std::vector<std::pair<std::uint32_t, Location>> locations_;
  std::vector<Event> events_;
  std::vector<TextOfEvent> texts_;
  std::vector<Decision> decisions_;
  std::size_t text_bytes_ = 0;

  std::vector<bool> known_actors_;  ///< announced so far
  std::uint32_t known_locations_ = 0;
};

/// Called after each chunk: how many bytes of how many have been read. May throw, which ends the reading.
using ReadProgress = std::function<void(std::uint64_t bytes, std::uint64_t of)>;

/// Hands a trace to a sink, in the order of the file, in memory that does not depend on its length. What comes is
/// checked as read_trace() checks it, except that an actor's parent and process may not be there. Returns whether the
/// trace is complete. Throws TraceError.
bool stream_trace(std::filesystem::path const&, Sink&, ReadProgress const& progress = {});

/// Throws TraceError. What it returns is checked: every index in it is valid.
Trace read_trace(std::filesystem::path const&, ReadProgress const& progress = {});
/// Writes a whole trace at once. Throws TraceError.
void write_trace(Trace const&, std::filesystem::path const&);

/// The bytes of a trace file whose chunks are all stored plain: what a page contains, where its browser unpacks them.
std::string plain_bytes(Trace const&);
/// Reads what a trace file contains, and checks it as read_trace() does. Throws TraceError.
Trace read_trace_bytes(std::string_view);

}  // namespace qs
