#include "sim/trace/trace_chunks.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/bytes.hpp"

namespace qs {

namespace {

using mp::trace::ObjectKind;

constexpr std::size_t most_arguments = 128;
constexpr std::size_t most_parameters = 32;

std::string_view shortened(std::string_view text) { return text.substr(0, longest_string); }

// Sequence numbers mostly go on where their producer's last event was.
class SequenceDelta {
 public:
  std::uint32_t& last(std::uint16_t producer) {
    if (last_.size() <= producer) last_.resize(std::size_t{producer} + 1);
    return last_[producer];
  }

 private:
  std::vector<std::uint32_t> last_;
};

void check(bool good, char const* complaint) {
  if (!good) throw BadBytes(complaint);
}

// Everything the model takes for granted.
void check_event(Event const& event, ReadSoFar const& read) {
  check(event.actor < read.actors, "an event names an actor that is not there");
  check(well_formed(event), "an event is of an unknown kind");
  check(event.location < std::max<std::size_t>(read.locations, 1), "an event names a source line that is not there");
  check(!event.item() || event.item_producer < read.actors, "an item's producer is not there");

  bool const names_actor = object_kind(event) == ObjectKind::actor && event.object != mp::trace::no_object;
  check(!names_actor || event.object < read.actors, "an event is about an actor that is not there");
}

void decode_run(ByteReader& in, Sink& sink) {
  RunFacts run;
  run.title = in.string();
  run.scenario = in.string();
  for (auto n = in.number_up_to(most_arguments); n > 0; --n) run.command.emplace_back(in.string());
  for (auto n = in.number_up_to(most_parameters); n > 0; --n) {
    auto const key = in.string();
    run.parameters.emplace(key, in.string());
  }
  run.host = in.string();
  run.started = in.string();
  run.ending = run_ending_named(in.string());
  run.exit_code = static_cast<int>(in.signed_number());
  run.duration = in.number();
  sink.run(run);
}

void decode_actors(ByteReader& in, ReadSoFar& read, Sink& sink) {
  while (!in.at_end()) {
    auto const index = in.number_up_to<ActorIndex>(mp::trace::no_object - 1);
    ActorFacts actor;
    actor.kind = static_cast<ActorKind>(in.number_up_to(static_cast<std::uint32_t>(ActorKind::thread)));
    actor.parent = in.number_up_to<ActorIndex>(mp::trace::no_object);
    actor.process = in.number_up_to<ActorIndex>(mp::trace::no_object);
    actor.pid = static_cast<std::int32_t>(in.signed_number());
    actor.name = in.string();
    read.actors = std::max<std::size_t>(read.actors, std::size_t{index} + 1);
    sink.actor(index, actor);
  }
}

void decode_locations(ByteReader& in, ReadSoFar& read, Sink& sink) {
  while (!in.at_end()) {
    auto const index = in.number_up_to(most_locations - 1);
    Location location;
    location.file = in.string();
    location.line = in.number_up_to<std::uint32_t>(0xffffffff);
    location.function = in.string();
    read.locations = std::max<std::size_t>(read.locations, std::size_t{index} + 1);
    sink.location(index, location);
  }
}

void decode_events(ByteReader& in, ReadSoFar& read, Sink& sink) {
  std::vector<Event> events(in.number_up_to(most_events_in_chunk));
  std::uint64_t time = 0;
  for (auto& event : events) event.time = time += static_cast<std::uint64_t>(in.signed_number());
  for (auto& event : events) event.actor = in.number_up_to<std::uint16_t>(0xffff);
  for (auto& event : events) event.kind = static_cast<Kind>(in.number_up_to<std::uint8_t>(0xff));
  for (auto& event : events) event.detail = in.number_up_to<std::uint8_t>(0xff);
  for (auto& event : events) event.location = in.number_up_to<std::uint32_t>(0xffffffff);
  for (auto& event : events) event.object = static_cast<std::uint16_t>(in.number_up_to(0xffffu) - 1);
  for (auto& event : events) event.item_producer = in.number_up_to<std::uint16_t>(0xffff);
  SequenceDelta sequences;
  for (auto& event : events) {
    event.item_sequence = sequences.last(event.item_producer) += static_cast<std::uint32_t>(in.signed_number());
  }
  for (auto& event : events) event.argument = in.signed_number();

  std::vector<std::string_view> texts(events.size());
  std::size_t next = 0;
  for (auto n = in.number_up_to(events.size()); n > 0; --n) {
    next += in.number_up_to(events.size());
    check(next < events.size(), "a text belongs to no event");
    texts[next++] = in.string();
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    check_event(events[i], read);
    ++read.events;
    sink.event(events[i], texts[i]);
  }
}

Choice decode_choice(ByteReader& in, ReadSoFar const& read) {
  Choice choice;
  choice.what = static_cast<Choice::What>(in.number_up_to<std::uint8_t>(static_cast<std::uint8_t>(Choice::What::kill)));
  if (choice.what == Choice::What::time) return choice;
  choice.actor = in.number_up_to<ActorIndex>(0xffff);
  check(choice.actor < read.actors, "a choice names an unknown actor");
  return choice;
}

void decode_decisions(ByteReader& in, ReadSoFar const& read, Sink& sink) {
  for (auto count = in.number_up_to(most_decisions_in_chunk); count > 0; --count) {
    Decision decision;
    decision.step = in.number_up_to<Step>(static_cast<Step>(std::min<std::uint64_t>(read.events, most_events)));
    decision.choice = decode_choice(in, read);
    for (auto enabled = in.number_up_to(read.actors + 1); enabled > 0; --enabled) {
      decision.enabled.push_back(decode_choice(in, read));
    }
    sink.decision(decision);
  }
}

}  // namespace

// By the shortest entry of each kind. A vector that grows takes three times its size while it moves.
std::uint64_t most_memory(ChunkType type, std::uint64_t payload_bytes) {
  constexpr std::size_t event = 9, event_with_text = event + 3, decision = 3, location = 4, actor = 6;
  constexpr std::size_t text_in_table = 80, smallest_heap_block = 32;
  constexpr std::size_t of_event = 3 * (sizeof(Event) + sizeof(Step));
  switch (type) {
    case ChunkType::events:
      return payload_bytes * std::max(of_event / event, (of_event + text_in_table) / event_with_text);
    case ChunkType::decisions: return payload_bytes * ((3 * sizeof(Decision) + smallest_heap_block) / decision);
    case ChunkType::locations: return payload_bytes * (3 * sizeof(Location) / location);
    case ChunkType::actors: return payload_bytes * (3 * sizeof(ActorFacts) / actor);
    default: return payload_bytes * 4;
  }
}

std::string encode(RunFacts const& run) {
  ByteWriter out;
  out.string(shortened(run.title));
  out.string(shortened(run.scenario));
  auto const arguments = std::min(run.command.size(), most_arguments);
  out.number(arguments);
  for (std::size_t i = 0; i < arguments; ++i) out.string(shortened(run.command[i]));
  auto parameters = std::min(run.parameters.size(), most_parameters);
  out.number(parameters);
  for (auto const& [key, value] : run.parameters) {
    if (parameters-- == 0) break;
    out.string(shortened(key));
    out.string(shortened(value));
  }
  out.string(shortened(run.host));
  out.string(shortened(run.started));
  out.string(name(run.ending));
  out.signed_number(run.exit_code);
  out.number(run.duration);
  return out.take();
}

std::string encode(std::span<std::pair<ActorIndex, ActorFacts> const> actors) {
  ByteWriter out;
  for (auto const& [index, actor] : actors) {
    out.number(index);
    out.number(static_cast<std::uint32_t>(actor.kind));
    out.number(actor.parent);
    out.number(actor.process);
    out.signed_number(actor.pid);
    out.string(shortened(actor.name));
  }
  return out.take();
}

std::string encode(std::span<std::pair<std::uint32_t, Location> const> locations) {
  ByteWriter out;
  for (auto const& [index, location] : locations) {
    out.number(index);
    out.string(shortened(location.file));
    out.number(location.line);
    out.string(shortened(location.function));
  }
  return out.take();
}

std::string encode_source(std::string_view file, std::string_view text) {
  ByteWriter out;
  out.string(shortened(file));
  out.string(text.substr(0, longest_source));
  return out.take();
}

std::string encode(std::span<Event const> events, std::span<TextOfEvent const> texts) {
  ByteWriter out;
  out.number(events.size());
  std::uint64_t time = 0;
  out.numbers(events, [&time](Event const& event) {
    return ByteWriter::zigzag(static_cast<std::int64_t>(event.time - std::exchange(time, event.time)));
  });
  out.numbers(events, [](Event const& event) { return event.actor; });
  out.numbers(events, [](Event const& event) { return static_cast<std::uint8_t>(event.kind); });
  out.numbers(events, [](Event const& event) { return event.detail; });
  out.numbers(events, [](Event const& event) { return event.location; });
  out.numbers(events, [](Event const& event) { return static_cast<std::uint16_t>(event.object + 1); });
  out.numbers(events, [](Event const& event) { return event.item_producer; });
  SequenceDelta sequences;
  out.numbers(events, [&sequences](Event const& event) {
    auto const last = std::exchange(sequences.last(event.item_producer), event.item_sequence);
    return ByteWriter::zigzag(static_cast<std::int32_t>(event.item_sequence - last));
  });
  out.numbers(events, [](Event const& event) { return ByteWriter::zigzag(event.argument); });

  out.number(texts.size());
  std::uint32_t next = 0;
  for (auto const& [index, text] : texts) {
    out.number(index - next);
    out.string(shortened(text));
    next = index + 1;
  }
  return out.take();
}

std::string encode(std::span<Decision const> decisions) {
  ByteWriter out;
  auto const write = [&](Choice choice) {
    out.number(static_cast<std::uint8_t>(choice.what));
    if (choice.what != Choice::What::time) out.number(choice.actor);
  };
  out.number(decisions.size());
  for (Decision const& decision : decisions) {
    out.number(decision.step);
    write(decision.choice);
    out.number(decision.enabled.size());
    for (Choice const choice : decision.enabled) write(choice);
  }
  return out.take();
}

std::string encode_end(std::uint64_t events) {
  ByteWriter out;
  out.number(events);
  return out.take();
}

void decode(ChunkType type, std::string_view payload, ReadSoFar& read, Sink& sink) {
  ByteReader in(payload);
  switch (type) {
    case ChunkType::run: decode_run(in, sink); break;
    case ChunkType::actors: decode_actors(in, read, sink); break;
    case ChunkType::locations: decode_locations(in, read, sink); break;
    case ChunkType::source: {
      auto const file = in.string();
      sink.source(std::string(file), std::string(in.string()));
      break;
    }
    case ChunkType::events: decode_events(in, read, sink); break;
    case ChunkType::decisions: decode_decisions(in, read, sink); break;
    case ChunkType::end: check(in.number() == read.events, "events are missing from it"); break;
    default: throw BadBytes("it is of an unknown type");
  }
  check(in.at_end(), "it goes on after its end");
}

}  // namespace qs
