// A trace in another tool's format: what each format implements.
#pragma once

#include <cstdint>
#include <string>

#include "sim/trace/streamed_trace.hpp"

namespace qs {

class LostStretches;

/// The current event, as an exporter receives it.
struct Current {
  Trace const& trace;  ///< that of a StreamedTrace: for names and words
  Step place;          ///< of the event in it
  Step step;           ///< of the event in the file
  std::uint64_t time;  ///< never runs backwards
  bool certain;        ///< false: events of somebody are missing around this one
  Event const& event() const { return trace.at(place); }
  std::string_view text() const { return trace.text(place); }
};

/// Event::argument as one number, where the event packs two into it: the bytes that were moved, the bound of a queue,
/// an exit code.
inline std::int64_t plain_argument(Event const& event) {
  switch (event.kind) {
    case Kind::pipe_write:
    case Kind::pipe_read:
    case Kind::task_returned: return mp::trace::Chunk::unpack(event.argument).bytes;
    case Kind::queue_new: return mp::trace::QueueFacts::unpack(event.argument).maxsize;
    case Kind::process_lost: return mp::trace::ExitStatus::unpack(event.argument).code;
    default: return event.argument;
  }
}

class Exporter {
 public:
  virtual ~Exporter() = default;
  /// Events come in order: those before the range, which change what is open when it begins, then those in the range.
  virtual void before_range(Current const&) {}
  virtual void event(Current const&) = 0;
  /// The range is over, at this time; `facts` has what was said of the run by then.
  virtual void finish(Trace const& facts, std::uint64_t time) = 0;
};

}  // namespace qs
