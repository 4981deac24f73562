#include "queue.hpp"

#include <unistd.h>

#include <utility>

#include <mp/errors.hpp>

#include "../create.hpp"
#include "../gate.hpp"

namespace mp::detail {

using hook::Kind;
using hook::Outcome;
using hook::Resource;
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
