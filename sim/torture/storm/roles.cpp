#include "sim/torture/storm/roles.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <type_traits>

namespace qs::storm {

namespace {

/// Limits the memory used while consumers are dead.
constexpr int most_waiting = 10'000;

std::uint64_t mixed(std::uint64_t value) {  // splitmix64
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

/// Most texts are short, one in a hundred takes kilobytes, one in a thousand more than a segment of the queue.
std::size_t payload_bytes(std::uint64_t chance) {
  if (chance % 1000 == 0) return 65'000 + (chance >> 32) % 130'000;
  if (chance % 100 == 0) return 1'000 + (chance >> 32) % 8'000;
  return (chance >> 32) % 120;
}

template <typename Queue>
constexpr bool is_joinable = requires(Queue& queue) {
  queue.task_done();
};

}  // namespace

std::string item_text(std::uint32_t producer, std::uint64_t sequence) {
  std::uint64_t chance = mixed(mixed(producer) ^ sequence);
  std::size_t const bytes = payload_bytes(chance);
  std::string text = std::to_string(producer) + ":" + std::to_string(sequence) + ":";
  std::size_t const begin = text.size();
  text.resize(begin + bytes);
  for (std::size_t at = 0; at < bytes; at += sizeof chance) {
    chance = mixed(chance);
    std::memcpy(&text[begin + at], &chance, std::min(sizeof chance, bytes - at));
  }
  return text;
}

bool read_item(std::string_view text, std::uint32_t& producer, std::uint64_t& sequence) {
  char const* const end = text.data() + text.size();
  auto const first = std::from_chars(text.data(), end, producer);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ':') return false;
  auto const second = std::from_chars(first.ptr + 1, end, sequence);
  return second.ec == std::errc() && second.ptr != end && *second.ptr == ':';
}

void say_trouble(Board& board, std::string const& text) {
  if (board.trouble.count.fetch_add(1) == 0)
    std::strncpy(board.trouble.text, text.c_str(), sizeof board.trouble.text - 1);
}

template <typename Queue>
void produce(Queue& queue, Board& board, std::uint32_t number, std::uint64_t most) {
  ProducerRecord& record = board.producer[number];
  while (board.stop.load() == 0) {
    if (queue.qsize() > most_waiting || record.begun.load() >= most) {
      usleep(200);
      continue;
    }
    std::uint64_t const sequence = record.begun.load() + 1;
    std::string text = item_text(number, sequence);
    record.begun.store(sequence);
    queue.put(std::move(text));
    record.returned.store(sequence);
  }
}

template <typename Queue>
void consume(Queue& queue, Board& board, Log& log, std::uint32_t number, mp::Block block) {
  ConsumerRecord& record = board.consumer[number];
  std::uint64_t at = record.got.load();
  while (log[at].load() != 0) ++at;  // the predecessor may have died between the two stores
  for (;;) {
    record.got.store(at);
    record.wanted.store(at + 1);
    std::string const text = queue.get(block);
    std::uint32_t producer = 0;
    std::uint64_t sequence = 0;
    if (!read_item(text, producer, sequence)) {
      record.wanted.store(0);
      if constexpr (is_joinable<Queue>) queue.task_done();
      if (text == last_item) return;
      return say_trouble(board,
                         "an item of " + std::to_string(text.size()) + " bytes is torn: it says not whose it is");
    }
    std::uint64_t entry = Got::packed(producer, sequence);
    if constexpr (is_joinable<Queue>) entry |= queue.redelivered() ? Got::redelivered : 0;
    log[at].store(entry);
    record.wanted.store(0);
    if (text != item_text(producer, sequence)) {
      say_trouble(board, "item " + std::to_string(sequence) + " of producer " + std::to_string(producer) + " is torn");
    }
    if constexpr (is_joinable<Queue>) {
      log[at].store(entry |= Got::finishing);
      queue.task_done();
      log[at].store(entry |= Got::finished);
    }
    ++at;
  }
}

template void produce(mp::Queue<std::string>&, Board&, std::uint32_t, std::uint64_t);
template void produce(mp::JoinableQueue<std::string>&, Board&, std::uint32_t, std::uint64_t);
template void consume(mp::Queue<std::string>&, Board&, Log&, std::uint32_t, mp::Block);
template void consume(mp::JoinableQueue<std::string>&, Board&, Log&, std::uint32_t, mp::Block);

}  // namespace qs::storm
