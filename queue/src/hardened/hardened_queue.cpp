#include "hardened/hardened_queue.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <mp/errors.hpp>

#include "create.hpp"
#include "trace/gate.hpp"

namespace mp::detail {

using hook::Kind;
using hook::Outcome;
using hook::Resource;
HardenedQueue::HardenedQueue(trace::QueueClass type, QueueOptions const& options, Describe describe,
                             std::unique_ptr<NamedMemory> named)
    : tracer_(type, options),
      type_(type),
      redeliver_(options.redeliver),
      tell_abandoned_(options.tell_abandoned),
      tracks_handles_(tell_abandoned_ || joinable() || named != nullptr),
      producers_(static_cast<std::uint32_t>(std::max(options.producers, 0))),
      event_(named ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      shared_(std::move(named)),
      log_(shared_.log()),
      ledger_(shared_->ledger, log_, redeliver_, describe, tracer_.index()),
      write_lock_(shared_->write_lock, shared_->recovery, Resource::write_lock, tracer_.index()),
      read_lock_(shared_->read_lock, shared_->recovery, Resource::read_lock, tracer_.index()),
      local_(std::make_unique<ProcessLocalState>()) {
  tracer_.created(0);
  if (tracks_handles_) shared_->open_handles.enter(ProcessIdentity::mine());
}

int HardenedQueue::qsize(Where where) {
  hook::ScopedLocation const here(where);
  gate::pass({Kind::qsize, {.object = tracer_.index()}});
  auto const size = static_cast<int>(std::min(log_.size(), max_items()));
  tracer_.emit(Kind::qsize, {.argument = size});
  return size;
}

bool HardenedQueue::empty(Where where) {
  hook::ScopedLocation const here(where);
  if (local_->closed) throw OSError("handle is closed", where);
  gate::pass({Kind::empty, {.object = tracer_.index()}});
  bool const empty = log_.size() == 0;
  tracer_.emit(Kind::empty, {.argument = empty});
  return empty;
}

bool HardenedQueue::full(Where where) {
  hook::ScopedLocation const here(where);
  gate::pass({Kind::full, {.object = tracer_.index()}});
  bool const full = bounded_full();
  tracer_.emit(Kind::full, {.argument = full});
  return full;
}

void HardenedQueue::close(Where where) {
  hook::ScopedLocation const here(where);
  if (local_->closed.exchange(true)) return;
  gate::pass({Kind::queue_close, {.object = tracer_.index()}});
  tracer_.emit(Kind::queue_close);
  if (tracks_handles_) leave();
}

void HardenedQueue::shut_down(bool immediate, Where where) {
  hook::ScopedLocation const here(where);
  gate::pass({Kind::queue_shutdown, {.object = tracer_.index(), .argument = immediate}});
  shared_->is_shut_down.store(1);
  tracer_.emit(Kind::queue_shutdown, {.argument = immediate});
  if (immediate) drain();
  wake_everybody();
}

void HardenedQueue::wake_everybody() {
  before_wake();
  signal_descriptor();
  shared_->arrival.wake_all();
  shared_->room.wake_all();
  shared_->all_done.wake_all();
}

bool HardenedQueue::is_open_in(NamedMemory const& memory) const {
  return !local_->closed && shared_.named() != nullptr && shared_.named()->same_file(memory);
}

/// This process has closed the queue.
void HardenedQueue::leave() {
  if (NamedMemory* const named = shared_.named()) {
    named->release();
  } else {
    shared_->open_handles.leave(getpid());
  }
}

void HardenedQueue::done(Where where) {
  hook::ScopedLocation const here(where);
  if (producers_ == 0) throw ValueError("done() needs QueueOptions::producers, the number of its calls", where);
  gate::pass({Kind::queue_shutdown, {.object = tracer_.index()}});
  std::uint32_t before = shared_->producers_done.load();
  do {
    if (before >= producers_) throw ValueError("done() called too many times", where);
  } while (!shared_->producers_done.compare_exchange_weak(before, before + 1));
  if (before + 1 < producers_) {
    hook::emit(Kind::note, {},
               "done with " + name() + ": " + std::to_string(before + 1) + " of " + std::to_string(producers_));
    return;
  }
  tracer_.emit(Kind::queue_shutdown);
  wake_everybody();
}

// ---- the descriptor

int HardenedQueue::watch() {
  if (!event_) return -1;
  shared_->watched.store(1);
  if (can_get()) write_descriptor();
  return event_.number();
}

void HardenedQueue::write_descriptor() const {
  std::uint64_t const one = 1;
  if (::write(event_.number(), &one, sizeof one) < 0) return;  // only when the counter is at its limit, and so readable
}

/// After an item was taken, or none was there.
void HardenedQueue::clear_descriptor() const {
  if (shared_->watched.load(std::memory_order_relaxed) == 0 || can_get()) return;
  std::uint64_t count = 0;
  if (::read(event_.number(), &count, sizeof count) < 0) return;  // it was clear
  if (can_get()) write_descriptor();                              // an item arrived meanwhile
}

/// Drops all items, and counts their tasks as done.
void HardenedQueue::drain() {
  read_lock_.acquire();
  ReleaseGuard const reading(read_lock_);
  settle_claims();
  while (log_.size() != 0) {
    SegmentedLog::Frame const first = log_.front();
    if (joinable()) ledger_.finish_any();
    log_.commit_read(first);
    hook::emit(Kind::pipe_read, about_frame(first));
  }
}

void HardenedQueue::join_thread(Where where) {
  hook::ScopedLocation const here(where);
  if (!local_->closed) throw AssertionError("Queue " + name() + " not closed", where);
  tracer_.emit(Kind::join_thread_begin);
  tracer_.end(Kind::join_thread_end, Outcome::ok);
}

void HardenedQueue::cancel_join_thread(Where where) {
  hook::ScopedLocation const here(where);
  tracer_.emit(Kind::cancel_join_thread);
}

int HardenedQueue::semaphore(Resource resource) const {
  switch (resource) {
    case Resource::slot: return maxsize() - static_cast<int>(std::min(log_.size(), max_items()));
    case Resource::read_lock: return read_lock_.held() ? 0 : 1;
    case Resource::write_lock: return write_lock_.held() ? 0 : 1;
    case Resource::unfinished: return ledger_.unfinished();
    default: return 0;
  }
}

void HardenedQueue::drop() noexcept {
  if (--handles_ > 0) return;
  if (tracks_handles_ && !local_->closed) leave();
  tracer_.emit(Kind::queue_gone);
}

// ---- process exit and fork

/// There is nothing to flush: items are in the log when put returns.
void HardenedQueue::finish_feeder() noexcept {
  if (tracks_handles_ && !local_->closed) leave();
}

void HardenedQueue::after_fork() noexcept {
  auto fresh = std::make_unique<ProcessLocalState>();
  fresh->before_fork = local_.release();
  local_ = std::move(fresh);
  if (tracks_handles_) shared_->open_handles.enter(ProcessIdentity::mine());
}

void HardenedQueue::started(pid_t child) noexcept {
  if (tracks_handles_ && !local_->closed) shared_->open_handles.enter({static_cast<std::int32_t>(child), 0});
}

std::shared_ptr<JoinableByteQueue> make_hardened_queue(trace::QueueClass type, QueueOptions const& options,
                                                       Describe describe) {
  auto queue = std::make_shared<HardenedQueue>(type, options, describe, nullptr);
  QueueRegistry::of_this_process().add(queue);
  return queue;
}

bool remove_dead_queue(std::string const& name) { return NamedMemory::remove_dead(name); }

std::shared_ptr<JoinableByteQueue> open_hardened_queue(QueueOptions const& options, std::string_view item_type,
                                                       Describe describe) {
  // A process has a name open once, with one entry among the handles.
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<HardenedQueue>> open_names;
  std::lock_guard const guard(mutex);
  auto memory = std::make_unique<NamedMemory>(
      options.name, NamedMemory::Agreement{item_type, std::max(options.maxsize, 0), std::max(options.producers, 0)});
  auto& known = open_names[options.name];
  if (auto queue = known.lock(); queue && queue->is_open_in(*memory)) {
    queue->share();
    return queue;
  }
  auto queue = std::make_shared<HardenedQueue>(trace::QueueClass::queue, options, describe, std::move(memory));
  known = queue;
  QueueRegistry::of_this_process().add(queue);
  return queue;
}

}  // namespace mp::detail
