// A recorded run in the formats of other tools, read back by readers that are not ours where Debian has one.
#include "sim/export/export.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "sim/model/world.hpp"
#include "sim/text/words.hpp"
#include "sim/trace/recent_items.hpp"
#include "sim/trace/trace_file.hpp"
#include "tests/sim/support/calls.hpp"
#include "tests/sim/support/story.hpp"

using namespace qs;
using nlohmann::json;
using qs::testing::Answer;
using qs::testing::call;
using qs::testing::has;
using qs::testing::read_file;
using qs::testing::Story;
using qs::testing::TemporaryFolder;
using qs::testing::write_file;

namespace {

/// The classic listings, each recorded once.
struct Recorded {
  TemporaryFolder folder;
  std::map<std::string, Trace> traces;

  Recorded() {
    for (std::string const& run :
         {std::string("joinable-daemon"), std::string("consumer-pool"), std::string("sentinel"),
          std::string("simple-queue"), std::string("killed-worker --set mechanism=hardened --set redeliver=1")}) {
      std::string const name = run.substr(0, run.find(' '));
      REQUIRE(call(folder, "run " + run + " --quiet -o " + name + ".qtrace").code == 0);
      traces.emplace(name, read_trace(folder / (name + ".qtrace")));
    }
  }
};

Recorded& recorded() {
  static Recorded all;
  return all;
}

std::string exported(std::string const& name, std::string const& output, std::string const& options = "") {
  Answer const answer = call(recorded().folder, "export " + name + ".qtrace -o " + output + " " + options);
  CHECK(answer.err == "");
  REQUIRE(answer.code == 0);
  return (recorded().folder / output).string();
}

bool installed(std::string const& program) {
  bool const there = std::system(("command -v " + program + " > /dev/null").c_str()) == 0;
  if (!there) MESSAGE("not checked: " << program << " is not installed");
  return there;
}

std::string output_of(std::string const& command) {
  REQUIRE(std::system((command + " > '" + (recorded().folder / "answer").string() + "'").c_str()) == 0);
  return read_file(recorded().folder / "answer");
}

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Items that somebody got from a plain queue, or finished.
std::set<std::uint64_t> finished_items(Trace const& trace) {
  std::set<std::uint64_t> items;
  for (Event const& event : trace.events) {
    bool const joinable = event.object < trace.queues.size() &&
                          mp::trace::QueueKind::unpack(trace.at(trace.queues[event.object]).detail).type ==
                              mp::trace::QueueClass::joinable;
    // A daemon may be killed between counting a task as done and returning from task_done.
    bool const counted = event.kind == Kind::acquired && event.resource() == Resource::unfinished && event.item();
    bool const last = event.kind == (joinable ? Kind::task_done_end : Kind::get_end);
    if (counted || (last && event.outcome() == Outcome::ok)) items.insert(event.item().packed());
  }
  return items;
}

/// What the model says is in the pipe of a queue, each time that it changes.
std::vector<std::int64_t> pipe_bytes(Trace const& trace, std::string const& queue) {
  std::vector<std::int64_t> values;
  World world;
  for (Step step = 0; step < trace.size(); ++step) {
    apply(world, trace, step);
    for (auto const& one : world.queues) {
      if (!one.exists || one.name != queue) continue;
      auto const now = static_cast<std::int64_t>(one.pipe_bytes);
      if (values.empty() || values.back() != now) values.push_back(now);
    }
  }
  return values;
}

}  // namespace

TEST_CASE("export to CSV: Python's csv module reads every event as the trace has it") {
  for (auto const& [name, trace] : recorded().traces) {
    CAPTURE(name);
    auto const file = exported(name, "x.csv");
    auto const rows = json::parse(output_of(
        "python3 -c 'import csv,json,sys; print(json.dumps(list(csv.DictReader(open(sys.argv[1],newline=\"\")))))' '" +
        file + "'"));
    REQUIRE(rows.size() == trace.size());
    for (Step step = 0; step < trace.size(); ++step) {
      CHECK(rows[step]["step"] == std::to_string(step));
      CHECK(rows[step]["time_ns"] == std::to_string(trace.at(step).time));
      CHECK(rows[step]["actor"] == trace.name(trace.at(step).actor));
      CHECK(rows[step]["sentence"] == sentence(trace, step));
    }
  }
}

