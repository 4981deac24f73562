// A pipe between processes and CPython's framing on it: the wire of Mechanism::cpython.
//
// Both ends are non-blocking, so that every wait is recorded: a read or write that would block first emits an event and
// then waits in poll(). Writes fill the pipe exactly as blocking writes would.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <mp/byte_queue.hpp>
#include <mp/detail/file_descriptor.hpp>
#include <mp/options.hpp>

#include "trace/hook.hpp"

namespace mp::detail {

/// The ids of the items in a pipe, in order. The pipe has exactly CPython's bytes and no room for ids, so these are
/// passed in shared memory, under the same two locks: an id is stored before the first byte of its message. Used only
/// while the program is recorded.
struct ItemIdRing {
  static constexpr std::size_t size = 32768;  ///< more than the 16,384 shortest messages that a pipe holds
  std::uint64_t written = 0;                  ///< under the write lock
  std::uint64_t read = 0;                     ///< under the read lock
  std::uint64_t ids[size];
};

enum class SendResult : std::uint8_t { all, broken };
enum class ReceiveResult : std::uint8_t { message, end, torn };

class Pipe {
 public:
  /// Throws OSError if the pipe cannot be created.
  Pipe(std::uint16_t queue, ItemIdRing& item_ids);

  /// One message, under the write lock: 4 bytes of length, big-endian, then the body; in one write up to
  /// 16,384 bytes of body, in two above, in three above 0x7fffffff. `broken`: no process has the read end open.
  /// Source: Connection._send_bytes.
  [[nodiscard]] SendResult send(std::string_view body, hook::ItemId item);

  /// One message, under the read lock, in two reads; waits for every byte of it. `end`: end of file before
  /// the message; `torn`: end of file inside it. `item` is its id, if the program is recorded.
  /// Source: Connection._recv_bytes.
  [[nodiscard]] ReceiveResult receive(Body& body, hook::ItemId& item);

  /// Whether there is something to read now.
  [[nodiscard]] bool has_data() const;
  /// Waits until there is something to read, up to the time-out. Source: Connection.poll.
  [[nodiscard]] bool readable(Block block, Timeout timeout);

  int reader() const { return reader_.number(); }
  int writer() const { return writer_.number(); }
  std::uint32_t capacity() const;
  void close();

  /// The parts of a message.
  enum class Part : std::uint8_t { header, long_header, body };

 private:
  [[nodiscard]] ReceiveResult read_all(void* to, std::uint64_t count, Part part, hook::ItemId& item);
  [[nodiscard]] SendResult write_all(std::string_view first, std::string_view second, std::uint64_t after,
                                     hook::ItemId item);
  hook::Resource missing_data() const;

  std::uint16_t queue_;
  ItemIdRing* item_ids_;
  FileDescriptor reader_, writer_;
};

}  // namespace mp::detail
