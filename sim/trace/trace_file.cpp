#include "sim/trace/trace_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>
#include <zstd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>

#include <mp/detail/file_descriptor.hpp>
#include "sim/base/bytes.hpp"

namespace qs {

static_assert(std::endian::native == std::endian::little, "a trace file is little-endian");

namespace {

constexpr std::uint32_t format_version = 1;
constexpr std::array<char, 8> file_magic{'Q', 'S', 'T', 'R', 'A', 'C', 'E', '\n'};

struct FileHeader {
  std::array<char, 8> magic = file_magic;
  std::uint32_t version = format_version;
  std::uint32_t reserved = 0;
};
static_assert(sizeof(FileHeader) == 16);

enum class Packing : std::uint8_t { plain, zstd };

struct ChunkHeader {
  ChunkType type{};
  Packing packing{};
  std::uint16_t reserved = 0;
  std::uint32_t stored_bytes = 0;   ///< of the payload in the file
  std::uint32_t payload_bytes = 0;  ///< of the payload when it is unpacked
  std::uint32_t number = 0;         ///< of this chunk in the file, from 0
  std::uint64_t payload_checksum = 0;
  std::uint64_t header_checksum = 0;  ///< of everything above

  std::uint64_t checksum() const { return XXH3_64bits(this, offsetof(ChunkHeader, header_checksum)); }
};
static_assert(sizeof(ChunkHeader) == 32);

// A payload that shrinks by more than this is stored plain, so that a small file cannot claim a large memory.
constexpr std::uint64_t most_expansion = 256;
constexpr int compression_level = 1;  // twice as fast as 3, and the file is hardly larger

constexpr std::size_t events_worth_a_chunk = 4096;
constexpr std::chrono::milliseconds longest_unwritten{200};
constexpr std::size_t most_text_bytes = 1u << 20;

template <class Plain>
std::string_view as_bytes(Plain const& plain) {
  return {reinterpret_cast<char const*>(&plain), sizeof plain};
}

/// Where the file really is: a link stays a link when what it names is replaced.
std::filesystem::path resolved(std::filesystem::path const& path) {
  std::error_code error;
  auto const real = std::filesystem::canonical(path, error);
  return error ? path : real;
}

std::string quoted(std::filesystem::path const& path) { return fmt::format("'{}'", path.string()); }
std::string reason(int error) { return std::strerror(error); }  // NOLINT(concurrency-mt-unsafe)

}  // namespace

// ------------------------------------------------------------------------------------------ writing

class TraceWriter::File {
 public:
  explicit File(std::filesystem::path const& path)
      : descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    if (descriptor_.number() < 0) {
      throw TraceError(
          fmt::format("cannot create the trace {}: {}; choose another place with -o", quoted(path), reason(errno)));
    }
  }

