// Traces with arbitrary contents can be read, described and diagnosed, within a limit of memory.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xxhash.h>
#include <zstd.h>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "sim/diagnosis/diagnosis.hpp"
#include "sim/model/items.hpp"
#include "sim/model/stats.hpp"
#include "sim/report/run_report.hpp"
#include "sim/text/words.hpp"
#include "sim/trace/trace_file.hpp"
#include "tests/sim/support/story.hpp"
#include "tests/sim/support/temporary.hpp"

using namespace qs;
using namespace qs::testing;

namespace {

Event any_event(std::mt19937_64& random) {
  Event event;
  event.time = random() % 3 == 0 ? random() : random() % 100000;
  event.actor = static_cast<std::uint16_t>(random() % 7);
  event.kind = static_cast<Kind>(random() % (mp::trace::kind_count + 1));
  event.detail = static_cast<std::uint8_t>(random() % (mp::trace::resource_count + 1));
  event.location = static_cast<std::uint32_t>(random() % 3);
  event.object = static_cast<std::uint16_t>(random() % 9 == 0 ? mp::trace::no_object : random() % 4);
  event.item_producer = static_cast<std::uint16_t>(random() % 7);
  event.item_sequence = static_cast<std::uint32_t>(random() % 4);
  event.argument = static_cast<std::int64_t>(random() % 4 == 0 ? random() : random() % 100);
  return event;
}

/// A file of chunks with valid checksums, each compressed as far as the format allows.
class Forgery {
 public:
  Forgery() { add<char>("QSTRACE\n", 8), number(1, 4), number(0, 4); }

  void chunk(ChunkType type, std::string const& payload) {
    std::string packed(ZSTD_compressBound(payload.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), payload.data(), payload.size(), 19));
    // Padded with empty frames, because a payload may shrink 256-fold at most.
    while (packed.size() * 256 < payload.size()) packed += std::string("\x50\x2a\x4d\x18\0\0\0\0", 8);
    auto const begin = bytes_.size();
    number(static_cast<std::uint64_t>(type), 1), number(1, 1), number(0, 2);
    number(packed.size(), 4), number(payload.size(), 4), number(chunks_++, 4);
    number(XXH3_64bits(packed.data(), packed.size()), 8);
    number(XXH3_64bits(bytes_.data() + begin, 24), 8);
    bytes_ += packed;
  }
  std::string const& bytes() const { return bytes_; }

 private:
  template <class T>
  void add(T const* from, std::size_t size) {
    bytes_.append(reinterpret_cast<char const*>(from), size);
  }
  void number(std::uint64_t value, std::size_t size) { add(&value, size); }

  std::string bytes_;
  std::uint32_t chunks_ = 0;
};

std::uint64_t peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::uint64_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

/// The memory that reading this file takes, in MiB, whether or not it is refused. It is measured in a child process, so
/// that earlier peaks do not count.
std::uint64_t memory_of_reading(std::filesystem::path const& path) {
  pid_t const child = fork();
  if (child == 0) {
    auto const before = peak_memory();
    try {
      Trace const trace = read_trace(path);
    } catch (TraceError const&) {
    }
    _exit(static_cast<int>(std::min<std::uint64_t>((peak_memory() - before) >> 20 >> 2, 255)));
  }
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  return static_cast<std::uint64_t>(WEXITSTATUS(status)) << 2;
}

}  // namespace