TEST_CASE("export to JSON lines: a range, as a step or as a time, on standard output") {
  Trace const& trace = recorded().traces.at("sentinel");
  std::string const whole = exported("sentinel", "x.jsonl");
  auto const all = lines_of(read_file(whole));
  REQUIRE(all.size() == trace.size());
  for (Step step = 0; step < trace.size(); ++step) {
    auto const event = json::parse(all[step]);
    CHECK(event["sentence"] == sentence(trace, step));
    CHECK(event["kind"] == mp::trace::facts(trace.at(step).kind).name);
    CHECK(event.contains("item") == static_cast<bool>(trace.at(step).item()));
  }
  Answer const part = call(recorded().folder, "export sentinel.qtrace -o - --format json --from 10 --to 12");
  CHECK(lines_of(part.out) == std::vector<std::string>(all.begin() + 10, all.begin() + 13));
  auto const time = trace.at(20).time;
  Answer const later =
      call(recorded().folder, "export sentinel.qtrace -o - --format json --from " + std::to_string(time) + "ns");
  CHECK(lines_of(later.out) == std::vector<std::string>(all.begin() + 20, all.end()));
}

TEST_CASE("export to Chrome: slices nest, flows go from put to get to task_done inside open slices") {
  for (auto const& [name, trace] : recorded().traces) {
    CAPTURE(name);
    auto const whole = json::parse(read_file(exported(name, "x.trace.json")));
    std::map<std::pair<int, int>, std::vector<std::string>> open;
    std::map<std::pair<int, int>, double> last;
    std::map<std::string, std::string> phases;              // by flow: all of its phases
    std::map<std::string, std::vector<std::string>> calls;  // by flow: the slices it goes through
    std::map<std::string, std::vector<std::int64_t>> counters;
    for (auto const& event : whole["traceEvents"]) {
      CAPTURE(event.dump());
      std::string const phase = event["ph"];
      std::pair<int, int> const thread{event["pid"], event["tid"]};
      if (phase == "M") continue;
      CHECK(event["ts"].get<double>() >= last[thread]);
      last[thread] = event["ts"];
      if (phase == "B") open[thread].push_back(event["name"]);
      if (phase == "E") {
        REQUIRE(!open[thread].empty());
        CHECK(open[thread].back() == event["name"]);
        open[thread].pop_back();
      }
      if (phase == "s" || phase == "t" || phase == "f") {
        REQUIRE(!open[thread].empty());
        CHECK(event.contains("bp") == (phase == "f"));
        phases[event["id"]] += phase;
        calls[event["id"]].push_back(open[thread].back());
      }
      if (phase == "C") counters[event["name"]].push_back(event["args"].begin()->get<std::int64_t>());
    }
    for (auto const& [thread, slices] : open) CHECK(slices.empty());
    std::size_t ended = 0;
    for (auto const& [id, sequence] : phases) {
      CHECK(std::regex_match(sequence, std::regex("st*f?")));  // begun once, ended once
      CHECK(calls[id].front() == "put");
      ended += sequence.back() == 'f';
    }
    CHECK(ended == finished_items(trace).size());
    for (auto const& [counter, values] : counters) {
      auto const colon = counter.find(": bytes in");
      if (colon != std::string::npos) CHECK(values == pipe_bytes(trace, counter.substr(0, colon)));
    }
    CHECK(counters.size() >= 2);
  }
}

