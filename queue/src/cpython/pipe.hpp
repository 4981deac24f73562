// A pipe between processes and CPython's framing on it: the wire of Mechanism::cpython.
//
// Both ends are non-blocking, so that no operation disappears into the kernel unsaid: a read or write that
// would block is first announced as an event, then waited for in poll(). Writes fill the pipe as a blocking
// write's would: the kernel takes the same pages in the same order.
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

/// The ids of the items in a pipe, in order. The wire is CPython's to the byte and has no room for them, so
/// they travel beside it, in shared memory and under the same two locks: the writer's entry is there before
/// the first byte of its message. Touched only while somebody records.
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
  /// Throws OSError when the process has no descriptors left.
  Pipe(std::uint16_t queue, ItemIdRing& book);

  /// One message, under the write lock: 4 bytes of length, big-endian, then the body; in one write up to
  /// 16,384 bytes of body, in two above, in three above 0x7fffffff. `broken`: nobody holds the read end.
  /// Source: Connection._send_bytes.
  SendResult send(std::string_view body, hook::ItemId item);

  /// One message, under the read lock, in two reads; waits for every byte of it. `end`: no writer is left and
  /// nothing came; `torn`: no writer is left in mid-message. `item` is its id, when somebody records.
  /// Source: Connection._recv_bytes.
  ReceiveResult receive(Body& body, hook::ItemId& item);

  /// Whether a read would find something now.
  bool has_data() const;
  /// Whether a read would find something: now, or at most so much later. Source: Connection.poll.
  bool readable(Block block, Timeout timeout);

  int reader() const { return reader_.number(); }
  int writer() const { return writer_.number(); }
  std::uint32_t capacity() const;
  void close();

  /// The parts of a message.
  enum class Part : std::uint8_t { header, long_header, body };

 private:
  ReceiveResult read_all(void* to, std::uint64_t count, Part part, hook::ItemId& item);
  SendResult write_all(std::string_view first, std::string_view second, std::uint64_t after, hook::ItemId item);
  hook::Resource missing_data() const;

  std::uint16_t queue_;
  ItemIdRing* book_;
  FileDescriptor reader_, writer_;
};

}  // namespace mp::detail