TEST_CASE("a small file cannot take much memory") {
  TemporaryFolder folder;
  std::pair<ActorIndex, ActorFacts> const main{ActorIndex{0}, {.name = "main"}};
  std::vector<Event> const events(most_events_in_chunk, {.kind = Kind::note});
  std::vector<Event> const puts(most_events_in_chunk, {.kind = Kind::put_begin, .item_sequence = 1});
  std::vector<TextOfEvent> texts;
  for (std::uint32_t i = 0; i < events.size(); ++i) texts.push_back({i, "x"});
  std::vector<Decision> const decisions(most_decisions_in_chunk, {.choice = {Choice::What::time}, .enabled = {}});
  std::vector<Decision> const choices(most_decisions_in_chunk,
                                      {.choice = {Choice::What::time}, .enabled = {{Choice::What::time}}});
  std::vector<std::pair<std::uint32_t, Location>> locations;
  for (std::uint32_t i = 0; i < most_locations; ++i) locations.emplace_back(i, Location{});
  std::pair<ChunkType, std::string> const payloads[] = {
      {ChunkType::events, encode(events, {})}, {ChunkType::events, encode(events, texts)},
      {ChunkType::events, encode(puts, {})},   {ChunkType::decisions, encode(decisions)},
      {ChunkType::decisions, encode(choices)}, {ChunkType::locations, encode(locations)},
  };
  for (auto const& [type, payload] : payloads) {
    Forgery forgery;
    forgery.chunk(ChunkType::actors, encode(std::span(&main, 1)));
    while (forgery.bytes().size() < 480'000) forgery.chunk(type, payload);
    auto const path = folder / "forged.qtrace";
    write_file(path, forgery.bytes());
    CAPTURE(static_cast<int>(type));
    auto const most = (std::uint64_t{128} << 20) + 128 * forgery.bytes().size();
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    CHECK((memory_of_reading(path) << 20) <= most);
#endif
    CHECK_THROWS_WITH_AS(read_trace(path), doctest::Contains("more memory"), TraceError);
  }
}

TEST_CASE("a highly compressible trace stays within the reader's memory limit") {
  TemporaryFolder folder;
  auto const path = folder / "a.qtrace";
  TraceWriter writer(path);
  writer.actor(0, {.name = "main"});
  constexpr Step many = 600'000;
  std::mt19937_64 random(3);
  std::uint64_t time = 0;
  for (Step step = 0; step < many; ++step) writer.event({.time = time += random() % 4, .kind = Kind::note}, "x");
  writer.finish();
  CHECK(read_trace(path).size() == many);
  CHECK(std::filesystem::file_size(path) < 3 * many);
}

TEST_CASE("arbitrary events can be described, counted and diagnosed") {
  std::mt19937_64 random(17);
  std::size_t stuck = 0;
  for (int round = 0; round < 150; ++round) {
    Story story;
    auto const main = story.process("main");
    auto const jobs = story.queue(main, "jobs", static_cast<QueueClass>(round % 3), round % 4);
    story.feeder(main, jobs);
    for (int i = 0; i < 3; ++i) story.process("child-" + std::to_string(i), main);
    auto& trace = story.trace();
    for (int i = 0; i < 300; ++i) trace.append(any_event(random), random() % 5 == 0 ? "\x1b[0m\xff" : "");
    for (ActorIndex actor = 0; actor < trace.actors.size(); ++actor) {
      auto const resource = static_cast<Resource>(random() % mp::trace::resource_count);
      story.blocked(actor, resource, static_cast<std::uint16_t>(random() % 4));
    }
    auto const world = story.world();
    for (Step step = 0; step < trace.size(); ++step) CHECK_FALSE(sentence(trace, step).empty());
    for (ActorIndex actor = 0; actor < trace.actors.size(); ++actor) {
      CHECK_FALSE(state_line(trace, world, actor).empty());
      CHECK_FALSE(to_text(why(trace, world, actor)).empty());
    }
    auto const diagnosis = diagnose(trace, world);
    stuck += diagnosis.stuck;
    CHECK_FALSE(to_json(trace, diagnosis).dump().empty());
    CHECK_FALSE(to_json(trace, statistics(trace)).dump().empty());
    auto const told = run_report(trace);
    CHECK(told.find('\x1b') == told.npos);
    ItemIndex const items(trace);
    for (auto const& way : items.ways()) CHECK(items.stays(way).size() <= station_count);
  }
  CHECK(stuck > 10);
}
