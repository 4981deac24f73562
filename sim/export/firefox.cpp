// The Firefox Profiler's processed profile format, version 56:
// https://github.com/firefox-devtools/profiler/blob/main/docs-developer/processed-profile-format.md
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "sim/export/activity.hpp"
#include "sim/export/columns.hpp"
#include "sim/export/formats.hpp"
#include "sim/export/json_text.hpp"
#include "sim/export/thread_ids.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

struct ProfileCategory {
  std::string_view name, colour;
};
constexpr ProfileCategory profile_categories[] = {{"other", "grey"},   {"call", "blue"},   {"wait", "red"},
                                                  {"sleep", "yellow"}, {"idle", "grey"},   {"feeder", "green"},
                                                  {"exit", "purple"},  {"event", "orange"}};

std::string milliseconds(std::uint64_t nanoseconds) {
  return fmt::format("{}.{:06}", nanoseconds / 1'000'000, nanoseconds % 1'000'000);
}

/// Of "2026-01-31T12:00:00Z", milliseconds since 1970.
std::int64_t epoch_milliseconds(std::string const& started) {
  std::tm time{};
  if (::strptime(started.c_str(), "%Y-%m-%dT%H:%M:%S", &time) == nullptr) return 0;
  return std::int64_t{::timegm(&time)} * 1000;
}

class Firefox final : public Activity {
 public:
  explicit Firefox(OutputFile& out) : out_(out), store_(out.folder()) {}

 private:
  struct Markers {
    std::string facts;  ///< of the thread, as members of its object
    Column category, data, end_time, name, phase, start_time;
  };
  struct Counter {
    std::string name;
    Column time, count;
    std::int64_t last = 0;
  };

  void meet(Trace const& trace, ActorIndex index) override {
    if (threads_.size() <= index) threads_.resize(std::size_t{index} + 1);
    auto const ids = ids_.of(trace, index);
    auto const process = ThreadIds::process_of(trace, index);
    threads_[index].emplace();
    threads_[index]->facts = fmt::format(
        R"("name":{},"isMainThread":{},"processType":"default","processName":{},"pid":"{}","tid":{},)"
        R"("processStartupTime":0,"processShutdownTime":null,"registerTime":0,"unregisterTime":null,"pausedRanges":[],)"
        R"("showMarkersInTimeline":true)",
        json(trace.name(index)), process == index, json(trace.name(process)), ids.process, ids.thread);
    if (main_pid_.empty()) main_pid_ = fmt::format("{}", ids.process);
  }

  void open(ActorIndex, Slice&) override {}

  void close(ActorIndex index, Slice& slice, std::uint64_t time, std::string const& outcome) override {
    std::string data = fmt::format(R"({{"type":"{}","step":{})", slice.category, slice.step);
    if (!slice.queue.empty()) data += R"(,"queue":)" + json(slice.queue);
    if (!slice.label.empty()) data += R"(,"item":)" + json(slice.label);
    if (!slice.where.empty()) data += R"(,"line":)" + json(slice.where);
    if (!outcome.empty()) data += R"(,"outcome":)" + json(outcome);
    if (slice.flow != Flow::none) {
      char const* const key = slice.flow == Flow::end ? "lastFlow" : "flow";
      data += fmt::format(R"(,"{}":{})", key, flow_string(slice.item, slice.flow));
    }
    add(*threads_[index], slice.name, slice.category, slice.begin, time, data + "}");
  }

  void instant(Current const& now, std::string_view words) override {
    add(*threads_[now.event().actor], std::string(words), "event", now.time, std::nullopt,
        fmt::format(R"({{"type":"event","step":{},"event":{}}})", now.step, json(sentence(now.trace, now.place))));
  }

  void add(Markers& markers, std::string const& name, std::string_view category, std::uint64_t begin,
           std::optional<std::uint64_t> end, std::string const& data) {
    auto const* const found = std::find_if(std::begin(profile_categories), std::end(profile_categories),
                                           [&](ProfileCategory const& one) { return one.name == category; });
    auto const number = found == std::end(profile_categories) ? 0 : found - std::begin(profile_categories);
    markers.category.add(store_, fmt::format("{}", number));
    markers.data.add(store_, data);
    markers.start_time.add(store_, milliseconds(begin));
    markers.end_time.add(store_, end ? milliseconds(*end) : "null");
    markers.name.add(store_, fmt::format("{}", string_of(name)));
    markers.phase.add(store_, end ? "1" : "0");
  }

  void count(Trace const& trace, QueueIndex queue, Count which, std::uint64_t time, std::int64_t value) override {
    if (which != Count::pipe_bytes) return;  // the only counter of a quantity that this version draws is in bytes
    auto const hardened = trace.mechanism(queue) == mp::Mechanism::hardened;
    auto& counter = counters_[queue];
    if (counter.name.empty())
      counter.name = fmt::format("{}: {}", trace.queue_name(queue), count_name(which, hardened));
    counter.time.add(store_, milliseconds(time));
    counter.count.add(store_, fmt::format("{}", value - std::exchange(counter.last, value)));
  }

  std::uint64_t string_of(std::string const& text) {
    auto const [entry, is_new] = strings_.try_emplace(text, string_column_.count());
    if (is_new) string_column_.add(store_, json(text));
    return entry->second;
  }

  std::uint64_t flow_string(ItemId item, Flow flow) {
    std::uint64_t index = string_column_.count();
    if (auto const* known = flow_strings_.find(item)) {
      index = *known;
    } else {
      string_column_.add(store_, fmt::format(R"("{:016x}")", item.packed()));
      flow_strings_.insert(item, index);
    }
    if (flow == Flow::end) flow_strings_.erase(item);
    return index;
  }

