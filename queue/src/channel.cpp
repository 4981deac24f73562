#include "channel.hpp"

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <limits>
#include <new>

#include <mp/errors.hpp>

namespace mp::detail {

namespace {

std::string named(std::string const& name) {
  static std::atomic<int> unnamed{0};
  return name.empty() ? "queue-" + std::to_string(++unnamed) : name;
}

int bound(int maxsize) { return maxsize > 0 ? maxsize : std::numeric_limits<int>::max(); }

}  // namespace

SharedMemory::SharedMemory(unsigned maxsize) {
  void* const memory =
      mmap(nullptr, sizeof(SharedState), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw OSError(std::string("no shared memory for a queue: ") + std::strerror(errno));
  // The book's entries are not initialised: its pages cost nothing until somebody records.
  state_ = new (memory) SharedState(maxsize);
}
SharedMemory::~SharedMemory() { munmap(state_, sizeof(SharedState)); }

Channel::Channel(trace::QueueClass type, QueueOptions const& options)
    : name_(named(options.name)),
      index_(hook::new_queue()),
      maxsize_(bound(options.maxsize)),
      shared_(static_cast<unsigned>(maxsize_)),
      pipe_(index_, shared_->book) {
  trace::QueueFacts const facts{pipe_.capacity(), maxsize_};
  say(hook::Kind::queue_new, {.argument = facts.packed(), .detail = static_cast<std::uint8_t>(type)}, name_);
}

Lock Channel::lock(hook::Resource resource) const {
  SharedState& state = *shared_.operator->();
  switch (resource) {
    case hook::Resource::slot: return {state.slots, resource, index_, maxsize_};
    case hook::Resource::read_lock: return {state.read_lock, resource, index_, 1};
    case hook::Resource::write_lock: return {state.write_lock, resource, index_, 1};
    case hook::Resource::condition_lock: return {state.condition_lock, resource, index_, 1};
    case hook::Resource::unfinished: return {state.unfinished, resource, index_};
    case hook::Resource::sleeping: return {state.sleeping, resource, index_};
    case hook::Resource::woken_joiner: return {state.woken_joiner, resource, index_};
    case hook::Resource::barrier: return {state.barrier, resource, index_};
    default: throw AssertionError("a queue has no such semaphore");
  }
}

void Channel::begin_put(Item& item, Timeout timeout) const {
  if (!hook::on()) return;
  item.id = hook::new_item();
  item.location = hook::location();
  say(hook::Kind::put_begin,
      {.item = item.id,
       .argument = timeout ? timeout->count() : -1,
       .detail = item.sentinel() ? trace::item_sentinel : trace::item_plain},
      item.preview());
}

std::string Channel::serialise(Item const& item) const {
  std::string body;
  item.encode(body);
  say(hook::Kind::serialised, {.item = item.id, .argument = static_cast<std::int64_t>(body.size())});
  return body;
}

Sent Channel::send(std::string_view body, hook::ItemId item) {
  Holding const writing(lock(hook::Resource::write_lock), item);
  return pipe_.send(body, item);
}

std::string Channel::receive(hook::ItemId& item, SourceLocation const& where) {
  std::string body;
  switch (pipe_.receive(body, item)) {
    case Received::message: return body;
    case Received::end: throw EOFError("the pipe's write end is closed", where);
    case Received::torn: break;
  }
  throw OSError("got end of file during message", where);
}

}  // namespace mp::detail
