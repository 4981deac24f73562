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

#include "blocking.hpp"
#include "buffered_queue.hpp"

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
std::thread start_deaf(auto&& function) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::forward<decltype(function)>(function));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

/// The caller holds the buffer's mutex. The thread keeps the queue alive until everything is written.
void BufferedPipeQueue::start_feeder() {
  local_->buffer.clear();
  std::uint16_t const actor = hook::new_actor(trace::ActorKind::feeder, process_name() + " feeder of " + name());
  hook::emit(Kind::thread_start, {.object = actor, .argument = channel_.index()});
  local_->feeder = start_deaf([self = shared_from_this(), actor] {
    hook::become(actor);
    self->channel_.say(Kind::thread_begin, {.argument = gettid()});
    self->feed();
    self->channel_.say(Kind::thread_end);
  });
  local_->feeder_started = true;
}

void BufferedPipeQueue::join_feeder() {
  std::lock_guard const guard(local_->joining);
  if (!local_->feeder.joinable()) return;
  block_on({Resource::feeder_end, channel_.index()}, Block::yes, {}, [this](Timeout) {
    local_->feeder.join();
    return true;
  });
}

void BufferedPipeQueue::feed() {
  while (feed_all()) {
  }
}

/// Waits for items, then feeds until the buffer is empty. False: the feeder is to end.
bool BufferedPipeQueue::feed_all() {
  LocalEnd& local = *local_;
  std::unique_lock guard(local.mutex);
  if (local.buffer.empty()) {
    block_on({Resource::buffered_item, channel_.index()}, Block::yes, {}, [&](Timeout) {
      local.not_empty.wait(guard, [&] { return !local.buffer.empty(); });
      return true;
    });
  }
  while (!local.buffer.empty()) {
    local.in_hand = std::move(local.buffer.front());
    local.buffer.pop_front();
    if (!local.in_hand) {
      channel_.say(Kind::feeder_stop);
      channel_.pipe().close();
      return false;
    }
    hook::Here const here(local.in_hand->location);
    channel_.say(Kind::buffer_take, {.item = local.in_hand->id});
    guard.unlock();
    if (!feed_one(*local.in_hand)) return false;
    local.in_hand.reset();
    guard.lock();
  }
  return true;
}

/// False: the process is exiting and the item failed, and CPython's feeder gives up then.
bool BufferedPipeQueue::feed_one(Item& item) {
  try {
    local_->body = channel_.serialise(item);
    if (channel_.send(local_->body, item.id) == Sent::all) return true;
    throw OSError("Broken pipe");
  } catch (...) {
    std::exception_ptr const error = std::current_exception();
    channel_.say(Kind::serialise_failed, {.item = item.id}, in_words(error));
    if (Life::here().exiting()) return false;
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
