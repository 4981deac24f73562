#include "queue.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <mp/errors.hpp>
#include <mp/process.hpp>

#include "../create.hpp"
#include "../gate.hpp"

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

HardenedQueue::HardenedQueue(trace::QueueClass type, QueueOptions const& options, Describe describe)
    : voice_(type, options),
      type_(type),
      redeliver_(options.redeliver),
      tell_abandoned_(options.tell_abandoned),
      line_(shared_.line()),
      ledger_(shared_->ledger, line_, redeliver_, describe, voice_.index()),
      write_lock_(shared_->write_lock, shared_->damage, Resource::write_lock, voice_.index()),
      read_lock_(shared_->read_lock, shared_->damage, Resource::read_lock, voice_.index()),
      local_(std::make_unique<LocalEnd>()) {
  voice_.created(0);
  if (tell_abandoned_) shared_->attendance.enter(Identity::mine());
}

void HardenedQueue::check_open(Kind end_kind, hook::ItemId item, Where where) const {
  if (!local_->closed.load(std::memory_order_relaxed)) [[likely]]
    return;
  voice_.end(end_kind, Outcome::closed, item);
  if (type_ == trace::QueueClass::simple) throw OSError("handle is closed", where);
  throw ValueError("Queue " + name() + " is closed", where);
}

// ---- waiting

/// Waits until `ready()`; asks the dead and the living from time to time whether they change anything.
template <typename Ready>
HardenedQueue::Come HardenedQueue::wait_until(Sleepers& sleepers, Resource what, hook::ItemId const& item, Block block,
                                              Deadline const& deadline, Ready&& ready) {
  if (ready()) [[likely]]
    return Come::yes;
  if (shut()) return Come::shut;
  if (block == Block::yes && !gate::closed() && sleepers.spin(ready)) return Come::yes;
  bool const concerns_tasks = joinable() && (redeliver_ || what == Resource::barrier);
  auto const died = [&] { return concerns_tasks && ledger_.somebody_died(); };
  auto const lonely = [&] { return tell_abandoned_ && !shared_->attendance.others(getpid()); };
  Operation operation({.kind = Kind::woken, .resource = what, .object = voice_.index(), .item = item}, block,
                      deadline.left());
  int lonely_looks = 0;  // a child that is being forked may not be in yet
  Nanoseconds slice = Sleepers::first_slice;
  for (;;) {
    bool const goes_on =
        operation.turn([&] { return ready() || shut() || died() || lonely() ? Resource::nothing : what; });
    if (ready()) return Come::yes;
    if (!goes_on) return Come::too_late;
    if (shut()) return Come::shut;
    if (died()) {
      settle_dead();
      continue;
    }
    if (lonely() && (++lonely_looks == 2 || gate::closed())) return Come::abandoned;
    Waited const waited = operation.wait([&](Timeout time) {
      Deadline const until(time);
      for (;;) {
        std::uint32_t const announced = sleepers.announce();
        if (ready() || shut()) return true;
        Timeout const left = until.left();
        if (left && left->count() == 0) return false;
        sleepers.sleep(announced, slice, left);
        slice = std::min(2 * slice, Sleepers::longest_slice);
        if (ready() || shut() || died() || lonely()) return true;
        lonely_looks = 0;
      }
    });
    if (waited == Waited::over) return ready() ? Come::yes : Come::too_late;
  }
}

bool HardenedQueue::settle_dead() {
  read_lock_.acquire();
  bool settled = false;
  {
    Releasing const reading(read_lock_);
    settled = ledger_.settle();
    if (settled) shared_->damage.leaked.store(1);
  }
  if (settled) {
    before_wake();
    shared_->arrival.wake_all();
    shared_->all_done.wake_all();
  }
  return settled;
}

// ---- put

