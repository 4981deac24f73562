// The Common Trace Format 1.8.3: https://diamon.org/ctf/v1.8.3/
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sim/export/formats.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

using mp::trace::ObjectKind, mp::trace::Phase;

constexpr std::uint32_t ctf_magic = 0xc1fc1fc1;
constexpr std::size_t packet_bytes = 1u << 18;

bool has_resource_field(Kind kind) {
  auto const phase = facts(kind).phase;
  return phase == Phase::wait || phase == Phase::wake || kind == Kind::released || kind == Kind::repaired;
}

std::string tsdl_string(std::string_view text) {
  std::string quoted = "\"";
  for (char const character : text) {
    if (character == '"' || character == '\\') quoted += '\\';
    quoted += character;
  }
  return quoted + '"';
}

class Ctf final : public Exporter {
 public:
  Ctf(OutputFile& metadata, OutputFile& stream) : metadata_(metadata), stream_(stream) {}

  void event(Current const& now) override {
    Event const& event = now.event();
    if (content_.empty()) begin_ = now.time;
    end_ = now.time;
    number(static_cast<std::uint16_t>(event.kind));
    number(now.time);
    // The context that all events have.
    number(now.step);
    string(now.trace.name(event.actor));
    number(event.actor < now.trace.actors.size() ? now.trace.actors[event.actor].pid : 0);
    // Its fields, in the order of describe().
    if (has_resource_field(event.kind)) number(event.detail);
    if (facts(event.kind).phase == Phase::end) number(event.detail);
    bool const named = event.object != mp::trace::no_object;
    auto const kind = object_kind(event);
    string(named && kind == ObjectKind::queue ? now.trace.queue_name(event.object) : "");
    string(named && kind == ObjectKind::actor ? now.trace.name(event.object) : "");
    if (facts(event.kind).has_item) {
      number(event.item().packed());
      string(event.item() ? item_label(now.trace, event.item()) : "");
    }
    number(plain_argument(event));
    string(now.text());
    auto const& location = now.trace.location(event);
    string(event.location == 0 ? "" : location.file);
    number(event.location == 0 ? 0u : location.line);
    if (event.kind == Kind::gap && event.argument > 0) discarded_ += static_cast<std::uint64_t>(event.argument);
    if (content_.size() >= packet_bytes) write_packet();
  }

  void finish(Trace const& trace, std::uint64_t) override {
    if (!content_.empty() || stream_.bytes() == 0) write_packet();
    describe(trace);
  }

 private:
  template <class Number>
  void number(Number value) {
    put(content_, value);
  }
  void string(std::string_view text) {
    content_ += text;
    content_ += '\0';
  }
  template <class Number>
  static void put(std::string& bytes, Number value) {
    auto rest = static_cast<std::uint64_t>(value);
    for (std::size_t byte = 0; byte < sizeof value; ++byte, rest >>= 8) bytes += static_cast<char>(rest);
  }

  void write_packet() {
    std::string header;
    put(header, ctf_magic);
    put(header, std::uint32_t{0});  // stream_id
    put(header, begin_);
    put(header, end_);
    std::uint64_t const bits = (header.size() + 3 * sizeof(std::uint64_t) + content_.size()) * 8;
    put(header, bits);  // content_size
    put(header, bits);  // packet_size
    put(header, discarded_);
    stream_.write(header);
    stream_.write(content_);
    content_.clear();
    begin_ = end_;
  }

  void describe(Trace const& trace) {
    std::string tsdl = fmt::format(
        "/* CTF 1.8 */\n"
        "typealias integer {{ size = 8; align = 8; signed = false; }} := uint8_t;\n"
        "typealias integer {{ size = 16; align = 8; signed = false; }} := uint16_t;\n"
        "typealias integer {{ size = 32; align = 8; signed = false; }} := uint32_t;\n"
        "typealias integer {{ size = 64; align = 8; signed = false; }} := uint64_t;\n"
        "typealias integer {{ size = 32; align = 8; signed = true; }} := int32_t;\n"
        "typealias integer {{ size = 64; align = 8; signed = true; }} := int64_t;\n"
        "trace {{\n  major = 1;\n  minor = 8;\n  byte_order = le;\n"
        "  packet.header := struct {{ uint32_t magic; uint32_t stream_id; }};\n}};\n"
        "env {{\n  domain = \"ust\";\n  tracer_name = \"queuescope\";\n  run = {};\n  ending = {};\n  host = {};\n"
        "  started = {};\n}};\n"
        "clock {{\n  name = run;\n  description = \"nanoseconds since the run began\";\n  freq = 1000000000;\n"
        "  offset_s = 0;\n}};\n"
        "typealias integer {{ size = 64; align = 8; signed = false; map = clock.run.value; }} := time_ns_t;\n"
        "stream {{\n  id = 0;\n"
        "  packet.context := struct {{\n    time_ns_t timestamp_begin;\n    time_ns_t timestamp_end;\n"
        "    uint64_t content_size;\n    uint64_t packet_size;\n    uint64_t events_discarded;\n  }};\n"
        "  event.header := struct {{ uint16_t id; time_ns_t timestamp; }};\n"
        "  event.context := struct {{ uint32_t step; string actor; int32_t tid; }};\n}};\n",
        tsdl_string(trace.run.title), tsdl_string(name(trace.run.ending)), tsdl_string(trace.run.host),
        tsdl_string(trace.run.started));
    tsdl += "enum resource : uint8_t { ";
    for (std::size_t index = 0; index < mp::trace::resource_count; ++index)
      tsdl += fmt::format("{}\"{}\" = {}", index == 0 ? "" : ", ", mp::trace::table::resources[index].name, index);
    tsdl += " };\nenum outcome : uint8_t { ";
    for (int index = 0; index <= static_cast<int>(Outcome::lost); ++index)
      tsdl += fmt::format("{}\"{}\" = {}", index == 0 ? "" : ", ", outcome_words(static_cast<Outcome>(index)), index);
    tsdl += " };\n";
    for (std::size_t index = 0; index < mp::trace::kind_count; ++index) {
      auto const kind = static_cast<Kind>(index);
      if (kind == Kind::text) continue;
      tsdl += fmt::format("event {{\n  name = \"{}\";\n  id = {};\n  stream_id = 0;\n  fields := struct {{",
                          facts(kind).name, index);
      if (has_resource_field(kind)) tsdl += " enum resource resource;";
      if (facts(kind).phase == Phase::end) tsdl += " enum outcome outcome;";
      tsdl += " string queue; string target;";
      if (facts(kind).has_item) tsdl += " uint64_t item_id; string item;";
      tsdl += " int64_t argument; string text; string file; uint32_t line; };\n};\n";
    }
    metadata_.write(tsdl);
  }

  OutputFile &metadata_, &stream_;
  std::string content_;  ///< events of the packet in the making
  std::uint64_t begin_ = 0, end_ = 0, discarded_ = 0;
};

}  // namespace

std::unique_ptr<Exporter> ctf_exporter(OutputFile& metadata, OutputFile& stream) {
  return std::make_unique<Ctf>(metadata, stream);
}

}  // namespace qs
