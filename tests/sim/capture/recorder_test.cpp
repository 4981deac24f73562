#include "sim/capture/recorder.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "sim/model/stats.hpp"
#include "sim/model/world.hpp"
#include "sim/trace/trace_file.hpp"
#include "tests/sim/support/temporary.hpp"

using namespace qs;
using mp::trace::no_object;

namespace {

/// Writes into a session as the hook does.
class Writer {
 public:
  Writer(Session& session, ActorIndex actor, char const* name, pid_t pid, ActorKind kind = ActorKind::process,
         ActorIndex process = no_object)
      : view_(session.view()), ticks_([&session] { return session.ticks(); }), actor_(actor) {
    auto& slot = view_.actor(actor);
    slot.kind = kind;
    slot.parent = actor == 0 ? no_object : ActorIndex{0};
    slot.process = process == no_object ? actor : process;
    std::strncpy(slot.name, name, sizeof slot.name - 1);
    slot.ready = 1;
    slot.pid = pid;
    auto& count = view_.header->actor_count;
    count = std::max<std::uint32_t>(count, actor + 1u);
  }

  void operator()(Kind kind, std::string text = {}, std::uint16_t object = no_object, std::int64_t argument = 0,
                  std::uint32_t location = 0) {
    append({.time = ticks_(),
            .actor = actor_,
            .kind = kind,
            .location = location,
            .object = object,
            .argument = argument});
    for (std::size_t at = 0; at < text.size(); at += mp::trace::text_bytes_per_event) {
      Event piece{.time = 0, .actor = actor_, .kind = Kind::text};
      mp::trace::store_text(piece, std::string_view(text).substr(at));
      append(piece);
    }
  }

 private:
  void append(Event const& event) {
    auto& slot = view_.actor(actor_);
    std::uint64_t const head = slot.head;
    view_.ring(actor_)[head & (view_.header->ring_events - 1)] = event;
    slot.head = head + 1;
  }

  mp::trace::SessionView view_;
  std::function<std::uint64_t()> ticks_;
  ActorIndex actor_;
};

struct Recording {
  Session session{{.actors = 8, .locations = 8, .ring_events = 64}};
  Trace trace;
  TraceBuilder builder{trace};
  Recorder recorder{session, {&builder}};

