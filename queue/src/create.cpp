// Creates queues of the chosen mechanism.
#include "create.hpp"

#include <atomic>

#include <mp/errors.hpp>
#include <mp/named.hpp>

#include "trace/attach.hpp"
#include "trace/hook.hpp"

namespace mp {

namespace {
std::atomic<Mechanism> chosen{Mechanism::hardened};
}

Mechanism default_mechanism() noexcept { return chosen.load(std::memory_order_relaxed); }
void set_default_mechanism(Mechanism mechanism) noexcept { chosen.store(mechanism, std::memory_order_relaxed); }

bool remove_queue(std::string const& name) { return detail::remove_dead_queue(name); }

namespace detail {

namespace {

std::shared_ptr<JoinableByteQueue> make(trace::QueueClass type, QueueOptions const& options, Describe describe,
                                        SourceLocation const& where) {
  hook::attach();
  hook::ScopedLocation const here(where);
  if (options.mechanism == Mechanism::hardened) return make_hardened_queue(type, options, describe);
  if (options.redeliver || options.tell_abandoned)
    throw ValueError("redeliver and tell_abandoned need Mechanism::hardened", where);
  return make_buffered_pipe_queue(type, options);
}

}  // namespace

void ByteQueue::put(Item& item, Block block, Timeout const& timeout, Where where) {
  if (!try_put(item, block, timeout, where)) throw Full("the queue " + name() + " is full", where);
}

void ByteQueue::get(Receiver& receiver, Block block, Timeout const& timeout, Where where) {
  if (!try_get(receiver, block, timeout, where)) throw Empty("the queue " + name() + " is empty", where);
}

std::string ByteQueue::get(Block block, Timeout const& timeout, Where where) {
  class Raw final : public Receiver {
   public:
    void begin(std::size_t) override {}
    void piece(std::string_view bytes) override { text += bytes; }
    std::string text;
  } raw;
  get(raw, block, timeout, where);
  return std::move(raw.text);
}

std::shared_ptr<BufferedByteQueue> BufferedByteQueue::create(QueueOptions const& options, Describe describe,
                                                             Where where) {
  return make(trace::QueueClass::queue, options, describe, where);
}

std::shared_ptr<BufferedByteQueue> BufferedByteQueue::open(QueueOptions options, std::string_view item_type,
                                                           Describe describe, Where where) {
  hook::attach();
  hook::ScopedLocation const here(where);
  if (options.redeliver) throw ValueError("redeliver is for a JoinableQueue, which cannot be opened by name", where);
  options.mechanism = Mechanism::hardened;
  return open_hardened_queue(options, item_type, describe);
}

std::shared_ptr<JoinableByteQueue> JoinableByteQueue::create(QueueOptions const& options, Describe describe,
                                                             Where where) {
  return make(trace::QueueClass::joinable, options, describe, where);
}

std::shared_ptr<ByteQueue> ByteQueue::create(QueueOptions const& options, Describe describe, Where where) {
  if (options.mechanism == Mechanism::hardened) return make(trace::QueueClass::simple, options, describe, where);
  hook::attach();
  hook::ScopedLocation const here(where);
  return make_simple_pipe_queue(options);
}

}  // namespace detail

}  // namespace mp
