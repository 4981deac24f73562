#include "cpython/buffered_queue.hpp"

#include <algorithm>
#include <utility>

#include <mp/errors.hpp>

#include "create.hpp"
#include "waiting/blocking_operation.hpp"
#include "waiting/deadline.hpp"

namespace mp::detail {

using hook::Kind;
using hook::Outcome;
using hook::Resource;

BufferedPipeQueue::BufferedPipeQueue(trace::QueueClass type, QueueOptions const& options)
    : channel_(type, options),
      slots_(channel_.lock(Resource::slot)),
      read_lock_(channel_.lock(Resource::read_lock)),
      local_(std::make_unique<ProcessLocalState>()) {
  if (type == trace::QueueClass::joinable) {
    tasks_.emplace(Tasks{channel_.lock(Resource::unfinished),
                         {channel_.lock(Resource::condition_lock), channel_.lock(Resource::sleeping),
                          channel_.lock(Resource::woken_joiner), channel_.lock(Resource::barrier)}});
  }
}

void BufferedPipeQueue::throw_closed(Where where) const { throw ValueError("Queue " + name() + " is closed", where); }

bool BufferedPipeQueue::try_put(Item& item, Block block, Timeout const& timeout, Where where) {
  hook::ScopedLocation const here(where);
  channel_.begin_put(item, block, timeout);
  hook::ItemId const id = item.id;
  if (local_->closed) {
    channel_.end(Kind::put_end, Outcome::closed, id);
    throw_closed(where);
  }
  if (!slots_.acquire(block, timeout, id)) {
    channel_.end(Kind::put_end, Outcome::full, id);
    return false;
  }
  try {
    append(item.to_owned());
  } catch (...) {  // thrown by copying the item or starting the feeder
    slots_.release(id);
    channel_.end(Kind::put_end, Outcome::error, id);
    throw;
  }
  channel_.end(Kind::put_end, Outcome::ok, id);
  return true;
}

void BufferedPipeQueue::append(std::unique_ptr<Item> item) {
  hook::ItemId const id = item->id;
  if (!tasks_) gate::pass({Kind::buffer_append, {.object = channel_.index(), .item = id}});
  std::unique_lock const guard = lock_buffer(id);
  std::optional<SemaphoreGuard> condition;
  if (tasks_) condition.emplace(tasks_->condition.lock(), id);
  if (!local_->feeder_started) start_feeder();
  channel_.emit(Kind::buffer_append, {.item = id});
  local_->buffer.push_back(std::move(item));
  if (tasks_) tasks_->unfinished.release(id);
  local_->not_empty.notify_one();
}

/// A thread that appends holds the buffer's lock while it waits for the join lock, as in CPython.
std::unique_lock<std::mutex> BufferedPipeQueue::lock_buffer(hook::ItemId item) {
  std::unique_lock guard(local_->mutex, std::defer_lock);
  if (gate::closed() && !guard.try_lock()) {
    BlockingOperation operation(
        {.kind = Kind::acquired, .resource = Resource::buffer_lock, .object = channel_.index(), .item = item});
    operation.turn([&] { return buffer_state(Resource::nothing); });
  }
  if (!guard.owns_lock()) guard.lock();
  return guard;
}

/// What an actor that is about to use the buffer would wait for now; `when_empty` if there is no item.
Resource BufferedPipeQueue::buffer_state(Resource when_empty) const {
  std::unique_lock const guard(local_->mutex, std::try_to_lock);
  if (!guard.owns_lock()) return Resource::buffer_lock;
  return local_->buffer.empty() ? when_empty : Resource::nothing;
}

bool BufferedPipeQueue::try_get(Receiver& receiver, Block block, Timeout const& timeout, Where where) {
  hook::ScopedLocation const here(where);
  channel_.begin_get(block, timeout);
  if (local_->closed) {
    channel_.end(Kind::get_end, Outcome::closed);
    throw_closed(where);
  }
  hook::ItemId item;
  Scratch<Body> scratch;
  Body& body = *scratch;
  bool got = false;
  try {
    got = get_within(body, block, timeout, item, where);
  } catch (...) {
    channel_.end(Kind::get_end, Outcome::error, item);
    throw;
  }
  if (!got) {
    channel_.end(Kind::get_end, Outcome::empty);
    return false;
  }
  if (tasks_ && item) {
    std::lock_guard const guard(local_->unfinished_mutex);
    local_->unfinished.push_back(item);
  }
  channel_.end(Kind::get_end, Outcome::ok, item, static_cast<std::int64_t>(body.view().size()));
  receiver.begin(body.view().size());
  receiver.piece(body.view());
  return true;
}

/// Returns false on time-out. The two branches release slot and lock in different orders, as in CPython.
bool BufferedPipeQueue::get_within(Body& body, Block block, Timeout timeout, hook::ItemId& item, Where where) {
  if (block == Block::yes && !timeout) {
    {
      SemaphoreGuard const reading(read_lock_);
      channel_.receive(body, item, where);
    }
    slots_.release(item);
    return true;
  }
  Deadline const deadline(timeout);
  if (!read_lock_.acquire(block, timeout)) return false;
  struct ReadLockGuard {
    Lock lock;
    hook::ItemId& item;
    ~ReadLockGuard() { lock.release(item); }
  } const reading{read_lock_, item};
  if (!channel_.pipe().readable(block, deadline.left())) return false;
  channel_.receive(body, item, where);
  slots_.release(item);
  return true;
}

int BufferedPipeQueue::qsize(Where where) {
  hook::ScopedLocation const here(where);
  gate::pass({Kind::qsize, {.object = channel_.index()}});
  int const size = maxsize() - slots_.value();
  channel_.emit(Kind::qsize, {.argument = size});
  return size;
}

bool BufferedPipeQueue::empty(Where where) {
  hook::ScopedLocation const here(where);
  if (reader() < 0) throw OSError("handle is closed", where);
  gate::pass({Kind::empty, {.object = channel_.index()}});
  bool const empty = !channel_.pipe().has_data();
  channel_.emit(Kind::empty, {.argument = empty});
  return empty;
}

bool BufferedPipeQueue::full(Where where) {
  hook::ScopedLocation const here(where);
  gate::pass({Kind::full, {.object = channel_.index()}});
  bool const full = slots_.value() == 0;
  channel_.emit(Kind::full, {.argument = full});
  return full;
}

void BufferedPipeQueue::close(Where where) {
  hook::ScopedLocation const here(where);
  if (!local_->closed.exchange(true)) channel_.emit(Kind::queue_close);
  finish_feeder();
}

void BufferedPipeQueue::join_thread(Where where) {
  hook::ScopedLocation const here(where);
  if (!local_->closed) throw AssertionError("Queue " + name() + " not closed", where);
  channel_.emit(Kind::join_thread_begin);
  wait_for_feeder();
  channel_.end(Kind::join_thread_end, Outcome::ok);
}

void BufferedPipeQueue::cancel_join_thread(Where where) {
  hook::ScopedLocation const here(where);
  channel_.emit(Kind::cancel_join_thread);
  local_->join_cancelled = true;
}

void BufferedPipeQueue::task_done(Where where) {
  hook::ScopedLocation const here(where);
  channel_.emit(Kind::task_done_begin);
  hook::ItemId item;
  {
    std::lock_guard const guard(local_->unfinished_mutex);
    if (!local_->unfinished.empty()) {
      item = local_->unfinished.front();
      local_->unfinished.pop_front();  // immediately, so that no other thread records the same item
    }
  }
  {
    SemaphoreGuard const condition(tasks_->condition.lock(), item);
    if (!tasks_->unfinished.acquire(Block::no, {}, item)) {
      channel_.end(Kind::task_done_end, Outcome::too_often);
      throw ValueError("task_done() called too many times", where);
    }
    if (tasks_->unfinished.value() == 0) tasks_->condition.notify_all();
  }
  channel_.end(Kind::task_done_end, Outcome::ok, item);
}

void BufferedPipeQueue::join(Where where) {
  hook::ScopedLocation const here(where);
  channel_.emit(Kind::join_begin);
  {
    SemaphoreGuard const condition(tasks_->condition.lock());
    if (tasks_->unfinished.value() != 0) tasks_->condition.wait();  // "if", not "while", as in CPython
  }
  channel_.end(Kind::join_end, Outcome::ok);
}

void BufferedPipeQueue::drop() noexcept {
  if (local_->feeder_started && !local_->finishing) channel_.emit(Kind::queue_close);
  finish_feeder();
  channel_.emit(Kind::queue_gone);
}

void BufferedPipeQueue::on_feeder_error(ErrorHook error_hook) {
  std::lock_guard const guard(local_->mutex);
  local_->error_hook = std::move(error_hook);
}

void BufferedPipeQueue::finish_feeder() noexcept {
  if (!local_->feeder_started || local_->finishing) return;
  gate::pass({Kind::queue_close, {.object = channel_.index()}});
  std::unique_lock const guard = lock_buffer({});
  if (!local_->feeder_started || local_->finishing.exchange(true)) return;
  local_->buffer.push_back(nullptr);
  local_->not_empty.notify_one();
}

void BufferedPipeQueue::wait_for_feeder() noexcept {
  if (!local_->feeder_started || local_->join_cancelled) return;
  join_feeder();
}

void BufferedPipeQueue::after_fork() noexcept {
  auto fresh = std::make_unique<ProcessLocalState>();
  fresh->error_hook = local_->error_hook;
  fresh->before_fork = local_.release();
  local_ = std::move(fresh);
}

std::shared_ptr<JoinableByteQueue> make_buffered_pipe_queue(trace::QueueClass type, QueueOptions const& options) {
  auto queue = std::make_shared<BufferedPipeQueue>(type, options);
  QueueRegistry::of_this_process().add(queue);
  return queue;
}

}  // namespace mp::detail
