// https://perfetto.dev/docs/reference/synthetic-track-event; the numbers of the fields are those of Perfetto's
// protos/perfetto/trace/*.proto, which never change.
#include <map>
#include <string>
#include <utility>

#include "sim/export/activity.hpp"
#include "sim/export/formats.hpp"
#include "sim/export/proto_message.hpp"
#include "sim/export/thread_ids.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

namespace trace_field {
enum : std::uint32_t { packet = 1 };
}
namespace packet_field {
enum : std::uint32_t {
  timestamp = 8,
  sequence_id = 10,
  track_event = 11,
  interned_data = 12,
  sequence_flags = 13,
  track_descriptor = 60
};
}
namespace interned_field {
enum : std::uint32_t { categories = 1, names = 2, annotation_names = 3, source_locations = 4, iid = 1, name = 2 };
}
namespace location_field {
enum : std::uint32_t { file = 2, line = 4 };
}
namespace event_field {
enum : std::uint32_t {
  category_iids = 3,
  annotations = 4,
  type = 9,
  name_iid = 10,
  track_uuid = 11,
  counter_value = 30,
  source_location_iid = 34,
  flow_ids = 47,
  terminating_flow_ids = 48
};
}
namespace annotation_field {
enum : std::uint32_t { name_iid = 1, unsigned_value = 3, string_value = 6 };
}
namespace track_field {
enum : std::uint32_t { uuid = 1, name = 2, process = 3, thread = 4, parent = 5, counter = 8 };
}
namespace process_field {
enum : std::uint32_t { pid = 1, name = 6 };
}
namespace thread_field {
enum : std::uint32_t { pid = 1, tid = 2, name = 5 };
}
namespace counter_field {
enum : std::uint32_t { unit = 3 };
}
enum class EventType : std::uint8_t { slice_begin = 1, slice_end, instant, counter };
enum class CounterUnit : std::uint8_t { count = 2, bytes = 3 };
enum SequenceFlags : std::uint64_t { state_cleared = 1, needs_state = 2 };
constexpr std::uint64_t our_sequence = 1;

class Perfetto final : public Activity {
 public:
  explicit Perfetto(OutputFile& out) : out_(out) {
    packet_.number(packet_field::sequence_id, our_sequence).number(packet_field::sequence_flags, state_cleared);
    write_packet();
  }

 private:
  void meet(Trace const& trace, ActorIndex index) override {
    auto const process = ThreadIds::process_of(trace, index);
    if (!known_processes_[process]) describe_process(trace, process);
    auto const ids = ids_.of(trace, index);
    ProtoMessage thread, track;
    thread.number(thread_field::pid, static_cast<std::uint64_t>(ids.process))
        .number(thread_field::tid, static_cast<std::uint64_t>(ids.thread))
        .text(thread_field::name, trace.name(index));
    track.number(track_field::uuid, thread_track(index))
        .number(track_field::parent, process_track(process))
        .message(track_field::thread, thread);
    write_track(track);
  }

  void describe_process(Trace const& trace, ActorIndex index) {
    known_processes_[index] = true;
    ProtoMessage process, track;
    process.number(process_field::pid, static_cast<std::uint64_t>(ids_.of(trace, index).process))
        .text(process_field::name, trace.name(index));
    track.number(track_field::uuid, process_track(index)).message(track_field::process, process);
    write_track(track);
  }

  void open(ActorIndex index, Slice& slice) override {
    begin_event(EventType::slice_begin, thread_track(index));
    name(slice.name, slice.category);
    annotate("step", slice.step);
    if (!slice.queue.empty()) annotate("queue", slice.queue);
    if (!slice.label.empty()) annotate("item", slice.label);
    if (slice.event.location != 0) locate(slice);
    add_flow(slice);
    write_event(slice.begin);
  }

  void close(ActorIndex index, Slice& slice, std::uint64_t time, std::string const& outcome) override {
    begin_event(EventType::slice_end, thread_track(index));
    if (!outcome.empty()) annotate("outcome", outcome);
    if (!slice.flow_is_out && slice.flow != Flow::none) annotate("item", slice.label);
    add_flow(slice);
    write_event(time);
  }

  void instant(Current const& now, std::string_view words) override {
    begin_event(EventType::instant, thread_track(now.event().actor));
    name(std::string(words), "event");
    annotate("step", now.step);
    annotate("event", sentence(now.trace, now.place));
    write_event(now.time);
  }

