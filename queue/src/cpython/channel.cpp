#include "cpython/channel.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <new>

#include <mp/errors.hpp>

namespace mp::detail {

SharedMemory::SharedMemory(unsigned maxsize) {
  void* const memory =
      mmap(nullptr, sizeof(ChannelState), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    throw OSError(std::string("cannot map the shared memory of a queue: ") + std::strerror(errno));
  // The item ids are not initialised, so their pages are not allocated unless the program is recorded.
  state_ = new (memory) ChannelState(maxsize);
}
SharedMemory::~SharedMemory() { munmap(state_, sizeof(ChannelState)); }

Channel::Channel(trace::QueueClass type, QueueOptions const& options)
    : QueueTracer(type, options), shared_(static_cast<unsigned>(maxsize())), pipe_(index(), shared_->item_ids) {
  created(pipe_.capacity());
}

Lock Channel::lock(hook::Resource resource) const {
  ChannelState& state = *shared_.operator->();
  switch (resource) {
    case hook::Resource::slot: return {state.slots, resource, index(), maxsize()};
    case hook::Resource::read_lock: return {state.read_lock, resource, index(), 1};
    case hook::Resource::write_lock: return {state.write_lock, resource, index(), 1};
    case hook::Resource::condition_lock: return {state.condition_lock, resource, index(), 1};
    case hook::Resource::unfinished: return {state.unfinished, resource, index()};
    case hook::Resource::sleeping: return {state.sleeping, resource, index()};
    case hook::Resource::woken_joiner: return {state.woken_joiner, resource, index()};
    case hook::Resource::barrier: return {state.barrier, resource, index()};
    default: throw AssertionError("this queue has no such semaphore");
  }
}

SendResult Channel::send(std::string_view body, hook::ItemId item) {
  SemaphoreGuard const writing(lock(hook::Resource::write_lock), item);
  return pipe_.send(body, item);
}

void Channel::receive(Body& body, hook::ItemId& item, SourceLocation const& where) {
  switch (pipe_.receive(body, item)) {
    case ReceiveResult::message: return;
    case ReceiveResult::end: throw EOFError("the pipe's write end is closed", where);
    case ReceiveResult::torn: break;
  }
  throw OSError("got end of file during message", where);
}

void throw_no_done(SourceLocation const& where) { throw RuntimeError("done() needs Mechanism::hardened", where); }
void throw_no_shutdown(SourceLocation const& where) {
  throw RuntimeError("shutdown() needs Mechanism::hardened", where);
}

}  // namespace mp::detail
