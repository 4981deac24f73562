#include "sim/trace/trace_file.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <random>

#include "tests/sim/support/story.hpp"
#include "tests/sim/support/temporary.hpp"

using namespace qs;
using namespace qs::testing;

namespace {

Story small_story() {
  Story story;
  TraceBuilder build(story.trace());
  build.run({.title = "backpressure",
             .scenario = "backpressure",
             .command = {"queuescope", "run", "backpressure"},
             .parameters = {{"maxsize", "3"}, {"items", "10"}},
             .host = "Linux 6.1 x86_64, 2 processors",
             .started = "2024-05-01T10:00:00Z",
             .ending = RunEnding::finished,
             .exit_code = -9,
             .duration = 5});
  build.location(1, {.file = "a/b.cpp", .line = 7, .function = "produce"});
  build.source("a/b.cpp", "int main() {\n  return 0;\n}\n");
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs", QueueClass::queue, 3);
  auto const feeder = story.feeder(main, jobs);
  for (auto const* preview : {"7", "\"grün\"", "None"}) {
    auto const item = story.put(main, jobs, preview);
    story.feed(feeder, jobs, item, 70000);
    story.get(main, jobs, item, 70000);
  }
  story.tell({.actor = main, .kind = Kind::note, .location = 1, .argument = -5}, "a note");
  story.tell({.actor = main, .kind = Kind::gap, .argument = 11});
  story.end(main);
  return story;
}

void check_equal(Trace const& a, Trace const& b) {
  CHECK(a.run.title == b.run.title);
  CHECK(a.run.scenario == b.run.scenario);
  CHECK(a.run.command == b.run.command);
  CHECK(a.run.parameters == b.run.parameters);
  CHECK(a.run.host == b.run.host);
  CHECK(a.run.started == b.run.started);
  CHECK(a.run.ending == b.run.ending);
  CHECK(a.run.exit_code == b.run.exit_code);
  CHECK(a.run.duration == b.run.duration);
  CHECK(a.texts == b.texts);
  CHECK(a.sources == b.sources);
  CHECK(a.lost == b.lost);
  CHECK(a.complete == b.complete);
  CHECK(a.queues == b.queues);
  CHECK(a.puts == b.puts);
  CHECK(a.decisions == b.decisions);
  REQUIRE(a.actors.size() == b.actors.size());
  for (std::size_t i = 0; i < a.actors.size(); ++i) {
    CHECK(a.actors[i].name == b.actors[i].name);
    CHECK(a.actors[i].kind == b.actors[i].kind);
    CHECK(a.actors[i].parent == b.actors[i].parent);
    CHECK(a.actors[i].process == b.actors[i].process);
    CHECK(a.actors[i].pid == b.actors[i].pid);
  }
  REQUIRE(a.locations.size() == b.locations.size());
  for (std::size_t i = 0; i < a.locations.size(); ++i) {
    CHECK(a.locations[i].file == b.locations[i].file);
    CHECK(a.locations[i].line == b.locations[i].line);
    CHECK(a.locations[i].function == b.locations[i].function);
  }
  REQUIRE(a.size() == b.size());
  CHECK(std::memcmp(a.events.data(), b.events.data(), a.events.size() * sizeof(Event)) == 0);
}

std::string refusal(std::filesystem::path const& path) {
  try {
    read_trace(path);
    return "";
  } catch (TraceError const& error) {
    return error.what();
  }
}

bool contains(std::string const& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("a trace reads back as it was written") {
  TemporaryFolder folder;
  auto const story = small_story();
  write_trace(story.trace(), folder / "a.qtrace");
  check_equal(read_trace(folder / "a.qtrace"), story.trace());
}

TEST_CASE("a trace in memory, as a page contains it, reads back as it was written") {
  auto const story = small_story();
  std::string bytes = plain_bytes(story.trace());
  check_equal(read_trace_bytes(bytes), story.trace());
  // All of it is stored plain.
  CHECK(contains(bytes, "int main() {\n  return 0;\n}\n"));
  Trace const half = read_trace_bytes(std::string_view(bytes).substr(0, bytes.size() - 1));
  CHECK_FALSE(half.complete);
  bytes[bytes.size() / 2] ^= 1;
  CHECK_THROWS_AS(read_trace_bytes(bytes), TraceError);
}

TEST_CASE("decisions read back as they were written") {
  TemporaryFolder folder;
  auto story = small_story();
  Trace& trace = story.trace();
  Choice const go{Choice::What::go, 0}, time{Choice::What::time}, kill{Choice::What::kill, 0};
  trace.decisions = {{0, go, {go}}, {1, time, {go, time}}, {trace.size(), kill, {}}};
  write_trace(trace, folder / "a.qtrace");
  check_equal(read_trace(folder / "a.qtrace"), trace);
}

TEST_CASE("a queue's mechanism is stored, and is cpython in traces from before there was a choice") {
  TemporaryFolder folder;
  Story story;
  auto const main = story.process("main");
  auto const line = story.queue(main, "line", QueueClass::joinable, 3, mp::Mechanism::hardened);
  auto const old = story.tell({.actor = main,
                               .kind = Kind::queue_new,
                               .detail = static_cast<std::uint8_t>(QueueClass::joinable),
                               .object = 1,
                               .argument = QueueFacts{65536, 3}.packed()},
                              "old");
  story.repaired(main, Resource::read_lock, line);
  write_trace(story.trace(), folder / "a.qtrace");
  auto const trace = read_trace(folder / "a.qtrace");
  check_equal(trace, story.trace());
  CHECK(trace.mechanism(line) == mp::Mechanism::hardened);
  CHECK(trace.mechanism(trace.at(old).object) == mp::Mechanism::cpython);
}

TEST_CASE("a trace written in many batches reads back whole") {
  TemporaryFolder folder;
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  auto const feeder = story.feeder(main, jobs);
  for (int i = 0; i < 5000; ++i) {
    auto const item = story.put(main, jobs, std::to_string(i));
    story.feed(feeder, jobs, item);
    story.get(main, jobs, item);
  }
  write_trace(story.trace(), folder / "a.qtrace");
  check_equal(read_trace(folder / "a.qtrace"), story.trace());
}

TEST_CASE("an unfinished trace reads as incomplete, up to the last flush") {
  TemporaryFolder folder;
  auto const path = folder / "a.qtrace";
  TraceWriter writer(path);
  writer.actor(0, {.name = "main"});
  for (std::uint64_t i = 0; i < 5000; ++i) writer.event({.time = i, .kind = Kind::note}, "n");
  writer.flush();
  CHECK(writer.path() == folder / "a.qtrace.partial");
  auto const early = read_trace(writer.path());
  CHECK_FALSE(early.complete);
  CHECK(early.size() == 5000);
  RunFacts run;
  run.ending = RunEnding::finished;
  writer.run(run);
  writer.finish();
  auto const late = read_trace(path);
  CHECK(late.complete);
  CHECK(late.run.ending == RunEnding::finished);
  CHECK(writer.error().empty());
  CHECK(writer.bytes() == std::filesystem::file_size(path));
}

TEST_CASE("whatever the writer writes, the reader accepts") {
  TemporaryFolder folder;
  std::mt19937_64 random(5);
  {
    TraceWriter writer(folder / "a.qtrace");
    for (int i = 0; i < 3000; ++i) {
      Event event;
      std::uint64_t words[4] = {random(), random(), random(), random()};
      static_assert(sizeof words == sizeof event);
      std::memcpy(&event, words, sizeof event);
      writer.event(event, "x");
    }
    writer.finish();
  }
  CHECK(read_trace(folder / "a.qtrace").complete);
}

TEST_CASE("a file cut at any byte reads up to its last whole chunk and is marked incomplete") {
  TemporaryFolder folder;
  auto const story = small_story();
  auto const whole = folder / "whole.qtrace", cut = folder / "cut.qtrace";
  write_trace(story.trace(), whole);
  auto const bytes = read_file(whole);
  Step most = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    write_file(cut, bytes.substr(0, size));
    if (size < 16) {
      CHECK_FALSE(refusal(cut).empty());
      continue;
    }
    auto const trace = read_trace(cut);
    CHECK_FALSE(trace.complete);
    CHECK(trace.size() >= most);
    most = trace.size();
  }
  CHECK(most == story.trace().size());
}

TEST_CASE("a changed byte anywhere is detected") {
  TemporaryFolder folder;
  auto const story = small_story();
  auto const whole = folder / "whole.qtrace", changed = folder / "changed.qtrace";
  write_trace(story.trace(), whole);
  auto const bytes = read_file(whole);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int flip : {0x01, 0x80, 0xff}) {
      auto other = bytes;
      other[at] = static_cast<char>(other[at] ^ flip);
      write_file(changed, other);
      auto const sentence = refusal(changed);
      CHECK_MESSAGE(sentence.find(';') != sentence.npos, "byte ", at, ": ", sentence);
    }
  }
}

