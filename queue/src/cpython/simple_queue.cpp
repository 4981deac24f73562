// SimpleQueue: a pipe and two locks. Source: multiprocessing/queues.py, class SimpleQueue.
#include <mp/byte_queue.hpp>
#include <mp/errors.hpp>

#include "cpython/channel.hpp"
#include "create.hpp"
#include "trace/gate.hpp"

namespace mp::detail {

namespace {

class SimplePipeQueue final : public ByteQueue {
 public:
  explicit SimplePipeQueue(QueueOptions const& options) : channel_(trace::QueueClass::simple, options) {}

  bool try_put(Item& item, Block, Timeout const&, Where where) override {
    hook::ScopedLocation const here(where);
    check_open(where);
    channel_.begin_put(item, Block::yes, {});
    try {
      std::string body;
      channel_.serialise(item, body);
      if (channel_.send(body, item.id) == SendResult::broken) throw OSError("Broken pipe", where);
    } catch (...) {
      channel_.end(hook::Kind::put_end, hook::Outcome::error, item.id);
      throw;
    }
    channel_.end(hook::Kind::put_end, hook::Outcome::ok, item.id);
    return true;
  }

  bool try_get(Receiver& receiver, Block, Timeout const&, Where where) override {
    hook::ScopedLocation const here(where);
    check_open(where);
    channel_.begin_get(Block::yes, {});
    hook::ItemId item;
    Scratch<Body> scratch;
    Body& body = *scratch;
    try {
      {
        SemaphoreGuard const reading(channel_.lock(hook::Resource::read_lock));
        channel_.receive(body, item, where);
      }
    } catch (...) {
      channel_.end(hook::Kind::get_end, hook::Outcome::error, item);
      throw;
    }
    channel_.end(hook::Kind::get_end, hook::Outcome::ok, item, static_cast<std::int64_t>(body.view().size()));
    receiver.begin(body.view().size());
    receiver.piece(body.view());
    return true;
  }

  bool empty(Where where) override {
    hook::ScopedLocation const here(where);
    check_open(where);
    gate::pass({hook::Kind::empty, {.object = channel_.index()}});
    bool const empty = !channel_.pipe().has_data();
    channel_.emit(hook::Kind::empty, {.argument = empty});
    return empty;
  }

  void close(Where where) override {
    hook::ScopedLocation const here(where);
    if (channel_.pipe().reader() < 0) return;
    gate::pass({hook::Kind::queue_close, {.object = channel_.index()}});
    channel_.emit(hook::Kind::queue_close);
    channel_.pipe().close();
  }

  void shut_down(bool, Where where) override { throw_no_shutdown(where); }
  void done(Where where) override { throw_no_done(where); }
  bool can_get() const override { return channel_.pipe().has_data(); }
  int watch() override { return reader(); }

  void drop() noexcept override { channel_.emit(hook::Kind::queue_gone); }

  std::string const& name() const override { return channel_.name(); }
  int reader() const override { return channel_.pipe().reader(); }
  int writer() const override { return channel_.pipe().writer(); }
  int semaphore(trace::Resource resource) const override { return channel_.lock(resource).value(); }
  std::uint16_t trace_index() const override { return channel_.index(); }

 private:
  void check_open(Where where) const {
    if (channel_.pipe().reader() < 0) throw OSError("handle is closed", where);
  }
  Channel channel_;
};

}  // namespace

std::shared_ptr<ByteQueue> make_simple_pipe_queue(QueueOptions const& options) {
  return std::make_shared<SimplePipeQueue>(options);
}

}  // namespace mp::detail
