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

std::string in_words(std::exception_ptr const& error) {
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

/// A thread that no signal interrupts: they are for the program's own threads, and SIGPIPE is for nobody.
std::thread start_thread_with_signals_blocked(auto&& function) {
  struct BlockedSignals {
    sigset_t before;
    BlockedSignals() {
      sigset_t all;
      sigfillset(&all);
      pthread_sigmask(SIG_SETMASK, &all, &before);
    }
    ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before, nullptr); }
  } const blocked;  // also unblocked when there is no thread to be had
  return std::thread(std::forward<decltype(function)>(function));
}

/// False when the time is over and it does not hold.
bool wait_for(std::condition_variable& condition, std::unique_lock<std::mutex>& guard, Timeout time, auto&& holds) {
  if (time) return condition.wait_for(guard, *time, holds);
  condition.wait(guard, holds);
  return true;
}

}  // namespace

/// The caller holds the buffer's mutex. The thread keeps the queue alive until everything is written.
void BufferedPipeQueue::start_feeder() {
  local_->buffer.clear();
  std::uint16_t const actor = hook::new_actor(trace::ActorKind::feeder, process_name() + " feeder of " + name());
  hook::emit(Kind::thread_start, {.object = actor, .argument = channel_.index()});
  local_->feeder = start_thread_with_signals_blocked([self = shared_from_this(), actor]() mutable {
    hook::become(actor);
    gate::pass({Kind::thread_begin, {.object = self->channel_.index(), .argument = gettid()}});
    self->channel_.say(Kind::thread_begin, {.argument = gettid()});
    while (self->feed_next()) {
    }
    self->channel_.say(Kind::thread_end);
    self->feeder_leaves();
    // A queue that the program has let go of dies here, and not whenever this thread is done: whether it still is
    // one of Life's queues decides what the exit sequence does.
    self.reset();
    gate::leave();
  });
  local_->feeder_started = true;
}

void BufferedPipeQueue::feeder_leaves() {
  {
    std::lock_guard const guard(local_->mutex);
    local_->feeder_over = true;
  }
  local_->over.notify_all();
}

void BufferedPipeQueue::join_feeder() {
  std::lock_guard const guard(local_->joining);
  if (!local_->feeder.joinable()) return;
  BlockingOperation operation({.kind = Kind::woken, .resource = Resource::feeder_end, .object = channel_.index()});
  while (operation.turn([&] { return local_->feeder_over ? Resource::nothing : Resource::feeder_end; }) &&
         !local_->feeder_over) {
    operation.wait([&](Timeout time) {
      std::unique_lock look(local_->mutex);
      return wait_for(local_->over, look, time, [&] { return local_->feeder_over.load(); });
    });
  }
  local_->feeder.join();
}

/// Takes one item out of the buffer, once there is one, and writes it. False: the feeder is to end.
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
  local.in_hand = std::move(local.buffer.front());
  local.buffer.pop_front();
  if (!local.in_hand) {
    channel_.say(Kind::feeder_stop);
    channel_.pipe().close();
    return false;
  }
  hook::ScopedLocation const here(local.in_hand->location);
  channel_.say(Kind::buffer_take, {.item = local.in_hand->id});
  guard.unlock();
  if (!feed_one(*local.in_hand)) return false;
  local.in_hand.reset();
  return true;
}

/// False: the process is exiting and the item failed, and CPython's feeder gives up then.
bool BufferedPipeQueue::feed_one(Item& item) {
  try {
    local_->body.clear();
    channel_.serialise(item, local_->body);
    if (channel_.send(local_->body, item.id) == SendResult::all) return true;
    throw OSError("Broken pipe");
  } catch (...) {
    std::exception_ptr const error = std::current_exception();
    channel_.say(Kind::serialise_failed, {.item = item.id}, in_words(error));
    if (QueueRegistry::of_this_process().exiting()) return false;
    slots_.release(item.id);  // the count of unfinished tasks stays: join() will wait for ever
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
                      in_words(error) + "\n";
  if (error_hook) {
    try {
      error_hook(error, item);
      return;
    } catch (...) {  // must not end the process, nor the feeder of all later items
      words += "  and its error hook threw: " + in_words(std::current_exception()) + "\n";
    }
  }
  std::fwrite(words.data(), 1, words.size(), stderr);
}

}  // namespace mp::detail