TEST_CASE("a file that is not a trace is refused with one sentence and the remedy") {
  TemporaryFolder folder;
  auto const path = folder / "x.qtrace";
  CHECK(contains(refusal(path), "does not exist; check its name"));
  write_file(path, "");
  CHECK(contains(refusal(path), "is empty"));
  write_file(path, "#!/bin/sh\necho hello, world\n");
  CHECK(contains(refusal(path), "is not a Queuescope trace; name a .qtrace file"));
  write_file(path, "x");
  CHECK(contains(refusal(path), "is not a Queuescope trace"));
  CHECK(contains(refusal(folder / "."), "is a folder"));
  ::mkfifo((folder / "pipe").c_str(), 0600);
  CHECK(contains(refusal(folder / "pipe"), "is no ordinary file"));

  write_trace(small_story().trace(), path);
  auto bytes = read_file(path);
  bytes[8] = 2;
  write_file(path, bytes);
  CHECK(contains(refusal(path), "newer Queuescope (format 2, this one reads up to 1); update Queuescope"));
  bytes[8] = 1;
  write_file(path, bytes + "more");
  CHECK(contains(refusal(path), "is damaged: the chunk at byte"));
}

TEST_CASE("a missing chunk is detected") {
  TemporaryFolder folder;
  auto const path = folder / "x.qtrace";
  write_trace(small_story().trace(), path);
  auto bytes = read_file(path);
  std::uint32_t stored = 0;
  std::memcpy(&stored, bytes.data() + 16 + 4, sizeof stored);
  bytes.erase(16, 32 + stored);
  write_file(path, bytes);
  CHECK(contains(refusal(path), "chunks are missing before it"));
}

