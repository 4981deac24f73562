// put and get of a hardened queue.
#include <algorithm>
#include <optional>
#include <string>

#include <mp/errors.hpp>

#include "../gate.hpp"
#include "queue.hpp"
#include "waiting.hpp"

namespace mp::detail {

using hook::Kind;
using hook::Outcome;
using hook::Resource;

namespace {

constexpr std::size_t header_bytes = Line::unit;

thread_local bool last_was_redelivered = false;

std::int64_t whole_frame(std::size_t body) {
  return trace::Chunk{static_cast<std::uint32_t>(std::min<std::size_t>(body + header_bytes, 0xffffffff)), 0}.packed();
}

}  // namespace

void HardenedQueue::check_open(Kind end_kind, hook::ItemId item, Where where) const {
  if (!local_->closed.load(std::memory_order_relaxed)) [[likely]]
    return;
  voice_.end(end_kind, Outcome::closed, item);
  if (type_ == trace::QueueClass::simple) throw OSError("handle is closed", where);
  throw ValueError("Queue " + name() + " is closed", where);
}

void HardenedQueue::put(Item& item, Block block, Timeout const& timeout, Where where) {
  hook::Here const here(where);
  voice_.begin_put(item, block, timeout);
  check_open(Kind::put_end, item.id, where);
  Come come = Come::yes;
  {
    Scratch<std::string> scratch;
    try {
      Pieces const body = item.pieces(scratch);
      if (hook::on()) [[unlikely]]
        voice_.say(Kind::serialised, {.item = item.id, .argument = static_cast<std::int64_t>(body.size())});
      if (body.size() > Line::largest_body) throw ValueError("an item must have less than 4 GiB", where);
      come = put_within(body, item.id, block, Deadline(timeout));
    } catch (...) {
      voice_.end(Kind::put_end, Outcome::error, item.id);
      throw;
    }
  }
  if (come == Come::yes) [[likely]] {
    before_wake();
    shared_->arrival.wake_one();
    return voice_.end(Kind::put_end, Outcome::ok, item.id);
  }
  switch (come) {
    case Come::shut: voice_.end(Kind::put_end, Outcome::shut_down, item.id); break;
    case Come::abandoned: voice_.end(Kind::put_end, Outcome::abandoned, item.id); break;
    default: voice_.end(Kind::put_end, Outcome::full, item.id); break;
  }
  if (come == Come::shut) throw ShutDown("the queue " + name() + " was shut down", where);
  if (come == Come::abandoned) throw Abandoned("no other process has the queue " + name() + " any more", where);
  throw Full("the queue " + name() + " is full", where);
}

HardenedQueue::Come HardenedQueue::put_within(Pieces const& body, hook::ItemId const& item, Block block,
                                              Deadline const& deadline) {
  bool short_of_memory = false;
  std::optional<std::uint32_t> exhausted;  // all memory was in use when so many had been read
  auto const has_room = [&] {
    return !bounded_full() && (!exhausted || *exhausted != line_.read().count || line_.size() == 0);
  };
  for (;;) {
    if (shut()) return Come::shut;
    Come const come = wait_until(shared_->room, for_room_, Resource::slot, item, block, deadline, has_room);
    if (come != Come::yes) return come;
    if (block == Block::yes && deadline.never()) let_readers_catch_up(body.size());
    if (!write_lock_.acquire(block == Block::yes ? deadline : Deadline({}), item)) return Come::too_late;
    Releasing const writing(write_lock_, item);
    if (shared_->damage.leaked.load(std::memory_order_relaxed) != 0) [[unlikely]]
      repair();
    if (shut()) return Come::shut;
    if (line_.holds_for_writer(most())) continue;
    std::uint32_t const read = short_of_memory ? line_.read().count : 0;
    std::uint64_t const behind = line_.write(body, item);
    if (behind == Line::no_memory) [[unlikely]] {
      if (short_of_memory && line_.size() == 0) throw ValueError("an item is larger than all memory of its queue");
      if (short_of_memory) exhausted = read;
      short_of_memory = true;
      shared_->damage.leaked.store(1);  // the segments that it had already
      continue;
    }
    commit(behind, item, body.size());
    return Come::yes;
  }
}

/// Before the queue takes memory that it never had, somebody who reads may give back what it has; as long as there
/// is somebody. Memory used again is in the caches, and new memory costs more than the copy into it.
void HardenedQueue::let_readers_catch_up(std::size_t bytes) {
  if (!line_.would_grow(bytes) || gate::closed()) return;
  for (int turn = 0; turn < 64 && line_.would_grow(bytes); ++turn) {
    std::uint32_t const read = line_.read().count;
    std::uint32_t const announced = shared_->room.announce();
    if (read == line_.read().count) shared_->room.sleep(announced, Nanoseconds(200'000));
    if (read == line_.read().count) return;
  }
}

/// Holding the write lock.
void HardenedQueue::commit(std::uint64_t behind, hook::ItemId const& item, std::size_t bytes) {
  if (!hook::on()) [[likely]]
    return line_.commit_written(behind);
  hook::About const about{.object = voice_.index(), .item = item, .argument = whole_frame(bytes)};
  gate::pass({Kind::pipe_write, about});
  std::uint64_t const stamp = hook::now();  // before the effect: a reader's event must not come first
  line_.commit_written(behind);
  hook::emit_at(stamp, Kind::pipe_write, about);
}

/// Holding the write lock. Segments that a dead process had in its hands are free again.
void HardenedQueue::repair() {
  read_lock_.acquire();
  Releasing const reading(read_lock_);
  line_.rebuild([this](Line::Visit const& visit) { ledger_.each_pinned(visit); });
  shared_->damage.leaked.store(0);
}

void HardenedQueue::get(Receiver& receiver, Block block, Timeout const& timeout, Where where) {
  hook::Here const here(where);
  voice_.begin_get(block, timeout);
  check_open(Kind::get_end, {}, where);
  hook::ItemId item;
  std::size_t bytes = 0;
  Come come = Come::yes;
  try {
    come = get_within(receiver, item, bytes, block, Deadline(timeout));
  } catch (...) {
    voice_.end(Kind::get_end, Outcome::error);
    throw;
  }
  if (come == Come::yes) [[likely]] {
    before_wake();
    shared_->room.wake_one();
    return voice_.end(Kind::get_end, Outcome::ok, item, static_cast<std::int64_t>(bytes));
  }
  switch (come) {
    case Come::shut: voice_.end(Kind::get_end, Outcome::shut_down); break;
    case Come::abandoned: voice_.end(Kind::get_end, Outcome::abandoned); break;
    default: voice_.end(Kind::get_end, Outcome::empty); break;
  }
  if (come == Come::shut) throw ShutDown("the queue " + name() + " was shut down", where);
  if (come == Come::abandoned) throw Abandoned("no other process has the queue " + name() + " any more", where);
  throw Empty("the queue " + name() + " is empty", where);
}

bool HardenedQueue::may_get() const { return line_.any() || (redeliver_ && ledger_.waits_again()); }

HardenedQueue::Come HardenedQueue::get_within(Receiver& receiver, hook::ItemId& item, std::size_t& bytes, Block block,
                                              Deadline const& deadline) {
  for (;;) {
    Come const come = wait_until(shared_->arrival, for_arrival_, Resource::pipe_data, {}, block, deadline,
                                 [this] { return may_get(); });
    if (come != Come::yes) return come;
    if (!read_lock_.acquire(block == Block::yes ? deadline : Deadline({}))) return Come::too_late;
    Releasing const reading(read_lock_, item);
    if (redeliver_ && read_again(receiver, item, bytes)) return Come::yes;
    if (!line_.any_for_reader()) continue;  // somebody was faster
    read_first(receiver, item, bytes);
    return Come::yes;
  }
}

hook::About HardenedQueue::about_frame(Line::Frame const& frame) const {
  return {.object = voice_.index(), .item = frame.item, .argument = whole_frame(frame.bytes)};
}

void HardenedQueue::receive(Line::Frame const& frame, Receiver& receiver) const {
  receiver.begin(frame.bytes);
  line_.visit(frame, [&](std::string_view piece) { receiver.piece(piece); });
}

/// Holding the read lock, and there is one.
void HardenedQueue::read_first(Receiver& receiver, hook::ItemId& item, std::size_t& bytes) {
  Line::Frame const first = line_.front();
  receive(first, receiver);
  item = first.item;
  bytes = first.bytes;
  if (hook::on()) [[unlikely]]
    gate::pass({Kind::pipe_read, about_frame(first)});
  if (joinable()) {
    settle_claims();
    std::uint32_t const page = own_page();
    Ledger::Held const held = ledger_.take(page, first);
    line_.commit_read(first);
    ledger_.taken(held);
    remember(held, item);
    last_was_redelivered = false;
  } else {
    line_.commit_read(first);
  }
  if (hook::on()) [[unlikely]]
    hook::emit(Kind::pipe_read, about_frame(first));
}

/// Holding the read lock.
void HardenedQueue::settle_claims() {
  if (shared_->damage.claimed.load(std::memory_order_relaxed) == 0) [[likely]]
    return;
  ledger_.settle_claims();
  shared_->damage.claimed.store(0);
}

/// Holding the read lock. What a dead process had taken, if there is such.
bool HardenedQueue::read_again(Receiver& receiver, hook::ItemId& item, std::size_t& bytes) {
  Ledger::Held const held = ledger_.find_again();
  if (held.page == Ledger::nobody) return false;
  Line::Frame const frame = ledger_.frame(held);
  receive(frame, receiver);
  item = frame.item;
  bytes = frame.bytes;
  hook::About const about = about_frame(frame);
  gate::pass({Kind::pipe_read, about});
  ledger_.take_again(held, own_page());
  remember(held, item);
  last_was_redelivered = true;
  hook::emit(Kind::pipe_read, about);
  return true;
}

bool HardenedQueue::redelivered() const { return last_was_redelivered; }

}  // namespace mp::detail