TEST_CASE("export to Perfetto: protoc reads tracks, nested slices, flows and counters by Perfetto's field numbers") {
  if (!installed("protoc")) return;
  write_file(recorded().folder / "t.proto", R"(syntax = "proto2";
message Trace { repeated Packet packet = 1; }
message Packet { optional uint64 timestamp = 8; optional uint32 trusted_packet_sequence_id = 10;
  optional TrackEvent track_event = 11; optional Interned interned_data = 12; optional uint32 sequence_flags = 13;
  optional Track track_descriptor = 60; }
message Track { optional uint64 uuid = 1; optional string name = 2; optional Process process = 3;
  optional Thread thread = 4; optional uint64 parent_uuid = 5; optional Counter counter = 8; }
message Process { optional int32 pid = 1; optional string process_name = 6; }
message Thread { optional int32 pid = 1; optional int32 tid = 2; optional string thread_name = 5; }
message Counter { optional int32 unit = 3; }
message Name { optional uint64 iid = 1; optional string name = 2; }
message Location { optional uint64 iid = 1; optional string file_name = 2; optional uint32 line_number = 4; }
message Interned { repeated Name event_categories = 1; repeated Name event_names = 2;
  repeated Name debug_annotation_names = 3; repeated Location source_locations = 4; }
message Annotation { optional uint64 name_iid = 1; optional uint64 uint_value = 3; optional string string_value = 6; }
message TrackEvent { repeated uint64 category_iids = 3; repeated Annotation debug_annotations = 4;
  enum Type { NONE = 0; SLICE_BEGIN = 1; SLICE_END = 2; INSTANT = 3; COUNTER = 4; }
  optional Type type = 9; optional uint64 name_iid = 10; optional uint64 track_uuid = 11;
  optional int64 counter_value = 30; optional uint64 source_location_iid = 34;
  repeated fixed64 flow_ids = 47; repeated fixed64 terminating_flow_ids = 48; }
)");
  for (auto const& [name, trace] : recorded().traces) {
    CAPTURE(name);
    auto const file = exported(name, "x.pftrace");
    auto const text = output_of("protoc --proto_path='" + (recorded().folder / "").string() +
                                "' --decode=Trace t.proto < '" + file + "'");
    // Lines of one packet stand between "packet {" and "}".
    std::map<std::string, int> depth;
    std::set<std::string> begun, ended, tracks;
    std::size_t locations = 0, counters = 0, threads = 0;
    std::string type;
    auto const value = [](std::string const& line, std::string const& key) {
      auto const at = line.find(key + ": ");
      bool const found = at != std::string::npos && line.find_first_not_of(' ') == at;
      return found ? line.substr(at + key.size() + 2) : "";
    };
    for (auto const& line : lines_of(text)) {
      // A number in place of a name is a field that Perfetto does not have.
      CHECK_FALSE(std::isdigit(static_cast<unsigned char>(line[line.find_first_not_of(' ')])));
      if (auto const found = value(line, "type"); !found.empty()) type = found;
      if (auto const uuid = value(line, "uuid"); !uuid.empty()) CHECK(tracks.insert(uuid).second);
      if (auto const track = value(line, "track_uuid"); !track.empty()) {
        CHECK(tracks.contains(track));
        if (type == "SLICE_BEGIN") ++depth[track];
        if (type == "SLICE_END") CHECK(--depth[track] >= 0);
      }
      if (auto const flow = value(line, "terminating_flow_ids"); !flow.empty()) {
        CHECK(begun.contains(flow));
        CHECK(ended.insert(flow).second);
      }
      if (auto const flow = value(line, "flow_ids"); !flow.empty()) {
        CHECK_FALSE(ended.contains(flow));
        begun.insert(flow);
      }
      locations += has(line, "source_locations {");
      counters += has(line, "counter_value:");
      threads += has(line, "thread_name:");
    }
    for (auto const& [uuid, open] : depth) CHECK(open == 0);
    CHECK(ended.size() == finished_items(trace).size());
    for (auto const item : finished_items(trace)) CHECK(ended.contains(std::to_string(item)));
    CHECK(threads == trace.actors.size());
    CHECK(locations > 1);
    CHECK(counters > 2);
  }
}

