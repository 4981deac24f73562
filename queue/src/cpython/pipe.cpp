#include "cpython/pipe.hpp"

#include "waiting/ready.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include <mp/errors.hpp>

#include "waiting/blocking_operation.hpp"
#include "waiting/deadline.hpp"

namespace mp::detail {

namespace {

constexpr std::uint64_t largest_single_write = 16384;
constexpr std::uint64_t largest_short_size = 0x7fffffff;
constexpr std::uint64_t long_mark = 0xffffffff;  ///< -1 in the place of the length: 8 bytes of length follow

void store_big_endian(unsigned char* to, std::uint64_t value, int bytes) {
  for (int index = bytes - 1; index >= 0; --index, value >>= 8) to[index] = static_cast<unsigned char>(value);
}
std::uint64_t load_big_endian(unsigned char const* from, int bytes) {
  std::uint64_t value = 0;
  for (int index = 0; index < bytes; ++index) value = (value << 8) | from[index];
  return value;
}
std::string_view view(unsigned char const* bytes, std::size_t count) {
  return {reinterpret_cast<char const*>(bytes), count};
}
std::uint32_t clamp(std::uint64_t bytes) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes, std::numeric_limits<std::uint32_t>::max()));
}

/// The children of a process whose feeder has closed the pipe inherit that state, as in CPython.
void check_open(int descriptor) {
  if (descriptor < 0) throw OSError("handle is closed");
}

}  // namespace

Pipe::Pipe(std::uint16_t queue, ItemIdRing& item_ids) : queue_(queue), item_ids_(&item_ids) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
    throw OSError(std::string("cannot make a pipe: ") + std::strerror(errno));
  reader_ = FileDescriptor(ends[0]);
  writer_ = FileDescriptor(ends[1]);
}

std::uint32_t Pipe::capacity() const { return static_cast<std::uint32_t>(fcntl(writer_.number(), F_GETPIPE_SZ)); }

void Pipe::close() {
  reader_.close();
  writer_.close();
}

bool Pipe::has_data() const {
  check_open(reader());
  return ready(reader(), POLLIN);
}

bool Pipe::readable(Block block, Timeout timeout) {
  check_open(reader());
  BlockingOperation operation(
      {.kind = hook::Kind::woken, .resource = hook::Resource::pipe_data, .object = queue_, .stoppable = true}, block,
      timeout);
  for (;;) {
    if (!operation.turn([this] { return missing_data(); })) return false;
    if (has_data()) return true;
    WaitOutcome const waited = operation.wait([this](Timeout time) { return wait_ready(reader(), POLLIN, time); });
    if (waited != WaitOutcome::interrupted) return waited == WaitOutcome::got;
  }
}

hook::Resource Pipe::missing_data() const {
  return ready(reader(), POLLIN) ? hook::Resource::nothing : hook::Resource::pipe_data;
}

SendResult Pipe::send(std::string_view body, hook::ItemId item) {
  check_open(writer());
  if (hook::on()) [[unlikely]] {
    item_ids_->ids[item_ids_->written % ItemIdRing::size] = item.packed();
    ++item_ids_->written;
  }
  std::uint64_t const size = body.size();
  unsigned char header[12];
  if (size > largest_short_size) {
    store_big_endian(header, long_mark, 4);
    store_big_endian(header + 4, size, 8);
    if (write_all(view(header, 4), {}, 8 + size, item) == SendResult::broken) return SendResult::broken;
    if (write_all(view(header + 4, 8), {}, size, item) == SendResult::broken) return SendResult::broken;
    return write_all(body, {}, 0, item);
  }
  store_big_endian(header, size, 4);
  if (size <= largest_single_write) return write_all(view(header, 4), body, 0, item);
  if (write_all(view(header, 4), {}, size, item) == SendResult::broken) return SendResult::broken;
  return write_all(body, {}, 0, item);
}