TEST_CASE("garbage after a valid header is refused or reads as a truncated file") {
  TemporaryFolder folder;
  auto const path = folder / "x.qtrace";
  write_trace(small_story().trace(), path);
  auto const header = read_file(path).substr(0, 16);
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    std::string garbage(random() % 300, '\0');
    for (auto& byte : garbage) byte = static_cast<char>(random());
    write_file(path, header + garbage);
    if (refusal(path).empty()) CHECK(garbage.size() < 32);
  }
}

TEST_CASE("corrupt payloads with a valid checksum do not crash the decoder") {
  Trace trace;
  TraceBuilder sink(trace);
  std::mt19937 random(13);
  int refused = 0;
  auto const good = small_story();
  std::vector<TextOfEvent> texts{{0, "t"}};
  std::string const seeds[] = {encode(good.trace().run), encode(good.trace().events, texts), encode_source("a", "b")};
  for (int round = 0; round < 20000; ++round) {
    auto payload = seeds[random() % 3];
    for (auto changes = 1 + random() % 4; changes > 0; --changes)
      payload[random() % payload.size()] = static_cast<char>(random());
    try {
      ReadSoFar read{good.trace().actors.size(), good.trace().locations.size(), good.trace().size()};
      decode(static_cast<ChunkType>(random() % 8), payload, read, sink);
    } catch (std::runtime_error const&) {
      ++refused;
    }
  }
  CHECK(refused > 5000);
}

TEST_CASE("events are refused that name what is not there") {
  Event const bad[] = {
      {.actor = 1, .kind = Kind::note},
      {.kind = static_cast<Kind>(mp::trace::kind_count)},
      {.kind = Kind::text},
      {.kind = Kind::note, .location = 3},
      {.kind = Kind::blocked, .detail = mp::trace::resource_count},
      {.kind = Kind::put_end, .detail = 200},
      {.kind = Kind::process_start, .object = 4},
      {.kind = Kind::blocked, .detail = static_cast<std::uint8_t>(Resource::child_exit), .object = 4},
      {.kind = Kind::put_begin, .item_producer = 2, .item_sequence = 1},
      {.kind = Kind::queue_new, .detail = 15},
  };
  for (auto const& event : bad) {
    Trace trace;
    TraceBuilder sink(trace);
    ReadSoFar main_only{.actors = 1};
    CHECK_THROWS_AS(decode(ChunkType::events, encode(std::span(&event, 1), {}), main_only, sink), std::runtime_error);
    CHECK(trace.events.empty());
  }
}

