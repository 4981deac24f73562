// The bytes in the pipe are CPython's: 4 bytes of length, most significant first, and the body.
#include <sys/ioctl.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <mp/queue.hpp>

#include "tests/support/processes.hpp"

namespace {

int bytes_in_pipe(int reader) {
  int count = 0;
  ioctl(reader, FIONREAD, &count);
  return count;
}

std::string take_raw(int reader, std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    ssize_t const got = read(reader, bytes.data() + done, count - done);
    if (got > 0) done += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::string frame(std::string const& body) {
  auto const size = static_cast<std::uint32_t>(body.size());
  std::string header;
  for (int shift = 24; shift >= 0; shift -= 8) header += static_cast<char>((size >> shift) & 0xff);
  return header + body;
}

}  // namespace

TEST_CASE("wire: header and body, byte for byte") {
  mp::Queue<std::string> queue;
  for (std::size_t const size : {0u, 1u, 255u, 256u, 16380u, 16381u, 60000u}) {
    std::string const text(size, 'x');
    queue.put(text);
    std::string const expected = frame(mp::encode(text));
    tests::wait_until([&] { return bytes_in_pipe(queue.bytes().reader()) == static_cast<int>(expected.size()); });
    CHECK(take_raw(queue.bytes().reader(), expected.size()) == expected);
  }
}

TEST_CASE("wire: an empty item is a frame of four bytes") {
  mp::Queue<std::monostate> queue;
  queue.put({});
  tests::wait_until([&] { return bytes_in_pipe(queue.bytes().reader()) == 4; });
  CHECK(take_raw(queue.bytes().reader(), 4) == std::string(4, '\0'));
}

TEST_CASE("wire: get reads a frame written by another program") {
  mp::Queue<int> queue;
  std::string const bytes = frame(mp::encode(1)) + frame(mp::encode(2));
  CHECK(write(queue.bytes().writer(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  // No slot was taken for these, so take one for each that get will release: an unbounded queue is at its limit.
  CHECK_THROWS_WITH_AS(queue.get(), "semaphore or lock released too many times", mp::ValueError);
  CHECK(!queue.empty());
}

TEST_CASE("wire: the long form, with 8 bytes of length, is read") {
  mp::SimpleQueue<int> queue;
  std::string const body = mp::encode(77);
  std::string bytes(4, '\xff');
  bytes += std::string(7, '\0') + static_cast<char>(body.size()) + body;
  CHECK(write(queue.bytes().writer(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  CHECK(queue.get() == 77);
}

TEST_CASE("wire: malformed bytes throw DecodeError, and the queue remains usable") {
  mp::SimpleQueue<int> queue;
  std::string const bytes = frame("abc");
  CHECK(write(queue.bytes().writer(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  queue.put(5);
  CHECK_THROWS_AS(queue.get(), mp::DecodeError);
  CHECK(queue.get() == 5);
}

TEST_CASE("wire: the end of the pipe, at a boundary and inside a message") {
  // The queue's own write end keeps the pipe open, so close it behind the queue's back.
  auto const with_end_after = [](std::string const& bytes) {
    mp::SimpleQueue<int> queue;
    CHECK(write(queue.bytes().writer(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    int const other = dup(STDERR_FILENO);
    dup2(other, queue.bytes().writer());
    close(other);
    return queue.get();
  };
  CHECK_THROWS_AS(with_end_after(""), mp::EOFError);
  CHECK_THROWS_WITH_AS(with_end_after(frame("abcd").substr(0, 6)), "got end of file during message", mp::OSError);
}

TEST_CASE("wire: large items arrive complete") {
  mp::Queue<std::vector<std::uint32_t>> queue;
  std::vector<std::uint32_t> numbers(4u << 20);
  for (std::uint32_t index = 0; index < numbers.size(); ++index) numbers[index] = index * 2654435761u;
  queue.put(numbers);
  CHECK((queue.get() == numbers));
}
