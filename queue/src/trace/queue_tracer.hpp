// What every queue says of itself, whatever it is made of: its name, its number in the traces, and the events
// that begin and end its calls.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <mp/byte_queue.hpp>

#include "trace/hook.hpp"

namespace mp::detail {

/// The time-out as a call's events give it: Block::no is a time-out of nothing.
inline Timeout call_timeout(Block block, Timeout const& timeout) {
  return block == Block::no ? Timeout(Nanoseconds::zero()) : timeout;
}

class QueueTracer {
 public:
  QueueTracer(trace::QueueClass type, QueueOptions const& options);

  std::string const& name() const { return name_; }
  std::uint16_t index() const { return index_; }
  int maxsize() const { return maxsize_; }

  /// The event that the queue begins with. `capacity`: bytes that fit into its pipe.
  void created(std::uint32_t capacity) const;
  /// An event about this queue.
  void say(hook::Kind kind, hook::EventFields fields = {}, std::string_view text = {}) const {
    fields.object = index_;
    hook::emit(kind, fields, text);
  }
  /// The event that a put begins; gives the item its id.
  void begin_put(Item& item, Block block, Timeout const& timeout) const {
    if (hook::on()) [[unlikely]]
      say_put(item, call_timeout(block, timeout));
  }
  /// The event that a get begins.
  void begin_get(Block block, Timeout const& timeout) const {
    if (hook::on()) [[unlikely]] {
      Timeout const allowed = call_timeout(block, timeout);
      say(hook::Kind::get_begin, {.argument = allowed ? allowed->count() : -1});
    }
  }
  /// The item's bytes, appended. What its codec throws comes out.
  void serialise(Item const& item, std::string& body) const {
    item.encode(body);
    if (hook::on()) [[unlikely]]
      say(hook::Kind::serialised, {.item = item.id, .argument = static_cast<std::int64_t>(body.size())});
  }
  /// The event that a call ends.
  void end(hook::Kind kind, hook::Outcome outcome, hook::ItemId item = {}, std::int64_t argument = 0) const {
    if (hook::on()) [[unlikely]]
      say(kind, {.item = item, .argument = argument, .detail = hook::code(outcome)});
  }

 private:
  void say_put(Item& item, Timeout timeout) const;

  std::string name_;
  std::uint16_t index_;
  int maxsize_;
  std::uint8_t kind_;
};

}  // namespace mp::detail