  /// All or nothing; returns 0 or the errno.
  int append(std::string_view bytes) {
    auto const begin = size_;
    while (!bytes.empty()) {
      auto const written = ::write(descriptor_.number(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) {
        int const error = written == 0 ? ENOSPC : errno;
        size_ = begin;
        // A half chunk at the end would be read as a cut, which is true as well: nothing to do if this fails.
        [[maybe_unused]] int const ignored = ::ftruncate(descriptor_.number(), static_cast<off_t>(begin));
        return error;
      }
      size_ += static_cast<std::uint64_t>(written);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
  }

  std::string const& pack(std::string const& payload) {
    packed_.resize(ZSTD_compressBound(payload.size()));
    auto const size = ZSTD_compressCCtx(compressor_.get(), packed_.data(), packed_.size(), payload.data(),
                                        payload.size(), compression_level);
    bool const worth_it = ZSTD_isError(size) == 0 && size < payload.size() && payload.size() / size < most_expansion;
    packed_.resize(worth_it ? size : 0);
    return packed_;
  }

  std::uint64_t size() const { return size_; }
  std::uint32_t next_chunk() { return chunks_++; }

 private:
  struct FreeCompressor {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };

  mp::detail::FileDescriptor descriptor_;
  std::unique_ptr<ZSTD_CCtx, FreeCompressor> compressor_{ZSTD_createCCtx()};
  std::string packed_;
  std::uint64_t size_ = 0;
  std::uint32_t chunks_ = 0;
};

TraceWriter::TraceWriter(std::filesystem::path path)
    : path_(path), target_(std::move(path)), last_write_(std::chrono::steady_clock::now()) {
  std::error_code ignored;
  auto const there = std::filesystem::status(target_, ignored);
  // A pipe or a device cannot be replaced: it is written to as it is.
  if (!std::filesystem::exists(there) || std::filesystem::is_regular_file(there)) {
    if (std::filesystem::exists(there) && ::access(target_.c_str(), W_OK) != 0) {
      throw TraceError(
          fmt::format("cannot replace the trace {}: {}; choose another place with -o", quoted(target_), reason(errno)));
    }
    path_ += ".partial";
  }
  file_ = std::make_unique<File>(path_);
  if (int const error = file_->append(as_bytes(FileHeader{}))) {
    throw TraceError(fmt::format("cannot write the trace {}: {}", quoted(path_), reason(error)));
  }
  bytes_ = file_->size();
}

TraceWriter::~TraceWriter() { write_batch(); }

void TraceWriter::run(RunFacts const& facts) { run_ = facts; }

void TraceWriter::actor(ActorIndex index, ActorFacts const& facts) {
  if (known_actors_.size() <= index) known_actors_.resize(std::size_t{index} + 1);
  known_actors_[index] = true;
  actors_.emplace_back(index, facts);
  if (actors_.size() >= most_events_in_chunk) write_batch();
}

void TraceWriter::location(std::uint32_t index, Location const& location) {
  if (index >= most_locations) return;
  known_locations_ = std::max(known_locations_, index + 1);
  locations_.emplace_back(index, location);
  if (locations_.size() >= most_events_in_chunk) write_batch();
}

void TraceWriter::source(std::string const& file, std::string const& text) {
  write_chunk(ChunkType::source, encode_source(file, text));
}

// The file must be readable whatever comes: an actor that was never announced gets a name of its own.
void TraceWriter::know_actor(ActorIndex index) {
  if (index == mp::trace::no_object || (index < known_actors_.size() && known_actors_[index])) return;
  actor(index, {.name = fmt::format("actor {}", index), .process = index});
}

void TraceWriter::event(Event const& event, std::string_view text) {
  if (!file_ || !well_formed(event) || event.actor == mp::trace::no_object) return;
  if (events_.size() >= most_events_in_chunk || text_bytes_ >= most_text_bytes) write_batch();
  know_actor(event.actor);
  if (event.item()) know_actor(event.item_producer);
  if (object_kind(event) == mp::trace::ObjectKind::actor) know_actor(event.object);
  events_.push_back(event);
  if (event.location >= known_locations_) events_.back().location = 0;
  if (!text.empty()) {
    texts_.push_back({static_cast<std::uint32_t>(events_.size() - 1), std::string(text.substr(0, longest_string))});
    text_bytes_ += text.size();
  }
}

void TraceWriter::decision(Decision const& decision) {
  if (!file_) return;
  if (decisions_.size() >= most_decisions_in_chunk) write_batch();
  for (Choice const choice : decision.enabled) know_actor(choice.actor);
  know_actor(decision.choice.actor);
  decisions_.push_back(decision);
}

void TraceWriter::flush() {
  if (batch_is_due()) write_batch();
}

bool TraceWriter::batch_is_due() const {
  return events_.size() >= events_worth_a_chunk || std::chrono::steady_clock::now() - last_write_ >= longest_unwritten;
}

void TraceWriter::finish() {
  write_batch();
  write_chunk(ChunkType::end, encode_end(events_written_));
  close();
}

void TraceWriter::close() {
  write_batch();
  if (!file_) return;
  file_.reset();
  if (path_ == target_) return;
  if (std::error_code error; std::filesystem::rename(path_, resolved(target_), error), error) {
    error_ = fmt::format("the trace is whole, but in {}: it cannot be renamed to {}: {}", quoted(path_),
                         quoted(target_), error.message());
    return;
  }
  path_ = target_;
}

void TraceWriter::write_batch() {
  last_write_ = std::chrono::steady_clock::now();
  if (run_) write_chunk(ChunkType::run, encode(*std::exchange(run_, std::nullopt)));
  if (!actors_.empty()) write_chunk(ChunkType::actors, encode(std::exchange(actors_, {})));
  if (!locations_.empty()) write_chunk(ChunkType::locations, encode(std::exchange(locations_, {})));
  if (!events_.empty()) write_chunk(ChunkType::events, encode(events_, texts_));
  if (file_) events_written_ += events_.size();
  events_.clear();
  texts_.clear();
  text_bytes_ = 0;
  // After the events that precede them, because a decision refers to a step.
  if (!decisions_.empty()) write_chunk(ChunkType::decisions, encode(std::exchange(decisions_, {})));
}

void TraceWriter::write_chunk(ChunkType type, std::string const& payload) {
  if (!file_) return;
  memory_ += most_memory(type, payload.size());
  auto const& packed = file_->pack(payload);
  bool const plain = packed.empty() || memory_ > memory_allowed(file_->size() + sizeof(ChunkHeader) + packed.size());
  auto const& stored = plain ? payload : packed;
  ChunkHeader header{.type = type,
                     .packing = plain ? Packing::plain : Packing::zstd,
                     .stored_bytes = static_cast<std::uint32_t>(stored.size()),
                     .payload_bytes = static_cast<std::uint32_t>(payload.size()),
                     .number = file_->next_chunk(),
                     .payload_checksum = XXH3_64bits(stored.data(), stored.size())};
  header.header_checksum = header.checksum();
  int const error = file_->append(std::string(as_bytes(header)) + stored);
  bytes_ = file_->size();
  if (error == 0) return;
  error_ = fmt::format("the trace {} is incomplete after {} bytes: {}; make room or choose another place with -o",
                       quoted(path_), bytes_, reason(error));
  file_.reset();
}

void write_trace(Trace const& trace, std::filesystem::path const& path) {
  TraceWriter writer(path);
  writer.run(trace.run);
  for (std::size_t i = 0; i < trace.actors.size(); ++i) writer.actor(static_cast<ActorIndex>(i), trace.actors[i]);
  for (std::size_t i = 0; i < trace.locations.size(); ++i)
    writer.location(static_cast<std::uint32_t>(i), trace.locations[i]);
  for (auto const& [file, text] : trace.sources) writer.source(file, text);
  for (Step step = 0; step < trace.size(); ++step) writer.event(trace.at(step), trace.text(step));
  for (Decision const& decision : trace.decisions) writer.decision(decision);
  if (trace.complete) {
    writer.finish();
  } else {
    writer.close();
  }
  if (!writer.error().empty()) throw TraceError(writer.error());
}

// ------------------------------------------------------------------------------------------ reading

namespace {

class Reader {
 public:
  Reader(std::filesystem::path const& path, Sink& sink)
      : path_(path), sink_(sink), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (descriptor_.number() < 0 && errno == ENOENT)
      refuse("does not exist; check its name, or make one with 'queuescope run'");
    if (descriptor_.number() < 0) refuse(fmt::format("cannot be opened: {}", reason(errno)));
    struct stat status {};
    if (::fstat(descriptor_.number(), &status) != 0) refuse(fmt::format("cannot be read: {}", reason(errno)));
    if (S_ISDIR(status.st_mode)) refuse("is a folder; name the .qtrace file in it");
    if (!S_ISREG(status.st_mode)) refuse("is no ordinary file; copy what it gives into one and name that");
    left_ = static_cast<std::uint64_t>(status.st_size);
  }

  /// Returns whether there is an end.
  bool read(ReadProgress const& progress) {
    read_file_header();
    while (read_chunk()) {
      if (progress) progress(at_, at_ + left_);
    }
    return complete_;
  }
  void check_actors(Trace const& trace) const {
    for (auto const& actor : trace.actors) {
      bool const good_parent = actor.parent == mp::trace::no_object || actor.parent < trace.actors.size();
      if (!good_parent || actor.process >= trace.actors.size()) damaged("an actor belongs to one that is not there");
    }
  }

 private:
  [[noreturn]] void refuse(std::string_view what) const { throw TraceError(fmt::format("{} {}", quoted(path_), what)); }
  [[noreturn]] void damaged(std::string_view what) const {
    refuse(
        fmt::format("is damaged: the chunk at byte {} is not as it was written ({}); get the file again from where "
                    "it came from, or record the run again",
                    chunk_at_, what));
  }

  // False: the file ends before that.
  bool take(void* into, std::uint64_t bytes) {
    if (bytes > left_) return false;
    auto* next = static_cast<char*>(into);
    for (auto missing = bytes; missing > 0;) {
      auto const got = ::read(descriptor_.number(), next, missing);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) refuse(fmt::format("cannot be read: {}", reason(errno)));
      if (got == 0) return false;  // it has just been truncated
      next += got;
      missing -= static_cast<std::uint64_t>(got);
    }
    at_ += bytes;
    left_ -= bytes;
    return true;
  }

  void read_file_header() {
    if (left_ == 0) refuse("is empty: its recording ended before it began; record the run again");
    FileHeader header;
    auto const size = std::min<std::uint64_t>(left_, sizeof header);
    take(&header, size);
    bool const begins_well =
        std::memcmp(header.magic.data(), file_magic.data(), std::min(size, file_magic.size())) == 0;
    if (!begins_well) refuse("is not a Queuescope trace; name a .qtrace file, or make one with 'queuescope run'");
    if (size < sizeof header) refuse("ends inside its first line, nothing of it can be read; record the run again");
    if (header.version > format_version) {
      refuse(fmt::format(
          "was written by a newer Queuescope (format {}, this one reads up to {}); update Queuescope to read it",
          header.version, format_version));
    }
    if (header.version == 0 || header.reserved != 0) damaged("the file header makes no sense");
  }

  bool read_chunk() {
    chunk_at_ = at_;
    if (complete_) {
      if (left_ > 0) damaged("something stands behind the end");
      return false;
    }
    ChunkHeader header;
    if (!take(&header, sizeof header)) return false;
    if (header.header_checksum != header.checksum()) damaged("the checksum of its header differs");
    if (header.number != chunks_++) damaged("chunks are missing before it");
    if (header.payload_bytes > most_chunk_bytes || header.stored_bytes > most_chunk_bytes ||
        header.payload_bytes / most_expansion > header.stored_bytes) {
      damaged("it claims to be larger than any chunk is");
    }
    if (header.stored_bytes > left_) return false;
    memory_ += most_memory(header.type, header.payload_bytes);
    if (memory_ > memory_allowed(at_ + header.stored_bytes))
      damaged("it claims more memory than a file of this size may");
    stored_.resize(header.stored_bytes);
    if (!take(stored_.data(), stored_.size())) return false;
    if (XXH3_64bits(stored_.data(), stored_.size()) != header.payload_checksum) damaged("its checksum differs");
    try {
      decode(header.type, unpack(header), read_, sink_);
    } catch (BadBytes const& complaint) {
      damaged(complaint.what());
    }
    if (header.type == ChunkType::end) complete_ = true;
    return true;
  }

  std::string_view unpack(ChunkHeader const& header) {
    if (header.packing == Packing::plain) {
      if (header.payload_bytes != header.stored_bytes) throw BadBytes("its two sizes differ");
      return stored_;
    }
    if (header.packing != Packing::zstd) throw BadBytes("it is packed in an unknown way");
    payload_.resize(header.payload_bytes);
    auto const size = ZSTD_decompress(payload_.data(), payload_.size(), stored_.data(), stored_.size());
    if (ZSTD_isError(size) != 0 || size != payload_.size()) throw BadBytes("it cannot be unpacked");
    return payload_;
  }

  std::filesystem::path path_;
  Sink& sink_;
  mp::detail::FileDescriptor descriptor_;
  std::uint64_t left_ = 0, at_ = 0, chunk_at_ = 0;
  std::uint32_t chunks_ = 0;
  std::uint64_t memory_ = 0;  ///< by most_memory()
  std::string stored_, payload_;
  ReadSoFar read_;
  bool complete_ = false;
};

}  // namespace

bool stream_trace(std::filesystem::path const& path, Sink& sink, ReadProgress const& progress) {
  return Reader(path, sink).read(progress);
}

Trace read_trace(std::filesystem::path const& path, ReadProgress const& progress) {
  try {
    Trace trace;
    TraceBuilder builder(trace);
    Reader reader(path, builder);
    trace.complete = reader.read(progress);
    reader.check_actors(trace);
    return trace;
  } catch (std::bad_alloc const&) {
    throw TraceError(
        fmt::format("{} is too large for the memory of this machine; read it on a larger one", quoted(path)));
  }
}

}  // namespace qs