  std::vector<Kind> kinds() const {
    std::vector<Kind> result;
    for (Event const& event : trace.events) result.push_back(event.kind);
    return result;
  }
  /// Polls until `done` holds, for 20 s at most.
  template <class Condition>
  bool poll_until(Condition done) {
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!done() && std::chrono::steady_clock::now() < end) {
      recorder.poll();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return done();
  }
};

/// A child process that sleeps until it is killed.
class Victim {
 public:
  Victim() : pid_(fork()) {
    if (pid_ == 0) {
      while (true) pause();
    }
  }
  ~Victim() { kill(); }
  pid_t pid() const { return pid_; }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_;
};

bool has(std::vector<Kind> const& kinds, Kind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace

TEST_CASE("events are drained with their actors, texts and times") {
  Recording recording;
  std::string const longest(mp::trace::longest_text, 'x');
  Writer main(recording.session, 0, "main", getpid());
  main(Kind::program_begin, "", 0, getpid());
  main(Kind::note, "exactly twenty bytes");
  main(Kind::note, longest);
  main(Kind::note, "");
  CHECK(recording.recorder.poll());
  CHECK_FALSE(recording.recorder.poll());

  REQUIRE(recording.trace.size() == 4);
  CHECK(recording.trace.actors.at(0).name == "main");
  CHECK(recording.trace.actors.at(0).pid == getpid());
  CHECK(recording.trace.text(1) == "exactly twenty bytes");
  CHECK(recording.trace.text(2) == longest);
  CHECK(recording.trace.text(3) == "");
  CHECK(recording.trace.duration() < 60'000'000'000);
}

TEST_CASE("a ring is drained through many wraparounds") {
  Recording recording;
  Writer main(recording.session, 0, "main", getpid());
  for (int round = 0; round < 100; ++round) {
    for (int event = 0; event < 7; ++event) main(Kind::note, "", no_object, round * 7 + event);
    recording.recorder.poll();
  }
  recording.recorder.finish(Survivors::some);
  REQUIRE(recording.trace.size() == 700);
  for (Step step = 0; step < 700; ++step) CHECK(recording.trace.at(step).argument == step);
}

TEST_CASE("a source line is emitted once, with the text of its file, before the event that refers to it") {
  Recording recording;
  auto const file = std::filesystem::temp_directory_path() / ("recorder_test_" + std::to_string(getpid()) + ".cpp");
  std::ofstream(file) << "int main() {}\n";
  auto& slot = recording.session.view().location(1);
  slot.line = 1;
  std::strncpy(slot.file, file.c_str(), sizeof slot.file - 1);
  std::strncpy(slot.function, "main", sizeof slot.function - 1);

  Writer main(recording.session, 0, "main", getpid());
  main(Kind::note, "not ready", no_object, 0, 1);
  recording.recorder.poll();
  slot.ready = 1;
  main(Kind::note, "ready", no_object, 0, 1);
  main(Kind::note, "nonsense", no_object, 0, 4'000'000);
  recording.recorder.poll();
  std::filesystem::remove(file);

  CHECK(recording.trace.location(recording.trace.at(0)).line == 0);
  CHECK(recording.trace.location(recording.trace.at(1)).file == file.string());
  CHECK(recording.trace.location(recording.trace.at(2)).line == 0);
  CHECK(recording.trace.sources.at(file.string()) == "int main() {}\n");
}

TEST_CASE("a killed process and its feeder are reported lost before the parent reaps it") {
  Recording recording;
  Victim victim;
  Writer main(recording.session, 0, "main", getpid());
  Writer child(recording.session, 1, "child", victim.pid());
  Writer feeder(recording.session, 2, "feeder", victim.pid(), ActorKind::feeder, 1);
  main(Kind::process_start, "", 1);
  child(Kind::process_begin, "", 0);
  feeder(Kind::note, "still here");
  recording.recorder.poll();
  CHECK(!has(recording.kinds(), Kind::process_lost));

  victim.kill();
  main(Kind::process_reaped, "", 1, -SIGKILL);
  REQUIRE(recording.poll_until([&] { return recording.trace.size() == 6; }));
  auto const kinds = recording.kinds();
  CHECK(std::count(kinds.begin(), kinds.end(), Kind::process_lost) == 2);
  CHECK(kinds.back() == Kind::process_reaped);
  CHECK(recording.recorder.forced() == 0);
}

TEST_CASE("a process that ended normally is not reported lost, nor is its feeder") {
  Recording recording;
  Victim victim;
  Writer child(recording.session, 0, "child", victim.pid());
  Writer feeder(recording.session, 1, "feeder", victim.pid(), ActorKind::feeder, 0);
  feeder(Kind::note, "unfinished");
  child(Kind::process_end);
  victim.kill();
  recording.recorder.poll();
  recording.recorder.finish(Survivors::none);
  CHECK(recording.kinds() == std::vector{Kind::note, Kind::process_end});
}

TEST_CASE("at the end, actors that have not ended are reported lost unless there are survivors") {
  Recording recording;
  Writer main(recording.session, 0, "main", getpid());
  main(Kind::note, "blocked for ever");
  SUBCASE("survivors") {
    recording.recorder.finish(Survivors::some);
    CHECK(recording.kinds() == std::vector{Kind::note});
  }
  SUBCASE("none") {
    recording.recorder.finish(Survivors::none);
    CHECK(recording.kinds() == std::vector{Kind::note, Kind::process_lost});
  }
}

TEST_CASE("a process that died before its first event is reaped without delay") {
  Recording recording;
  Writer main(recording.session, 0, "main", getpid());
  Writer const unborn(recording.session, 1, "unborn", 0);
  main(Kind::process_start, "", 1);
  main(Kind::process_reaped, "", 1, -SIGKILL);
  main(Kind::note, "goes on");
  REQUIRE(recording.poll_until([&] { return recording.trace.size() == 4; }));
  CHECK(recording.kinds() == std::vector{Kind::process_start, Kind::process_lost, Kind::process_reaped, Kind::note});
  CHECK(recording.recorder.forced() == 0);
}

TEST_CASE("lost events are counted, including those that a killed writer could not report") {
  Recording recording;
  Victim victim;
  Writer child(recording.session, 0, "child", victim.pid());
  child(Kind::gap, "", no_object, 5);
  recording.session.view().actor(0).dropped = 8;
  recording.recorder.poll();
  CHECK(recording.recorder.lost() == 5);
  victim.kill();
  REQUIRE(recording.poll_until([&] { return has(recording.kinds(), Kind::process_lost); }));
  CHECK(recording.recorder.lost() == 8);
  CHECK(recording.trace.lost == 8);
  CHECK(recording.kinds() == std::vector{Kind::gap, Kind::gap, Kind::process_lost});
}

TEST_CASE("the ring of a dead process is freed") {
  Recording recording;
  Victim victim;
  Writer child(recording.session, 0, "child", victim.pid());
  for (int event = 0; event < 60; ++event) child(Kind::note);
  recording.recorder.poll();
  CHECK(recording.session.view().ring(0)[0].time != 0);
  victim.kill();
  REQUIRE(recording.poll_until([&] { return has(recording.kinds(), Kind::process_lost); }));
  CHECK(recording.session.view().ring(0)[0].time == 0);
}

TEST_CASE("the recorder survives a corrupted session") {
  Recording recording;
  Writer main(recording.session, 0, "main", getpid());
  main(static_cast<Kind>(250));
  main(Kind::process_start, "", 4711);
  main(Kind::note);
  recording.session.view().header->actor_count = 100'000;
  recording.recorder.poll();
  CHECK(recording.kinds() == std::vector{Kind::process_start, Kind::note});
  CHECK(recording.recorder.refused() == 100'000 - 8);
  recording.session.view().actor(0).head += 1'000'000;
  recording.recorder.finish(Survivors::some);
  CHECK(recording.trace.size() <= 2 + 64);
}

TEST_CASE("an actor that is not ready yet is not retired with the first process") {
  Recording recording;
  Victim victim;
  Writer main(recording.session, 0, "main", victim.pid());
  Writer child(recording.session, 1, "child", getpid());
  recording.session.view().actor(1).ready = 0;
  main(Kind::process_start, "", 1);
  recording.recorder.poll();
  victim.kill();
  REQUIRE(recording.poll_until([&] { return has(recording.kinds(), Kind::process_lost); }));
  recording.session.view().actor(1).ready = 1;
  child(Kind::process_begin, "", 0);
  REQUIRE(recording.poll_until([&] { return recording.trace.size() == 3; }));
  CHECK(recording.trace.events.back().actor == 1);
  CHECK(recording.kinds().back() == Kind::process_begin);
}

TEST_CASE("the recorder survives a shrinking actor count and actors without a process") {
  Recording recording;
  Writer main(recording.session, 0, "main", getpid());
  Writer thread(recording.session, 1, "thread", getpid(), ActorKind::thread, 4711);
  recording.session.view().actor(1).parent = 5000;
  recording.session.view().actor(1).kind = static_cast<ActorKind>(99);
  recording.recorder.poll();
  recording.session.view().header->actor_count = 0;
  main(Kind::note);
  thread(Kind::blocked, "", 4711);
  main(Kind::process_start, "", 1);
  recording.recorder.finish(Survivors::some);
  CHECK(recording.trace.size() == 3);
  REQUIRE(recording.trace.actors.size() == 2);
  CHECK(recording.trace.actors[1].process == 1);
  CHECK(recording.trace.actors[1].parent == no_object);
  CHECK(recording.trace.actors[1].kind == ActorKind::thread);
}

TEST_CASE("a timestamp in the future does not delay the events") {
  Recording recording;
  Writer main(recording.session, 0, "main", getpid());
  main(Kind::note);
  recording.session.view().ring(0)[0].time = ~std::uint64_t{0};
  REQUIRE(recording.poll_until([&] { return recording.trace.size() == 1; }));
  CHECK(recording.trace.events[0].time <= recording.session.now());
}

TEST_CASE("the recorder survives random writes to the whole session") {
  qs::testing::TemporaryFolder folder;
  Recording recording;
  TraceWriter file(folder / "a.qtrace");
  Recorder recorder(recording.session, {&recording.builder, &file});
  Writer main(recording.session, 0, "main", getpid());
  main(Kind::note);
  recorder.poll();
  auto const parent = getpid();
  pid_t const scribbler = fork();
  if (scribbler == 0) {
    std::uint64_t state = 7;
    auto const random = [&state] { return state = state * 6364136223846793005u + 1442695040888963407u, state >> 33; };
    auto const& view = recording.session.view();
    auto* const bytes = reinterpret_cast<unsigned char*>(view.header);
    while (getppid() == parent) {
      bytes[random() % view.size()] = static_cast<unsigned char>(random());
      bytes[random() % sizeof(mp::trace::Header)] = static_cast<unsigned char>(random());
      auto& slot = view.actor(static_cast<std::uint32_t>(random() % 8));
      auto* const in_slot = reinterpret_cast<unsigned char*>(&slot);
      in_slot[random() % sizeof slot] = static_cast<unsigned char>(random());
      slot.ready = 1;
      slot.pid = 0;  // so that no other process is watched or killed
      auto* const in_ring = reinterpret_cast<unsigned char*>(view.ring(static_cast<std::uint32_t>(random() % 8)));
      for (int i = 0; i < 32; ++i) in_ring[random() % (64 * sizeof(Event))] = static_cast<unsigned char>(random() % 64);
    }
    _exit(0);
  }
  for (int round = 0; round < 3000 && recorder.events() < 200'000; ++round) {
    recorder.poll();
    recorder.locate(static_cast<std::uint32_t>(round % 16));
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  ::kill(scribbler, SIGKILL);
  waitpid(scribbler, nullptr, 0);
  recorder.finish(Survivors::none);
  file.finish();
  CHECK(recording.trace.size() > 100);
  Trace const read = read_trace(folder / "a.qtrace");
  CHECK(read.size() == recording.trace.size());
  CHECK(statistics(read).events == read.size());
  CHECK(History(read).at(read.size() - 1).step == read.size() - 1);
}
