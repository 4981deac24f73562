// Common to all queues: name, number in the trace, and the events that begin and end their calls.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <mp/byte_queue.hpp>

#include "trace/hook.hpp"

namespace mp::detail {

/// The time-out as recorded in events: Block::no is a time-out of zero.
inline Timeout call_timeout(Block block, Timeout const& timeout) {
  if (block == Block::no) return Nanoseconds::zero();
  return timeout.value_or(Nanoseconds::max()) == Nanoseconds::max() ? Timeout() : timeout;
}

class QueueTracer {
 public:
  QueueTracer(trace::QueueClass type, QueueOptions const& options);

  std::string const& name() const { return name_; }
  std::uint16_t index() const { return index_; }
  int maxsize() const { return maxsize_; }

  /// Emits queue_new. `capacity`: size of the pipe in bytes.
  void created(std::uint32_t capacity) const;
  /// Emits an event about this queue.
  void emit(hook::Kind kind, hook::EventFields fields = {}, std::string_view text = {}) const {
    fields.object = index_;
    hook::emit(kind, fields, text);
  }
  /// Emits put_begin, and gives the item its id.
  void begin_put(Item& item, Block block, Timeout const& timeout) const {
    if (hook::on()) [[unlikely]]
      emit_put_begin(item, call_timeout(block, timeout));
  }
  /// Emits get_begin.
  void begin_get(Block block, Timeout const& timeout) const {
    if (hook::on()) [[unlikely]] {
      Timeout const allowed = call_timeout(block, timeout);
      emit(hook::Kind::get_begin, {.argument = allowed ? allowed->count() : -1});
    }
  }
  /// Appends the item's bytes. Exceptions of the codec propagate.
  void serialise(Item const& item, std::string& body) const {
    item.encode(body);
    if (hook::on()) [[unlikely]]
      emit(hook::Kind::serialised, {.item = item.id, .argument = static_cast<std::int64_t>(body.size())});
  }
  /// Emits the end of a call.
  void end(hook::Kind kind, hook::Outcome outcome, hook::ItemId item = {}, std::int64_t argument = 0) const {
    if (hook::on()) [[unlikely]]
      emit(kind, {.item = item, .argument = argument, .detail = hook::code(outcome)});
  }

 private:
  void emit_put_begin(Item& item, Timeout timeout) const;

  std::string name_;
  std::uint16_t index_;
  int maxsize_;
  std::uint8_t kind_;
};

}  // namespace mp::detail
