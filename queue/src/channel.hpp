// What every queue of Mechanism::cpython is made of: a pipe, its two locks, and the memory that processes
// share. How the buffered and the simple queue use it is their own affair.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <mp/byte_queue.hpp>

#include "hook.hpp"
#include "pipe.hpp"
#include "semaphore.hpp"

namespace mp::detail {

/// In memory that forked processes share. Who may touch what: each semaphore anybody; the book the holder
/// of the write lock (written) and of the read lock (read).
struct SharedState {
  explicit SharedState(unsigned maxsize) : slots(maxsize) {}
  Semaphore slots;
  Semaphore read_lock{1};
  Semaphore write_lock{1};
  Semaphore condition_lock{1};
  Semaphore unfinished{0};
  Semaphore sleeping{0};
  Semaphore woken_joiner{0};
  Semaphore barrier{0};
  ItemBook book;
};

/// Anonymous memory, shared with the children, returned when the last handle of this process is gone.
class SharedMemory {
 public:
  explicit SharedMemory(unsigned maxsize);
  ~SharedMemory();
  SharedMemory(SharedMemory const&) = delete;
  SharedMemory& operator=(SharedMemory const&) = delete;
  SharedState* operator->() const { return state_; }

 private:
  SharedState* state_;
};

class Channel {
 public:
  Channel(trace::QueueClass type, QueueOptions const& options);

  std::string const& name() const { return name_; }
  std::uint16_t index() const { return index_; }
  int maxsize() const { return maxsize_; }
  Pipe& pipe() { return pipe_; }
  Pipe const& pipe() const { return pipe_; }

  Lock lock(hook::Resource resource) const;
  /// An event about this queue.
  void say(hook::Kind kind, hook::About about = {}, std::string_view text = {}) const {
    about.object = index_;
    hook::emit(kind, about, text);
  }

  /// The event that a put begins; gives the item its id.
  void begin_put(Item& item, Timeout timeout) const;
  /// The event that a call ends.
  void end(hook::Kind kind, hook::Outcome outcome, hook::ItemId item = {}, std::int64_t argument = 0) const {
    say(kind, {.item = item, .argument = argument, .detail = hook::code(outcome)});
  }
  /// The item's bytes. What its codec throws comes out.
  std::string serialise(Item const& item) const;
  /// Takes the write lock and sends.
  Sent send(std::string_view body, hook::ItemId item);
  /// Receives; the caller holds the read lock. Throws EOFError, OSError.
  std::string receive(hook::ItemId& item, SourceLocation const& where);

 private:
  std::string name_;
  std::uint16_t index_;
  int maxsize_;
  SharedMemory shared_;
  Pipe pipe_;
};

}  // namespace mp::detail
