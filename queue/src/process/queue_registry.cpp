#include "process/queue_registry.hpp"

#include <pthread.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "process/child.hpp"
#include "trace/gate.hpp"
#include "trace/hook.hpp"

namespace mp::detail {

namespace {

/// ThreadSanitizer aborts a forked child whose new thread has the address of a thread of the parent, which happens
/// because glibc reuses stacks. A stack of another size is not reused.
void use_fresh_thread_stacks() {
#if defined(__SANITIZE_THREAD__)
  pthread_attr_t attributes;
  std::size_t size = 0;
  pthread_getattr_default_np(&attributes);
  pthread_attr_getstacksize(&attributes, &size);
  pthread_attr_setstacksize(&attributes, size + 65536);
  pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
#endif
}

}  // namespace

QueueRegistry& QueueRegistry::of_this_process() {
  static QueueRegistry& registry =
      *new QueueRegistry;  // never destroyed: the exit sequence runs among the static destructors
  return registry;
}

QueueRegistry::QueueRegistry() {
  // The mutex is held across a fork, so that the child gets it unlocked. The inherited state is reset in the child at
  // once, also after a plain fork().
  pthread_atfork([] { of_this_process().mutex_.lock(); }, [] { of_this_process().mutex_.unlock(); },
                 [] {
                   QueueRegistry& registry = of_this_process();
                   registry.mutex_.unlock();
                   registry.children_.clear();
                   registry.exiting_ = false;
                   hook::forget_actor();
                   use_fresh_thread_stacks();
                   for (auto const& queue : registry.queues()) queue->after_fork();
                 });
  on_exit([](int code, void*) { of_this_process().exit_sequence(code); }, nullptr);
}

void QueueRegistry::add(std::weak_ptr<Flushable> queue) {
  std::lock_guard const guard(mutex_);
  std::erase_if(queues_, [](auto const& known) { return known.expired(); });
  queues_.push_back(std::move(queue));
}

void QueueRegistry::add(std::shared_ptr<Child> child) {
  std::lock_guard const guard(mutex_);
  std::erase_if(children_, [](auto const& known) { return known->exitcode_now().has_value(); });
  children_.push_back(std::move(child));
}

std::vector<std::shared_ptr<Child>> QueueRegistry::children() {
  std::lock_guard const guard(mutex_);
  std::erase_if(children_, [](auto const& known) { return known->exitcode_now().has_value(); });
  return children_;
}

std::vector<std::shared_ptr<Flushable>> QueueRegistry::queues() {
  std::lock_guard const guard(mutex_);
  std::vector<std::shared_ptr<Flushable>> alive;
  for (auto const& known : queues_) {
    if (auto queue = known.lock()) alive.push_back(std::move(queue));
  }
  return alive;
}

void QueueRegistry::started(pid_t child) noexcept {
  for (auto const& queue : queues()) queue->started(child);
}

void QueueRegistry::exit_sequence(int code) noexcept {
  if (exiting_.exchange(true)) return;
  hook::emit(hook::Kind::exit_begin, {.argument = code});
  auto const open = queues();
  for (auto const& queue : open) queue->finish_feeder();
  for (auto const& child : children()) {
    if (child->daemon()) child->signal(SIGTERM);
  }
  for (auto const& child : children()) child->join({});
  for (auto const& queue : open) queue->wait_for_feeder();
  gate::pass({hook::Kind::process_end, {.argument = code}});
  hook::emit(hook::Kind::process_end, {.argument = code});
  gate::leave();
}

}  // namespace mp::detail