TEST_CASE("export to the Firefox Profiler: the tables fit together, and flows end where their items do") {
  for (auto const& [name, trace] : recorded().traces) {
    CAPTURE(name);
    auto const file = exported(name, "x.profile.json");
    auto const profile = json::parse(read_file(file));
    auto const& strings = profile["shared"]["stringArray"];
    std::set<std::string> schemas, begun, ended;
    for (auto const& schema : profile["meta"]["markerSchema"]) schemas.insert(schema["name"]);
    CHECK(profile["threads"].size() == trace.actors.size());
    for (auto const& thread : profile["threads"]) {
      auto const& markers = thread["markers"];
      std::size_t const length = markers["length"];
      for (char const* column : {"category", "data", "endTime", "name", "phase", "startTime"})
        CHECK(markers[column].size() == length);
      for (std::size_t index = 0; index < length; ++index) {
        auto const& data = markers["data"][index];
        CHECK(schemas.contains(data["type"]));
        CHECK(markers["name"][index] < strings.size());
        CHECK(markers["category"][index] < profile["meta"]["categories"].size());
        if (markers["phase"][index] == 1) CHECK(markers["endTime"][index] >= markers["startTime"][index]);
        if (data.contains("flow")) begun.insert(strings[data["flow"].get<std::size_t>()]);
        if (data.contains("lastFlow")) CHECK(ended.insert(strings[data["lastFlow"].get<std::size_t>()]).second);
      }
    }
    for (auto const& flow : ended) CHECK(begun.contains(flow));
    CHECK(ended.size() == finished_items(trace).size());
    for (auto const& counter : profile["counters"])
      CHECK(counter["samples"]["time"].size() == counter["samples"]["count"].size());
  }
  if (!installed("profiler-cli")) return;
  std::string const home = "HOME='" + (recorded().folder / "").string() + "' timeout 60 profiler-cli ";
  auto const file = exported("consumer-pool", "x.profile.json");
  CHECK(has(output_of(home + "load '" + file + "'"), "Session started"));
  CHECK(has(output_of(home + "thread list"), "main feeder of tasks"));
  CHECK(has(output_of(home + "thread markers --thread t-1 --list"), "task_done"));
  CHECK(has(output_of(home + "stop --all"), "stopped"));
}

TEST_CASE("export to CTF: babeltrace2 reads every event") {
  if (!installed("babeltrace2")) return;
  for (auto const& [name, trace] : recorded().traces) {
    CAPTURE(name);
    auto const folder = exported(name, "x.ctf");  // over the one before
    auto const lines = lines_of(output_of("babeltrace2 --no-delta --clock-cycles '" + folder + "'"));
    REQUIRE(lines.size() == trace.size());
    for (Step step = 0; step < trace.size(); ++step) {
      CAPTURE(lines[step]);
      std::smatch match;
      REQUIRE(std::regex_search(lines[step], match,
                                std::regex(R"(^\[0*(\d+)\] (\w+): \{ step = (\d+), actor = "(.*)\", tid)")));
      CHECK(match[1] == std::to_string(trace.at(step).time));
      CHECK(match[2] == mp::trace::facts(trace.at(step).kind).name);
      CHECK(match[3] == std::to_string(step));
      CHECK(match[4] == trace.name(trace.at(step).actor));
    }
    CHECK_FALSE(std::filesystem::exists(folder + ".partial"));
  }
  std::filesystem::create_directory(recorded().folder / "mine.ctf");
  write_file(recorded().folder / "mine.ctf" / "thesis.tex", "mine");
  Answer const answer = call(recorded().folder, "export sentinel.qtrace -o mine.ctf");
  CHECK(answer.code == 4);
  CHECK(has(answer.err, "is there already and is not a CTF trace"));
  CHECK(std::filesystem::exists(recorded().folder / "mine.ctf" / "thesis.tex"));
}