  void end(Trace const& facts, std::uint64_t) override {
    write_meta(facts);
    out_.write(R"("libs":[],"pages":[],"profilerOverhead":[],"shared":{"stringArray":)");
    string_column_.write(store_, out_);
    out_.write("},\n\"counters\":[");
    char const* separator = "\n";
    for (auto const& [key, counter] : counters_) {
      out_.write(fmt::format(
          R"({}{{"name":{},"category":"Memory","description":"of a queue","pid":"{}","mainThreadIndex":0,"samples":{{"length":{},"time":)",
          std::exchange(separator, ",\n"), json(counter.name), main_pid_, counter.time.count()));
      counter.time.write(store_, out_);
      out_.write(R"(,"count":)");
      counter.count.write(store_, out_);
      out_.write("}}");
    }
    out_.write("],\n\"threads\":[");
    separator = "\n";
    for (auto const& thread : threads_) {
      if (!thread) continue;
      out_.write(fmt::format("{}{{{},", std::exchange(separator, ",\n"), thread->facts));
      out_.write(fmt::format(R"("markers":{{"length":{})", thread->data.count()));
      for (auto const& [key, column] :
           {std::pair{"category", &thread->category}, std::pair{"data", &thread->data},
            std::pair{"endTime", &thread->end_time}, std::pair{"name", &thread->name},
            std::pair{"phase", &thread->phase}, std::pair{"startTime", &thread->start_time}}) {
        out_.write(fmt::format(R"(,"{}":)", key));
        column->write(store_, out_);
      }
      out_.write("},");
      out_.write(R"("samples":{"length":0,"weightType":"samples","stack":[],"timeDeltas":[],"weight":[]},)"
                 R"("frameTable":{"length":0,"address":[],"inlineDepth":[],"category":[],"subcategory":[],"func":[],)"
                 R"("nativeSymbol":[],"innerWindowID":[],"line":[],"column":[]},)"
                 R"("funcTable":{"length":0,"name":[],"isJS":[],"relevantForJS":[],"resource":[],"fileName":[],)"
                 R"("lineNumber":[],"columnNumber":[]},)"
                 R"("stackTable":{"length":0,"prefix":[],"frame":[]},)"
                 R"("resourceTable":{"length":0,"lib":[],"name":[],"host":[],"type":[]},)"
                 R"("nativeSymbols":{"length":0,"libIndex":[],"address":[],"name":[],"functionSize":[]}})");
    }
    out_.write("]}\n");
  }

  void write_meta(Trace const& facts) {
    std::string categories, schemas;
    for (auto const& category : profile_categories) {
      if (!categories.empty()) categories += ',';
      categories +=
          fmt::format(R"({{"name":"{}","color":"{}","subcategories":["Other"]}})", category.name, category.colour);
      if (category.name == "other") continue;
      if (!schemas.empty()) schemas += ',';
      schemas += fmt::format(
          R"({{"name":"{}","display":["marker-chart","marker-table","timeline-overview"],)"
          R"("chartLabel":"{{marker.name}} {{marker.data.item}}",)"
          R"("tableLabel":"{{marker.name}} {{marker.data.queue}} {{marker.data.item}} {{marker.data.outcome}} {{marker.data.event}}",)"
          R"("tooltipLabel":"{{marker.name}} {{marker.data.item}}","fields":[)"
          R"({{"key":"queue","label":"Queue","format":"string","searchable":true}},)"
          R"({{"key":"item","label":"Item","format":"string","searchable":true}},)"
          R"({{"key":"outcome","label":"Outcome","format":"string","searchable":true}},)"
          R"({{"key":"event","label":"Event","format":"string","searchable":true}},)"
          R"({{"key":"line","label":"Source line","format":"string","searchable":true}},)"
          R"({{"key":"step","label":"Step","format":"integer"}},)"
          R"({{"key":"flow","label":"Way of the item","format":"flow-id","searchable":true}},)"
          R"({{"key":"lastFlow","label":"Way of the item, its end","format":"terminating-flow-id","searchable":true}}]}})",
          category.name);
    }
    out_.write(fmt::format(
        R"({{"meta":{{"version":24,"preprocessedProfileVersion":56,"product":{},"processType":0,"interval":1,)"
        R"("startTime":{},"oscpu":{},"stackwalk":0,"debug":false,"symbolicated":true,"usesOnlyOneStackType":true,)"
        R"("sourceCodeIsNotOnSearchfox":true,"doesNotUseFrameImplementation":true,"pausedRanges":[],)"
        R"("extensions":{{"length":0,"baseURL":[],"id":[],"name":[]}},)"
        R"("sampleUnits":{{"time":"ms","eventDelay":"ms","threadCPUDelta":"ns"}},)"
        R"("categories":[{}],"markerSchema":[{}]}},)"
        "\n",
        json("queuescope: " + facts.run.title), epoch_milliseconds(facts.run.started), json(facts.run.host), categories,
        schemas));
  }

  OutputFile& out_;
  ColumnStore store_;
  ThreadIds ids_;
  std::deque<std::optional<Markers>> threads_;
  std::map<QueueIndex, Counter> counters_;
  std::map<std::string, std::uint64_t> strings_;
  Column string_column_;
  RecentItems<std::uint64_t> flow_strings_{most_flows};
  std::string main_pid_;
};

}  // namespace

std::unique_ptr<Exporter> firefox_exporter(OutputFile& out) { return std::make_unique<Firefox>(out); }

}  // namespace qs
