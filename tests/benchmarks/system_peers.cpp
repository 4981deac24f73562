#include "system_peers.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace benchmarks {

Pipe::Pipe() {
  if (pipe(ends_) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
}
Pipe::~Pipe() {
  close(ends_[0]);
  close(ends_[1]);
}

void Pipe::write_all(void const* data, std::size_t count) const {
  for (auto const* from = static_cast<char const*>(data); count != 0;) {
    ssize_t const written = write(ends_[1], from, count);
    if (written <= 0) throw std::system_error(errno, std::generic_category(), "write");
    from += written;
    count -= static_cast<std::size_t>(written);
  }
}

void Pipe::read_all(void* data, std::size_t count) const {
  for (auto* to = static_cast<char*>(data); count != 0;) {
    ssize_t const got = read(ends_[0], to, count);
    if (got <= 0) throw std::system_error(errno, std::generic_category(), "read");
    to += got;
    count -= static_cast<std::size_t>(got);
  }
}

std::string RawPipe::refusal(Cell const& cell, std::uint64_t messages) {
  if (cell.kind != Kind::throughput && messages > 1) return "one message makes no round trip, and waits for the others";
  bool const alone = cell.shape.producers <= 1 && cell.shape.consumers <= 1;
  if (alone || cell.size * messages <= PIPE_BUF) return {};
  return "several processes need writes of at most " + std::to_string(PIPE_BUF) + " bytes";
}

namespace {

long first_number_in(char const* path, long otherwise) {
  std::ifstream file(path);
  return file >> otherwise ? otherwise : 10;
}

/// Without a name from the start, so that nothing can be left behind. -1 when the system refuses it.
mqd_t open_queue(std::size_t size, long items) {
  // As root there is no limit then; others keep theirs.
  rlimit const unlimited{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_MSGQUEUE, &unlimited);
  mq_attr attributes{};
  attributes.mq_maxmsg = items;
  attributes.mq_msgsize = static_cast<long>(size);
  std::string const name = "/queue_benchmark_" + std::to_string(getpid());
  mqd_t const queue = mq_open(name.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600, &attributes);
  int const error = errno;
  if (queue >= 0) mq_unlink(name.c_str());
  errno = error;
  return queue;
}

mqd_t open_queue(std::size_t size) {
  mqd_t const queue = open_queue(size, bound_items);
  return queue >= 0 ? queue : open_queue(size, first_number_in("/proc/sys/fs/mqueue/msg_max", 10));
}

}  // namespace

std::string PosixQueue::refusal(Cell const& cell) {
  mqd_t const queue = open_queue(cell.size);
  if (queue < 0) return "the system refuses messages of " + words(cell.size) + " (/proc/sys/fs/mqueue)";
  mq_close(queue);
  return {};
}

PosixQueue::PosixQueue(Cell const& cell) : queue_(open_queue(cell.size)), buffer_(cell.size) {
  if (queue_ < 0) throw std::system_error(errno, std::generic_category(), "mq_open");
}
PosixQueue::~PosixQueue() { mq_close(queue_); }

std::uint64_t PosixQueue::put() {
  if (mq_send(queue_, buffer_.data(), buffer_.size(), 0) != 0) {
    throw std::system_error(errno, std::generic_category(), "mq_send");
  }
  return 1;
}
std::uint64_t PosixQueue::get() {
  if (mq_receive(queue_, buffer_.data(), buffer_.size(), nullptr) < 0) {
    throw std::system_error(errno, std::generic_category(), "mq_receive");
  }
  return 1;
}

}  // namespace benchmarks