TEST_CASE("a path that cannot be created is refused, and a full disk is reported and leaves a readable trace") {
  TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(TraceWriter(folder / "no/such/folder.qtrace"), doctest::Contains("cannot create the trace"),
                       TraceError);

  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  auto const handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit const tight{6000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &tight);
  auto const path = folder / "full.qtrace";
  {
    TraceWriter writer(path);
    writer.actor(0, {.name = "main"});
    std::mt19937_64 random(1);
    for (int i = 0; i < 20000; ++i) {
      writer.event({.time = random() >> 8, .kind = Kind::note}, {});
      if (i % 100 == 0 && i < 600) writer.flush();
    }
    writer.finish();
    CHECK(contains(writer.error(), "is incomplete after"));
    CHECK(contains(writer.error(), "make room"));
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK_FALSE(read_trace(folder / "full.qtrace.partial").complete);
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a full disk is reported for short traces too, complete or not") {
  TemporaryFolder folder;
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  auto const handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit const tight{40, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &tight);
  std::string errors;
  auto story = small_story();
  for (bool const complete : {true, false}) {
    story.trace().complete = complete;
    try {
      write_trace(story.trace(), folder / "a.qtrace");
    } catch (TraceError const& error) {
      errors += error.what() + std::string("\n");
    }
  }
  // Incomplete and without source text, so that nothing is written before the file is closed.
  story.trace().sources.clear();
  try {
    write_trace(story.trace(), folder / "a.qtrace");
  } catch (TraceError const& error) {
    errors += error.what() + std::string("\n");
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK(std::count(errors.begin(), errors.end(), '\n') == 3);
  CHECK(contains(errors, "a.qtrace.partial' is incomplete after 16 bytes"));
}

TEST_CASE("an existing file is replaced only when the new one is complete") {
  TemporaryFolder folder;
  auto const path = folder / "a.qtrace", partial = folder / "a.qtrace.partial";
  write_trace(small_story().trace(), path);
  auto const before = read_file(path);
  {
    TraceWriter writer(path);
    writer.actor(0, {.name = "main"});
    writer.event({.kind = Kind::note}, "n");
  }  // without finish(), as when a recorder fails
  CHECK(read_file(path) == before);
  CHECK(read_trace(partial).size() == 1);

  std::filesystem::create_symlink(path, folder / "link.qtrace");
  TraceWriter writer(folder / "link.qtrace");
  writer.actor(0, {.name = "main"});
  writer.event({.kind = Kind::note}, "n");
  CHECK(read_file(path) == before);
  writer.finish();
  CHECK(writer.error().empty());
  CHECK(writer.events() == 1);
  CHECK(read_trace(path).size() == 1);
  CHECK(std::filesystem::is_symlink(folder / "link.qtrace"));
  CHECK_FALSE(std::filesystem::exists(folder / "link.qtrace.partial"));
}

TEST_CASE("an event takes less than 6 bytes on disk") {
  TemporaryFolder folder;
  Story story;
  std::mt19937 random(2);
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs", QueueClass::queue, 100);
  auto const feeder = story.feeder(main, jobs);
  std::vector<ActorIndex> consumers;
  for (int i = 0; i < 4; ++i) consumers.push_back(story.process("consumer-" + std::to_string(i), main));
  for (int i = 0; i < 10000; ++i) {
    story.pass(random() % 5000);
    auto const item = story.put(main, jobs, std::to_string(i));
    story.pass(random() % 20000);
    story.feed(feeder, jobs, item, 20 + static_cast<std::uint32_t>(random() % 100));
    story.pass(random() % 5000);
    story.get(consumers[random() % 4], jobs, item, 20);
  }
  for (auto& event : story.trace().events) event.time += random() % 700;
  auto const path = folder / "a.qtrace";
  write_trace(story.trace(), path);
  auto const per_event = static_cast<double>(std::filesystem::file_size(path)) / story.trace().size();
  MESSAGE("bytes an event on disk: ", per_event);
  CHECK(per_event < 6);
}