void HardenedQueue::put(Item& item, Block block, Timeout timeout, Where where) {
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
  std::optional<std::uint32_t> exhausted;  // all memory was in use when so many had been read
  auto const has_room = [&] {
    return !bounded_full() && (!exhausted || *exhausted != line_.read().count || line_.size() == 0);
  };
  for (;;) {
    if (shut()) return Come::shut;
    Come const come = wait_until(shared_->room, Resource::slot, item, block, deadline, has_room);
    if (come != Come::yes) return come;
    if (block == Block::yes && deadline.never()) let_readers_catch_up(body.size());
    if (!write_lock_.acquire(block == Block::yes ? deadline : Deadline({}), item)) return Come::too_late;
    Releasing const writing(write_lock_, item);
    if (shared_->damage.leaked.load(std::memory_order_relaxed) != 0) [[unlikely]]
      repair();
    if (shut()) return Come::shut;
    if (bounded_full()) continue;
    std::uint32_t const read = line_.read().count;
    std::uint64_t const behind = line_.write(body, item);
    if (behind == Line::no_memory) {
      if (exhausted && line_.size() == 0) throw ValueError("an item is larger than all memory of its queue");
      exhausted = read;
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

// ---- get

void HardenedQueue::get(Receiver& receiver, Block block, Timeout timeout, Where where) {
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

bool HardenedQueue::may_get() const { return line_.size() != 0 || (redeliver_ && ledger_.waits_again()); }

HardenedQueue::Come HardenedQueue::get_within(Receiver& receiver, hook::ItemId& item, std::size_t& bytes, Block block,
                                              Deadline const& deadline) {
  for (;;) {
    Come const come =
        wait_until(shared_->arrival, Resource::pipe_data, {}, block, deadline, [this] { return may_get(); });
    if (come != Come::yes) return come;
    if (!read_lock_.acquire(block == Block::yes ? deadline : Deadline({}))) return Come::too_late;
    Releasing const reading(read_lock_, item);
    if (redeliver_ && read_again(receiver, item, bytes)) return Come::yes;
    if (line_.size() == 0) continue;  // somebody was faster
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

// ---- tasks

/// Holding the read lock.
std::uint32_t HardenedQueue::own_page() {
  if (local_->page == Ledger::nobody) local_->page = ledger_.open_page(process_name());
  return local_->page;
}

void HardenedQueue::remember(Ledger::Held const& held, hook::ItemId item) {
  std::lock_guard const guard(local_->mutex);
  local_->tasks.push_back({held, std::this_thread::get_id(), item});
}

/// The oldest that this thread took, or else that this process did; forgotten with that.
HardenedQueue::LocalEnd::Task HardenedQueue::next_task() {
  std::lock_guard const guard(local_->mutex);
  auto& tasks = local_->tasks;
  auto const mine = [me = std::this_thread::get_id()](LocalEnd::Task const& task) { return task.taker == me; };
  auto found = std::find_if(tasks.begin(), tasks.end(), mine);
  if (found == tasks.end()) found = tasks.begin();
  if (found == tasks.end()) return {};
  LocalEnd::Task const task = *found;
  tasks.erase(found);
  return task;
}

void HardenedQueue::task_done(Where where) {
  hook::Here const here(where);
  voice_.say(Kind::task_done_begin);
  LocalEnd::Task const task = next_task();
  bool const known = task.held.page != Ledger::nobody;
  hook::About const about{.object = voice_.index(), .item = task.item, .detail = hook::code(Resource::unfinished)};
  gate::pass({Kind::acquired, about});
  bool finished = true;
  if (known && !redeliver_) {
    ledger_.finish(task.held);
  } else {
    read_lock_.acquire(Deadline({}), task.item);
    Releasing const reading(read_lock_, task.item);
    if (known) {
      ledger_.finish(task.held);
    } else {
      finished = ledger_.finish_any();
    }
  }
  if (!finished) {
    voice_.end(Kind::task_done_end, Outcome::too_often);
    throw ValueError("task_done() called too many times", where);
  }
  hook::emit(Kind::acquired, about);
  if (shared_->all_done.anybody() && ledger_.unfinished() <= 0) shared_->all_done.wake_all();
  voice_.end(Kind::task_done_end, Outcome::ok, task.item);
}

void HardenedQueue::join(Where where) {
  hook::Here const here(where);
  voice_.say(Kind::join_begin);
  std::uint32_t const before = ledger_.lost();
  if (ledger_.somebody_died()) settle_dead();
  Come const come = wait_until(shared_->all_done, Resource::barrier, {}, Block::yes, Deadline({}),
                               [this] { return ledger_.unfinished() <= 0; });
  if (come == Come::abandoned) {
    voice_.end(Kind::join_end, Outcome::abandoned);
    throw Abandoned("no other process has the queue " + name() + " any more", where);
  }
  if (ledger_.lost() != before || ledger_.lost() != ledger_.reported()) throw_lost(before, where);
  voice_.end(Kind::join_end, Outcome::ok);
}

void HardenedQueue::throw_lost(std::uint32_t before, Where where) {
  read_lock_.acquire();
  std::vector<LostTask> tasks;
  {
    Releasing const reading(read_lock_);
    tasks = ledger_.report_lost(before);
  }
  voice_.end(Kind::join_end, Outcome::lost);
  std::string words = std::to_string(tasks.size()) + (tasks.size() == 1 ? " task is lost" : " tasks are lost");
  words += ", taken and not done by processes that died:";
  std::size_t const told = std::min<std::size_t>(tasks.size(), 5);
  for (std::size_t index = 0; index < told; ++index) {
    LostTask const& task = tasks[index];
    words += (index == 0 ? " " : ", ") + task.item + " by " + task.holder + " (pid " + std::to_string(task.pid) + ")";
  }
  if (tasks.size() > told) words += ", and " + std::to_string(tasks.size() - told) + " more";
  throw TasksLost(words, std::move(tasks), where);
}

// ---- looking and closing

int HardenedQueue::qsize(Where where) {
  hook::Here const here(where);
  gate::pass({Kind::qsize, {.object = voice_.index()}});
  auto const size = static_cast<int>(line_.size());
  voice_.say(Kind::qsize, {.argument = size});
  return size;
}

bool HardenedQueue::empty(Where where) {
  hook::Here const here(where);
  if (local_->closed) throw OSError("handle is closed", where);
  gate::pass({Kind::empty, {.object = voice_.index()}});
  bool const empty = line_.size() == 0;
  voice_.say(Kind::empty, {.argument = empty});
  return empty;
}

bool HardenedQueue::full(Where where) {
  hook::Here const here(where);
  gate::pass({Kind::full, {.object = voice_.index()}});
  bool const full = bounded_full();
  voice_.say(Kind::full, {.argument = full});
  return full;
}

void HardenedQueue::close(Where where) {
  hook::Here const here(where);
  if (local_->closed.exchange(true)) return;
  gate::pass({Kind::queue_close, {.object = voice_.index()}});
  voice_.say(Kind::queue_close);
  if (tell_abandoned_) shared_->attendance.leave(getpid());
}

void HardenedQueue::shut_down(bool immediate, Where where) {
  hook::Here const here(where);
  gate::pass({Kind::queue_shutdown, {.object = voice_.index(), .argument = immediate}});
  shared_->shut.store(1);
  voice_.say(Kind::queue_shutdown, {.argument = immediate});
  if (immediate) drain();
  before_wake();
  shared_->arrival.wake_all();
  shared_->room.wake_all();
  shared_->all_done.wake_all();
}

/// Nobody will get what is in the line, and no join waits for it.
void HardenedQueue::drain() {
  read_lock_.acquire();
  Releasing const reading(read_lock_);
  settle_claims();
  while (line_.size() != 0) {
    Line::Frame const first = line_.front();
    if (joinable()) ledger_.finish_any();
    line_.commit_read(first);
    hook::emit(Kind::pipe_read, about_frame(first));
  }
}

void HardenedQueue::join_thread(Where where) {
  hook::Here const here(where);
  if (!local_->closed) throw AssertionError("Queue " + name() + " not closed", where);
  voice_.say(Kind::join_thread_begin);
  voice_.end(Kind::join_thread_end, Outcome::ok);
}

void HardenedQueue::cancel_join_thread(Where where) {
  hook::Here const here(where);
  voice_.say(Kind::cancel_join_thread);
}

int HardenedQueue::semaphore(Resource resource) const {
  switch (resource) {
    case Resource::slot: return maxsize() - static_cast<int>(line_.size());
    case Resource::read_lock: return read_lock_.held() ? 0 : 1;
    case Resource::write_lock: return write_lock_.held() ? 0 : 1;
    case Resource::unfinished: return ledger_.unfinished();
    default: return 0;
  }
}

void HardenedQueue::drop() noexcept {
  if (tell_abandoned_ && !local_->closed) shared_->attendance.leave(getpid());
  voice_.say(Kind::queue_gone);
}

// ---- life of the process

/// Nothing to flush: what was put is in the line.
void HardenedQueue::finish_feeder() noexcept {
  if (tell_abandoned_ && !local_->closed) shared_->attendance.leave(getpid());
}

void HardenedQueue::after_fork() noexcept {
  auto fresh = std::make_unique<LocalEnd>();
  fresh->before_fork = local_.release();
  local_ = std::move(fresh);
  if (tell_abandoned_) shared_->attendance.enter(Identity::mine());
}

void HardenedQueue::started(pid_t child) noexcept {
  if (tell_abandoned_ && !local_->closed) shared_->attendance.enter({static_cast<std::int32_t>(child), 0});
}

std::shared_ptr<JoinableByteQueue> make_hardened_queue(trace::QueueClass type, QueueOptions const& options,
                                                       Describe describe) {
  auto queue = std::make_shared<HardenedQueue>(type, options, describe);
  Life::here().add(queue);
  return queue;
}

}  // namespace mp::detail
