// The formats with a line for each event: CSV and JSON.
#include <fmt/format.h>

#include <string>

#include "sim/export/formats.hpp"
#include "sim/export/json_text.hpp"
#include "sim/export/thread_ids.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

using mp::trace::ObjectKind, mp::trace::Phase;

/// An event in words; empty or -1 where it has no such thing.
struct Row {
  Step step;
  std::uint64_t time;
  std::string actor, process;
  std::int32_t pid;
  std::string_view kind, resource;
  std::string outcome, queue, target, item_label;
  ItemId item;
  std::int64_t argument;
  std::string text, file, function, sentence;
  std::uint32_t line;
};

Row row_of(Current const& now) {
  Event const& event = now.event();
  Trace const& trace = now.trace;
  auto const phase = facts(event.kind).phase;
  bool const waits =
      phase == Phase::wait || phase == Phase::wake || event.kind == Kind::released || event.kind == Kind::repaired;
  bool const named = event.object != mp::trace::no_object;
  auto const& location = trace.location(event);
  return {.step = now.step,
          .time = event.time,
          .actor = trace.name(event.actor),
          .process = trace.name(ThreadIds::process_of(trace, event.actor)),
          .pid = event.actor < trace.actors.size() ? trace.actors[event.actor].pid : 0,
          .kind = facts(event.kind).name,
          .resource = waits ? facts(event.resource()).name : "",
          .outcome = phase == Phase::end ? outcome_words(event.outcome()) : "",
          .queue = named && object_kind(event) == ObjectKind::queue ? trace.queue_name(event.object) : "",
          .target = named && object_kind(event) == ObjectKind::actor ? trace.name(event.object) : "",
          .item_label = event.item() ? item_label(trace, event.item()) : "",
          .item = event.item(),
          .argument = plain_argument(event),
          .text = std::string(now.text()),
          .file = location.file,
          .function = location.function,
          .sentence = sentence(trace, now.place),
          .line = event.location == 0 ? 0 : location.line};
}

class Csv final : public Exporter {
 public:
  explicit Csv(OutputFile& out) : out_(out) {
    out_.write(
        "step,time_ns,actor,process,pid,kind,resource,outcome,queue,target,item_producer,item_number,item,argument,"
        "text,"
        "file,line,function,sentence\r\n");
  }
  void event(Current const& now) override {
    Row const row = row_of(now);
    line_.clear();
    line_ += fmt::format("{},{}", row.step, row.time);
    field(row.actor);
    field(row.process);
    line_ += fmt::format(",{}", row.pid);
    for (std::string_view const text : {row.kind, row.resource, std::string_view(row.outcome),
                                        std::string_view(row.queue), std::string_view(row.target)})
      field(text);
    field(row.item ? now.trace.name(row.item.producer) : "");
    line_ += row.item ? fmt::format(",{}", row.item.sequence) : ",";
    field(row.item_label);
    line_ += fmt::format(",{}", row.argument);
    field(row.text);
    field(row.file);
    line_ += row.line == 0 ? "," : fmt::format(",{}", row.line);
    field(row.function);
    field(row.sentence);
    line_ += "\r\n";
    out_.write(line_);
  }
  void finish(Trace const&, std::uint64_t) override {}

 private:
  void field(std::string_view text) {
    line_ += ',';
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
      line_ += text;
      return;
    }
    line_ += '"';
    for (char const character : text) {
      if (character == '"') line_ += '"';
      line_ += character;
    }
    line_ += '"';
  }

  OutputFile& out_;
  std::string line_;
};

class JsonLines final : public Exporter {
 public:
  explicit JsonLines(OutputFile& out) : out_(out) {}
  void event(Current const& now) override {
    Row const row = row_of(now);
    line_ = fmt::format(R"({{"step":{},"time_ns":{},"actor":{},"process":{},"pid":{},"kind":"{}")", row.step, row.time,
                        json(row.actor), json(row.process), row.pid, row.kind);
    field("resource", row.resource);
    field("outcome", row.outcome);
    field("queue", row.queue);
    field("target", row.target);
    if (row.item) {
      line_ += fmt::format(R"(,"item":{{"producer":{},"number":{},"label":{}}})",
                           json(now.trace.name(row.item.producer)), row.item.sequence, json(row.item_label));
    }
    line_ += fmt::format(R"(,"argument":{})", row.argument);
    field("text", row.text);
    if (row.line != 0) {
      field("file", row.file);
      line_ += fmt::format(R"(,"line":{})", row.line);
      field("function", row.function);
    }
    field("sentence", row.sentence);
    line_ += "}\n";
    out_.write(line_);
  }
  void finish(Trace const&, std::uint64_t) override {}

 private:
  void field(char const* key, std::string_view value) {
    if (!value.empty()) line_ += fmt::format(R"(,"{}":{})", key, json(value));
  }

  OutputFile& out_;
  std::string line_;
};

}  // namespace

std::unique_ptr<Exporter> csv_exporter(OutputFile& out) { return std::make_unique<Csv>(out); }
std::unique_ptr<Exporter> json_exporter(OutputFile& out) { return std::make_unique<JsonLines>(out); }

}  // namespace qs