TEST_CASE("export to Mermaid: a diagram by the documented grammar, with an arrow for each put and get") {
  for (auto const& [name, trace] : recorded().traces) {
    CAPTURE(name);
    auto const lines = lines_of(read_file(exported(name, "x.mmd", "--to 100")));
    REQUIRE(lines.front() == "sequenceDiagram");
    std::set<std::string> participants;
    std::size_t puts = 0, gets = 0;
    for (std::size_t index = 1; index < lines.size(); ++index) {
      CAPTURE(lines[index]);
      std::smatch match;
      if (std::regex_match(lines[index], match, std::regex("    participant (\\w+) as [^#;]+"))) {
        participants.insert(match[1]);
      } else if (std::regex_match(lines[index], match, std::regex("    Note over (\\w+): ([^#;]|#\\w+;)+"))) {
        CHECK(participants.contains(match[1]));
      } else {
        REQUIRE(
            std::regex_match(lines[index], match, std::regex("    (\\w+?)(->>|-->>|-x|--x)(\\w+): (([^#;]|#\\w+;)+)")));
        CHECK(participants.contains(match[1]));
        CHECK(participants.contains(match[3]));
        puts += match[4].str().starts_with("put") && match[2] == "->>";
        gets += match[4].str().starts_with("get") && match[2] == "->>";
      }
    }
    auto const done = [&, &events = trace.events](Kind kind) {
      return static_cast<std::size_t>(
          std::count_if(events.begin(), events.begin() + std::min<std::ptrdiff_t>(101, std::ssize(events)),
                        [&](Event const& event) { return event.kind == kind && event.outcome() == Outcome::ok; }));
    };
    CHECK(puts == done(Kind::put_end));
    CHECK(gets == done(Kind::get_end));
  }
}

TEST_CASE("export of a range begins with the slices that are open then") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  auto const consumer = story.process("consumer", main);
  story.starve(consumer, jobs);
  auto const item = story.put(main, jobs, "semi;colon \"<7>\"#");
  auto const from = story.trace().size();
  story.woken(consumer, Resource::pipe_data, jobs);
  story.finish_get(consumer, jobs, item);
  TemporaryFolder const folder;
  write_trace(story.trace(), folder / "s.qtrace");
  REQUIRE(call(folder, "export s.qtrace -o s.trace.json --from " + std::to_string(from)).code == 0);
  auto const events = json::parse(read_file(folder / "s.trace.json"))["traceEvents"];
  std::vector<std::string> slices;
  for (auto const& event : events) {
    if (event["ph"] != "B" && event["ph"] != "E") continue;
    slices.push_back(event["ph"].get<std::string>() + " " + event["name"].get<std::string>());
  }
  CHECK(slices == std::vector<std::string>{"B get", "B waits for bytes in the pipe of jobs",
                                           "E waits for bytes in the pipe of jobs", "E get"});
  REQUIRE(call(folder, "export s.qtrace -o s.mmd").code == 0);
  CHECK(has(read_file(folder / "s.mmd"), "put semi#59;colon \"#lt;7#gt;\"#35;"));
}

