// The feeder thread: takes items out of the buffer, serialises them and writes them into the pipe.
// Source: multiprocessing/queues.py, Queue._start_thread, _feed, _finalize_join, _on_queue_feeder_error.
#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>

#include <mp/errors.hpp>
#include <mp/process.hpp>

#include "cpython/buffered_queue.hpp"
#include "waiting/blocking_operation.hpp"

namespace mp::detail {

using hook::Kind;
using hook::Resource;

namespace {

std::string error_text(std::exception_ptr const& error) {
  try {
    std::rethrow_exception(error);
  } catch (Error const& known) {
    return std::string("mp::") + known.kind() + ": " + known.what();
  } catch (std::exception const& other) {
    return other.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

/// Signals are for the program's own threads, and SIGPIPE would end the process.
std::thread start_thread_with_signals_blocked(auto&& function) {
  struct BlockedSignals {
    sigset_t before;
    BlockedSignals() {
      sigset_t all;
      sigfillset(&all);
      pthread_sigmask(SIG_SETMASK, &all, &before);
    }
    ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before, nullptr); }
  } const blocked;  // restores the signal mask even if the thread cannot be started
  return std::thread(std::forward<decltype(function)>(function));
}

/// Returns false on time-out.
bool wait_for(std::condition_variable& condition, std::unique_lock<std::mutex>& guard, Timeout time, auto&& holds) {
  if (time) return condition.wait_for(guard, *time, holds);
  condition.wait(guard, holds);
  return true;
}

}  // namespace

/// The caller holds the buffer's mutex. The thread keeps the queue alive until all items are written.
void BufferedPipeQueue::start_feeder() {
  local_->buffer.clear();
  std::uint16_t const actor = hook::new_actor(trace::ActorKind::feeder, process_name() + " feeder of " + name());
  hook::emit(Kind::thread_start, {.object = actor, .argument = channel_.index()});
  local_->feeder = start_thread_with_signals_blocked([self = shared_from_this(), actor]() mutable {
    hook::become(actor);
    gate::pass({Kind::thread_begin, {.object = self->channel_.index(), .argument = gettid()}});
    self->channel_.emit(Kind::thread_begin, {.argument = gettid()});
    while (self->feed_next()) {
    }
    self->channel_.emit(Kind::thread_end);
    self->mark_feeder_done();
    // If this is the last reference to the queue, it is destroyed here and not at an indefinite later time: the exit
    // sequence depends on which queues are still registered.
    self.reset();
    gate::leave();
  });
  local_->feeder_started = true;
}

void BufferedPipeQueue::mark_feeder_done() {
  {
    std::lock_guard const guard(local_->mutex);
    local_->feeder_done = true;
  }
  local_->feeder_done_changed.notify_all();
}

void BufferedPipeQueue::join_feeder() {
  std::lock_guard const guard(local_->joining);
  if (!local_->feeder.joinable()) return;
  BlockingOperation operation({.kind = Kind::woken, .resource = Resource::feeder_end, .object = channel_.index()});
  while (operation.turn([&] { return local_->feeder_done ? Resource::nothing : Resource::feeder_end; }) &&
         !local_->feeder_done) {
    operation.wait([&](Timeout time) {
      std::unique_lock look(local_->mutex);
      return wait_for(local_->feeder_done_changed, look, time, [&] { return local_->feeder_done.load(); });
    });
  }
  local_->feeder.join();
}

/// Waits for an item in the buffer and writes it. Returns false if the feeder must end.
bool BufferedPipeQueue::feed_next() {
  ProcessLocalState& local = *local_;
  std::unique_lock guard(local.mutex, std::defer_lock);
  BlockingOperation operation(
      {.kind = Kind::buffer_take, .resource = Resource::buffered_item, .object = channel_.index()});
  for (;;) {
    operation.turn([this] { return buffer_state(Resource::buffered_item); });
    guard.lock();
    if (!local.buffer.empty()) break;
    WaitOutcome const waited = operation.wait(
        [&](Timeout time) { return wait_for(local.not_empty, guard, time, [&] { return !local.buffer.empty(); }); });
    if (waited == WaitOutcome::got) break;
    guard.unlock();
  }
  local.current_item = std::move(local.buffer.front());
  local.buffer.pop_front();
  if (!local.current_item) {
    channel_.emit(Kind::feeder_stop);
    channel_.pipe().close();
    return false;
  }
  hook::ScopedLocation const here(local.current_item->location);
  channel_.emit(Kind::buffer_take, {.item = local.current_item->id});
  guard.unlock();
  if (!feed_one(*local.current_item)) return false;
  local.current_item.reset();
  return true;
}

/// Returns false if the item failed while the process is exiting: CPython's feeder ends then.
bool BufferedPipeQueue::feed_one(Item& item) {
  try {
    local_->body.clear();
    channel_.serialise(item, local_->body);
    if (channel_.send(local_->body, item.id) == SendResult::all) return true;
    throw OSError("Broken pipe");
  } catch (...) {
    std::exception_ptr const error = std::current_exception();
    channel_.emit(Kind::serialise_failed, {.item = item.id}, error_text(error));
    if (QueueRegistry::of_this_process().exiting()) return false;
    slots_.release(item.id);  // the count of unfinished tasks is not decremented, as in CPython: join() hangs
    report(item, error);
    return true;
  }
}

void BufferedPipeQueue::report(Item const& item, std::exception_ptr const& error) {
  ErrorHook error_hook;
  {
    std::lock_guard const guard(local_->mutex);
    error_hook = local_->error_hook;
  }
  std::string words = "Queue " + name() + ": the feeder of " + process_name() + " drops " + item.preview() + ":\n  " +
                      error_text(error) + "\n";
  if (error_hook) {
    try {
      error_hook(error, item);
      return;
    } catch (...) {  // must end neither the process nor the feeder
      words += "  the error hook threw: " + error_text(std::current_exception()) + "\n";
    }
  }
  std::fwrite(words.data(), 1, words.size(), stderr);
}

}  // namespace mp::detail