/// `after`: number of bytes of the message that follow these two pieces.
SendResult Pipe::write_all(std::string_view first, std::string_view second, std::uint64_t after, hook::ItemId item) {
  BlockingOperation operation(
      {.kind = hook::Kind::pipe_write, .resource = hook::Resource::pipe_room, .object = queue_, .item = item});
  bool full = false;  // known only by trying: a pipe without a free page may still accept some bytes
  while (!first.empty() || !second.empty()) {
    operation.turn(
        [&] { return full && !ready(writer(), POLLOUT) ? hook::Resource::pipe_room : hook::Resource::nothing; });
    iovec pieces[2] = {{const_cast<char*>(first.data()), first.size()},
                       {const_cast<char*>(second.data()), second.size()}};
    int const skip = first.empty() ? 1 : 0;
    std::uint64_t const stamp = hook::now();  // before the effect, so that no reader's event has an earlier stamp
    ssize_t const wrote = ::writev(writer(), pieces + skip, second.empty() ? 1 : 2 - skip);
    if (wrote < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) {
        full = true;
        operation.wait([this](Timeout time) { return wait_ready(writer(), POLLOUT, time); });
        continue;
      }
      hook::emit(hook::Kind::pipe_broken, {.object = queue_, .item = item});
      if (errno == EPIPE) return SendResult::broken;
      throw OSError(std::strerror(errno));
    }
    full = false;
    auto const bytes = static_cast<std::size_t>(wrote);
    std::size_t const of_first = std::min(bytes, first.size());
    first.remove_prefix(of_first);
    second.remove_prefix(bytes - of_first);
    trace::Chunk const chunk{clamp(bytes), clamp(first.size() + second.size() + after)};
    hook::emit_at(stamp, hook::Kind::pipe_write, {.object = queue_, .item = item, .argument = chunk.packed()});
  }
  return SendResult::all;
}

ReceiveResult Pipe::receive(Body& body, hook::ItemId& item) {
  check_open(reader());
  unsigned char header[8];
  ReceiveResult got = read_all(header, 4, Part::header, item);
  if (got != ReceiveResult::message) return got;
  std::uint64_t size = load_big_endian(header, 4);
  if (size == long_mark) {
    got = read_all(header, 8, Part::long_header, item);
    if (got != ReceiveResult::message) return got;
    size = load_big_endian(header, 8);
  }
  return read_all(body.resize(size), size, Part::body, item);
}

namespace {

/// How many bytes follow a part that has arrived whole, as far as the part itself says.
std::uint64_t announced(Pipe::Part part, void const* bytes) {
  auto const* const header = static_cast<unsigned char const*>(bytes);
  switch (part) {
    case Pipe::Part::header: {
      std::uint64_t const size = load_big_endian(header, 4);
      return size == long_mark ? 8 : size;
    }
    case Pipe::Part::long_header: return load_big_endian(header, 8);
    case Pipe::Part::body: break;
  }
  return 0;
}

}  // namespace

ReceiveResult Pipe::read_all(void* to, std::uint64_t count, Part part, hook::ItemId& item) {
  BlockingOperation operation(
      {.kind = hook::Kind::pipe_read, .resource = hook::Resource::pipe_data, .object = queue_, .item = item});
  std::uint64_t done = 0;
  while (done < count) {
    operation.turn([this] { return missing_data(); });
    ssize_t const got = ::read(reader(), static_cast<char*>(to) + done, count - done);
    if (got < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) {
        operation.wait([this](Timeout time) { return wait_ready(reader(), POLLIN, time); });
        continue;
      }
      throw OSError(std::strerror(errno));
    }
    if (got == 0) {
      hook::emit(hook::Kind::pipe_end, {.object = queue_, .item = item});
      return done == 0 ? ReceiveResult::end : ReceiveResult::torn;
    }
    done += static_cast<std::uint64_t>(got);
    if (hook::on()) [[unlikely]] {
      if (!item) {
        item = hook::ItemId::unpack(item_ids_->ids[item_ids_->read % ItemIdRing::size]);
        ++item_ids_->read;
      }
      std::uint64_t const missing = done < count ? count - done : announced(part, to);
      trace::Chunk const chunk{clamp(static_cast<std::uint64_t>(got)), clamp(missing)};
      hook::emit(hook::Kind::pipe_read, {.object = queue_, .item = item, .argument = chunk.packed()});
    }
  }
  return ReceiveResult::message;
}

}  // namespace mp::detail