TEST_CASE("after lost events an export marks what is unknown, and counts only what is known") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  auto const feeder = story.feeder(main, jobs);
  auto const consumer = story.process("consumer", main);
  auto const first = story.put(main, jobs);
  story.feed(feeder, jobs, first);
  story.begin_get(consumer, jobs);
  for (int times = 0; times < 3; ++times) story.feed(feeder, jobs, story.put(main, jobs));
  story.tell({.actor = consumer, .kind = Kind::gap, .argument = 40});
  story.feed(feeder, jobs, story.put(main, jobs));
  story.blocked(consumer, Resource::pipe_data, jobs);
  story.feed(feeder, jobs, story.put(main, jobs));
  TemporaryFolder const folder;
  write_trace(story.trace(), folder / "s.qtrace");
  Answer const answer = call(folder, "export s.qtrace -o s.trace.json");
  CHECK(answer.code == 0);
  CHECK(has(answer.err, "40 events were not recorded"));
  auto const events = json::parse(read_file(folder / "s.trace.json"))["traceEvents"];
  std::vector<int> bytes;
  std::string outcome;
  for (auto const& event : events) {
    if (event["ph"] == "C" && event["name"] == "jobs: bytes in the pipe")
      bytes.push_back(event["args"].begin().value());
    if (event["ph"] == "E" && event["name"] == "get" && outcome.empty()) outcome = event["args"]["outcome"];
  }
  CHECK(bytes == std::vector<int>{0, 9, 0, 9});  // not 18, 27, 36 and 45
  CHECK(outcome == "unknown: events were lost");
}

TEST_CASE("export refuses invalid requests and leaves no file") {
  auto const& folder = recorded().folder;
  struct Bad {
    char const *words, *answer;
    int code;
  };
  for (Bad const& bad : std::initializer_list<Bad>{
           {"export sentinel.qtrace -o out.xyz", "does not say which format it is to be; choose one with --format", 2},
           {"export sentinel.qtrace -o out.xyz --format chrom", "there is no format 'chrom'. Did you mean 'chrome'?",
            2},
           {"export sentinel.qtrace -o out.csv --from soon", "'soon' is neither a step nor a time", 2},
           {"export sentinel.qtrace -o out.csv --from 99999999", "there is no step 99999999; the steps are 0 to ", 2},
           {"export sentinel.qtrace -o out.csv --from 9000s", "no event is in that range", 2},
           {"export sentinel.qtrace -o out.csv --from 20 --to 10", "--from 20 is after --to 10; swap them", 2},
           {"export nothing.qtrace -o out.csv", "cannot open 'nothing.qtrace': no such file", 2},
           {"export in -o out.csv", "'in' is empty", 1},
           {"export sentinel.qtrace -o sentinel.qtrace --format csv", "is the trace itself", 2},
           {"export sentinel.qtrace -o nowhere/out.csv", "cannot write 'nowhere/out.csv': No such file or directory",
            4},
           {"export sentinel.qtrace -o /dev/full --format csv", "cannot write '/dev/full': No space left on device", 4},
           {"export sentinel.qtrace -o - --format ctf", "CTF is a folder of two files", 2}}) {
    CAPTURE(bad.words);
    Answer const answer = call(folder, bad.words);
    CHECK(answer.code == bad.code);
    CHECK(has(answer.err, bad.answer));
    CHECK_FALSE(std::filesystem::exists(folder / "out.csv"));
    CHECK_FALSE(std::filesystem::exists(folder / "out.csv.partial"));
  }
  // A diagram that Mermaid would not draw.
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  for (int times = 0; times < 3000; ++times) story.put(main, jobs);
  write_trace(story.trace(), folder / "long.qtrace");
  Answer const answer = call(folder, "export long.qtrace -o out.mmd");
  CHECK(answer.code == 2);
  CHECK(has(answer.err, "longer than the 50,000 characters that Mermaid draws"));
  CHECK_FALSE(std::filesystem::exists(folder / "out.mmd"));
}

TEST_CASE("export keeps only the labels of items in flight") {
  RecentItems<int> items(3);
  for (std::uint32_t sequence = 1; sequence <= 1000; ++sequence) {
    items.insert({1, sequence}, 7);
    if (sequence % 2 == 0) items.erase({1, sequence - 1});
    CHECK(items.size() <= 3);
  }
  CHECK(items.find({1, 1000}) != nullptr);
  CHECK(items.find({1, 998}) != nullptr);
  CHECK(items.find({1, 2}) == nullptr);
}
