// put and get of a hardened queue.
#include <algorithm>
#include <optional>
#include <string>

#include <mp/errors.hpp>

#include "hardened/hardened_queue.hpp"
#include "hardened/hardened_wait.hpp"
#include "trace/gate.hpp"

namespace mp::detail {

using hook::Kind;
using hook::Outcome;
using hook::Resource;

namespace {

constexpr std::size_t header_bytes = SegmentedLog::unit;

thread_local bool last_was_redelivered = false;

std::int64_t whole_frame(std::size_t body) {
  return trace::Chunk{static_cast<std::uint32_t>(std::min<std::size_t>(body + header_bytes, 0xffffffff)), 0}.packed();
}

}  // namespace

void HardenedQueue::check_open(Kind end_kind, hook::ItemId item, Where where) const {
  if (!local_->closed.load(std::memory_order_relaxed)) [[likely]]
    return;
  tracer_.end(end_kind, Outcome::closed, item);
  if (type_ == trace::QueueClass::simple) throw OSError("handle is closed", where);
  throw ValueError("Queue " + name() + " is closed", where);
}

bool HardenedQueue::try_put(Item& item, Block block, Timeout const& timeout, Where where) {
  hook::ScopedLocation const here(where);
  tracer_.begin_put(item, block, timeout);
  check_open(Kind::put_end, item.id, where);
  WaitResult result = WaitResult::yes;
  {
    Scratch<std::string> scratch;
    try {
      Pieces const body = item.pieces(scratch);
      if (hook::on()) [[unlikely]]
        tracer_.emit(Kind::serialised, {.item = item.id, .argument = static_cast<std::int64_t>(body.size())});
      if (body.size() > SegmentedLog::largest_body) throw ValueError("an item must have less than 4 GiB", where);
      result = put_within(body, item.id, block, Deadline(timeout));
    } catch (...) {
      tracer_.end(Kind::put_end, Outcome::error, item.id);
      throw;
    }
  }
  if (result == WaitResult::yes) [[likely]] {
    before_wake();
    signal_descriptor();
    shared_->arrival.wake_one();
    tracer_.end(Kind::put_end, Outcome::ok, item.id);
    return true;
  }
  switch (result) {
    case WaitResult::shut_down: tracer_.end(Kind::put_end, Outcome::shut_down, item.id); break;
    case WaitResult::abandoned: tracer_.end(Kind::put_end, Outcome::abandoned, item.id); break;
    default: tracer_.end(Kind::put_end, Outcome::full, item.id); break;
  }
  if (result == WaitResult::shut_down) throw ShutDown("the queue " + name() + " was shut down", where);
  if (result == WaitResult::abandoned) throw Abandoned("no other process has the queue " + name() + " any more", where);
  return false;
}

HardenedQueue::WaitResult HardenedQueue::put_within(Pieces const& body, hook::ItemId const& item, Block block,
                                                    Deadline const& deadline) {
  bool short_of_memory = false;
  std::optional<std::uint32_t> exhausted;  // the read count at which all memory was in use
  auto const has_room = [&] {
    return !bounded_full() && (!exhausted || *exhausted != log_.read().count || log_.size() == 0);
  };
  for (;;) {
    if (is_shut_down()) return WaitResult::shut_down;
    WaitResult const result = wait_until(shared_->room, room_spin_, Resource::slot, item, block, deadline, has_room);
    if (result != WaitResult::yes) return result;
    if (block == Block::yes && deadline.never()) let_readers_catch_up(body.size());
    if (!write_lock_.acquire(block == Block::yes ? deadline : Deadline({}), item)) return WaitResult::timed_out;
    ReleaseGuard const writing(write_lock_, item);
    if (shared_->recovery.leaked.load(std::memory_order_relaxed) != 0) [[unlikely]]
      repair();
    if (is_shut_down()) return WaitResult::shut_down;
    if (log_.holds_for_writer(max_items())) continue;
    std::uint32_t const read = short_of_memory ? log_.read().count : 0;
    std::uint64_t const behind = log_.write(body, item);
    if (behind == SegmentedLog::no_memory) [[unlikely]] {
      if (short_of_memory && log_.size() == 0) throw ValueError("an item is larger than all memory of its queue");
      if (short_of_memory) exhausted = read;
      short_of_memory = true;
      shared_->recovery.leaked.store(1);  // the segments that the failed attempt had allocated
      continue;
    }
    commit(behind, item, body.size());
    return WaitResult::yes;
  }
}

/// Before the queue grows into memory it has never used, gives the readers a chance to free segments, as long as they
/// make progress. Reused memory is in the caches, whereas new pages cost more than the copy into them.
void HardenedQueue::let_readers_catch_up(std::size_t bytes) {
  if (!log_.would_grow(bytes) || gate::closed()) return;
  for (int turn = 0; turn < 64 && log_.would_grow(bytes); ++turn) {
    std::uint32_t const read = log_.read().count;
    std::uint32_t const announced = shared_->room.announce();
    if (read == log_.read().count) shared_->room.sleep(announced, Nanoseconds(200'000));
    if (read == log_.read().count) return;
  }
}

/// Holding the write lock.
void HardenedQueue::commit(std::uint64_t behind, hook::ItemId const& item, std::size_t bytes) {
  if (!hook::on()) [[likely]]
    return log_.commit_written(behind);
  hook::EventFields const fields{.object = tracer_.index(), .item = item, .argument = whole_frame(bytes)};
  gate::pass({Kind::pipe_write, fields});
  std::uint64_t const stamp = hook::now();  // before the effect, so that no reader's event has an earlier stamp
  log_.commit_written(behind);
  hook::emit_at(stamp, Kind::pipe_write, fields);
}

/// Holding the write lock. Frees the segments that dead processes had allocated.
void HardenedQueue::repair() {
  read_lock_.acquire();
  ReleaseGuard const reading(read_lock_);
  log_.rebuild([this](SegmentedLog::Visit const& visit) { ledger_.each_pinned(visit); });
  shared_->recovery.leaked.store(0);
}

bool HardenedQueue::try_get(Receiver& receiver, Block block, Timeout const& timeout, Where where) {
  hook::ScopedLocation const here(where);
  tracer_.begin_get(block, timeout);
  check_open(Kind::get_end, {}, where);
  hook::ItemId item;
  std::size_t bytes = 0;
  WaitResult result = WaitResult::yes;
  try {
    result = get_within(receiver, item, bytes, block, Deadline(timeout));
  } catch (...) {
    tracer_.end(Kind::get_end, Outcome::error);
    throw;
  }
  if (result == WaitResult::yes) [[likely]] {
    before_wake();
    clear_descriptor();
    shared_->room.wake_one();
    tracer_.end(Kind::get_end, Outcome::ok, item, static_cast<std::int64_t>(bytes));
    return true;
  }
  clear_descriptor();
  switch (result) {
    case WaitResult::shut_down: tracer_.end(Kind::get_end, Outcome::shut_down); break;
    case WaitResult::abandoned: tracer_.end(Kind::get_end, Outcome::abandoned); break;
    default: tracer_.end(Kind::get_end, Outcome::empty); break;
  }
  if (result == WaitResult::shut_down) throw ShutDown("the queue " + name() + " was shut down", where);
  if (result == WaitResult::abandoned) throw Abandoned("no other process has the queue " + name() + " any more", where);
  return false;
}

bool HardenedQueue::may_get() const { return log_.any() || (redeliver_ && ledger_.may_have_returned()); }

HardenedQueue::WaitResult HardenedQueue::get_within(Receiver& receiver, hook::ItemId& item, std::size_t& bytes,
                                                    Block block, Deadline const& deadline) {
  for (;;) {
    WaitResult const result = wait_until(shared_->arrival, arrival_spin_, Resource::pipe_data, {}, block, deadline,
                                         [this] { return may_get(); });
    if (result != WaitResult::yes) return result;
    if (!read_lock_.acquire(block == Block::yes ? deadline : Deadline({}))) return WaitResult::timed_out;
    ReleaseGuard const reading(read_lock_, item);
    if (redeliver_ && read_returned(receiver, item, bytes)) return WaitResult::yes;
    if (!log_.any_for_reader()) continue;  // another process took it
    read_first(receiver, item, bytes);
    return WaitResult::yes;
  }
}

hook::EventFields HardenedQueue::about_frame(SegmentedLog::Frame const& frame) const {
  return {.object = tracer_.index(), .item = frame.item, .argument = whole_frame(frame.bytes)};
}

void HardenedQueue::receive(SegmentedLog::Frame const& frame, Receiver& receiver) const {
  receiver.begin(frame.bytes);
  log_.visit(frame, [&](std::string_view piece) { receiver.piece(piece); });
}

/// Holding the read lock; the log is not empty.
void HardenedQueue::read_first(Receiver& receiver, hook::ItemId& item, std::size_t& bytes) {
  SegmentedLog::Frame const first = log_.front();
  receive(first, receiver);
  item = first.item;
  bytes = first.bytes;
  if (hook::on()) [[unlikely]]
    gate::pass({Kind::pipe_read, about_frame(first)});
  if (joinable()) {
    settle_claims();
    std::uint32_t const page = own_page();
    TaskLedger::Held const held = ledger_.take(page, first);
    log_.commit_read(first);
    ledger_.taken(held);
    remember(held, item);
    last_was_redelivered = false;
  } else {
    log_.commit_read(first);
  }
  if (hook::on()) [[unlikely]]
    hook::emit(Kind::pipe_read, about_frame(first));
}

/// Holding the read lock.
void HardenedQueue::settle_claims() {
  if (shared_->recovery.claimed.load(std::memory_order_relaxed) == 0) [[likely]]
    return;
  ledger_.settle_claims();
  shared_->recovery.claimed.store(0);
}

/// Holding the read lock. Takes over a task of a dead process, if there is one.
bool HardenedQueue::read_returned(Receiver& receiver, hook::ItemId& item, std::size_t& bytes) {
  TaskLedger::Held const held = ledger_.find_returned();
  if (held.page == TaskLedger::nobody) return false;
  SegmentedLog::Frame const frame = ledger_.frame(held);
  receive(frame, receiver);
  item = frame.item;
  bytes = frame.bytes;
  hook::EventFields const fields = about_frame(frame);
  gate::pass({Kind::pipe_read, fields});
  ledger_.take_returned(held, own_page());
  remember(held, item);
  last_was_redelivered = true;
  hook::emit(Kind::pipe_read, fields);
  return true;
}

bool HardenedQueue::redelivered() const { return last_was_redelivered; }

}  // namespace mp::detail