  void count(Trace const& trace, QueueIndex queue, Count which, std::uint64_t time, std::int64_t value) override {
    auto const track =
        (std::uint64_t{1} << 32) + std::uint64_t{queue} * count_kinds + static_cast<std::uint64_t>(which);
    if (!std::exchange(known_counters_[track], true)) {
      bool const bytes = which == Count::pipe_bytes;
      ProtoMessage counter, descriptor;
      counter.number(counter_field::unit, static_cast<std::uint64_t>(bytes ? CounterUnit::bytes : CounterUnit::count));
      auto const hardened = trace.mechanism(queue) == mp::Mechanism::hardened;
      descriptor.number(track_field::uuid, track)
          .text(track_field::name, trace.queue_name(queue) + ": " + std::string(count_name(which, hardened)))
          .message(track_field::counter, counter);
      write_track(descriptor);
    }
    begin_event(EventType::counter, track);
    event_.number(event_field::counter_value, static_cast<std::uint64_t>(value));
    write_event(time);
  }

  void end(Trace const&, std::uint64_t) override {}

  static std::uint64_t process_track(ActorIndex index) { return std::uint64_t{index} * 2 + 1; }
  static std::uint64_t thread_track(ActorIndex index) { return std::uint64_t{index} * 2 + 2; }

  void begin_event(EventType type, std::uint64_t track) {
    event_.clear();
    event_.number(event_field::type, static_cast<std::uint64_t>(type)).number(event_field::track_uuid, track);
  }

  void name(std::string const& words, std::string_view category) {
    event_.number(event_field::name_iid, intern(names_, words, interned_field::names));
    event_.number(event_field::category_iids, intern(categories_, std::string(category), interned_field::categories));
  }

  std::uint64_t intern(std::map<std::string, std::uint64_t>& known, std::string const& words, std::uint32_t field) {
    auto const [entry, is_new] = known.try_emplace(words, known.size() + 1);
    if (is_new) {
      ProtoMessage interned;
      interned.number(interned_field::iid, entry->second).text(interned_field::name, words);
      interned_.message(field, interned);
    }
    return entry->second;
  }

  ProtoMessage annotation(char const* key) {
    ProtoMessage annotation;
    annotation.number(annotation_field::name_iid, intern(keys_, key, interned_field::annotation_names));
    return annotation;
  }
  void annotate(char const* key, std::string const& value) {
    event_.message(event_field::annotations, annotation(key).text(annotation_field::string_value, value));
  }
  void annotate(char const* key, Step value) {
    event_.message(event_field::annotations, annotation(key).number(annotation_field::unsigned_value, value));
  }

  void locate(Slice const& slice) {
    if (slice.where.empty()) return;
    auto const [entry, is_new] = places_.try_emplace(slice.where, places_.size() + 1);
    if (is_new) {
      auto const colon = slice.where.rfind(':');
      ProtoMessage location;
      location.number(interned_field::iid, entry->second)
          .text(location_field::file, slice.where.substr(0, colon))
          .number(location_field::line, std::stoull(slice.where.substr(colon + 1)));
      interned_.message(interned_field::source_locations, location);
    }
    event_.number(event_field::source_location_iid, entry->second);
    annotate("line", slice.where);
  }

  void add_flow(Slice& slice) {
    if (slice.flow == Flow::none || std::exchange(slice.flow_is_out, true)) return;
    event_.fixed(slice.flow == Flow::end ? event_field::terminating_flow_ids : event_field::flow_ids,
                 slice.item.packed());
  }

  void write_event(std::uint64_t time) {
    packet_.number(packet_field::timestamp, time).message(packet_field::track_event, event_);
    if (!interned_.bytes().empty()) packet_.message(packet_field::interned_data, interned_);
    interned_.clear();
    packet_.number(packet_field::sequence_id, our_sequence).number(packet_field::sequence_flags, needs_state);
    write_packet();
  }
  void write_track(ProtoMessage const& track) {
    packet_.message(packet_field::track_descriptor, track).number(packet_field::sequence_id, our_sequence);
    write_packet();
  }
  void write_packet() {
    ProtoMessage framed;
    framed.message(trace_field::packet, packet_);
    out_.write(framed.bytes());
    packet_.clear();
  }

  OutputFile& out_;
  ThreadIds ids_;
  ProtoMessage packet_, event_, interned_;
  std::map<std::string, std::uint64_t> names_, categories_, keys_, places_;
  std::map<ActorIndex, bool> known_processes_;
  std::map<std::uint64_t, bool> known_counters_;
};

}  // namespace

std::unique_ptr<Exporter> perfetto_exporter(OutputFile& out) { return std::make_unique<Perfetto>(out); }

}  // namespace qs
