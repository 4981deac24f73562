// Exactly the items put are got: 1 to 16 producers by 1 to 16 consumers, items of 0 bytes to 16 MiB, bounded and
// unbounded, 1,000,000 items in all (fewer by default under a sanitizer). QUEUESCOPE_INTEGRITY_ITEMS sets
// another number.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include <doctest/doctest.h>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "tests/support/shared.hpp"

namespace {

constexpr std::uint32_t most = 16;  // producers, and consumers

std::uint64_t mix(std::uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// The start of an item. An item that is too small for it is identified by its size alone.
struct Label {
  std::uint32_t producer = 0, sequence = 0, size = 0;
};
constexpr std::uint32_t end_of_all = 0xffffffff;

std::uint64_t seed_of(std::uint32_t producer, std::uint32_t sequence) {
  return (std::uint64_t{producer} << 32) | sequence;
}

std::uint32_t size_of(std::uint32_t producer, std::uint32_t sequence) {
  std::uint64_t const dice = mix(mix(seed_of(producer, sequence)));
  auto const among = [dice](std::uint64_t low, std::uint64_t high) {
    return static_cast<std::uint32_t>(low + (dice >> 20) % (high - low + 1));
  };
  std::uint64_t const kind = dice % 40'000;
  if (kind == 0) return 16u << 20;
  if (kind < 4) return among(200'000, 2'000'000);
  if (kind < 80) return among(60'000, 200'000);  // around the size of the pipe
  if (kind < 600) return among(16'300, 16'500);  // around the size of one write
  if (kind < 3'000) return 0;
  if (kind < 5'000) return among(1, sizeof(Label) - 1);
  return among(sizeof(Label), 200);
}

std::string body_of(std::uint32_t producer, std::uint32_t sequence, std::uint32_t size) {
  std::string body(size, static_cast<char>(size));
  if (size < sizeof(Label)) return body;
  Label const label{producer, sequence, size};
  std::memcpy(body.data(), &label, sizeof label);
  std::uint64_t word = mix(seed_of(producer, sequence));
  for (std::size_t at = sizeof label; at < size; at += sizeof word, word = word * 6364136223846793005u + 1) {
    std::memcpy(body.data() + at, &word, std::min(sizeof word, size - at));
  }
  return body;
}

/// A raw body of any size, including zero; read through the untyped queue.
struct Raw {
  std::string bytes;
};
void mp_encode(mp::Encoder& out, Raw const& raw) { out.bytes(raw.bytes.data(), raw.bytes.size()); }
[[maybe_unused]] void mp_decode(mp::Decoder&, Raw&) {}
void mp_preview(std::string& out, Raw const& raw) { out += std::to_string(raw.bytes.size()) + " bytes"; }

/// Equal for equal multisets of items.
struct Tally {
  std::uint64_t items = 0, hashes = 0;
  std::array<std::uint64_t, sizeof(Label)> anonymous{};  ///< by size
  std::uint64_t spoiled = 0, out_of_order = 0;
  friend bool operator==(Tally const&, Tally const&) = default;

  void add(std::uint32_t producer, std::uint32_t sequence, std::uint32_t size) {
    ++items;
    if (size < sizeof(Label)) {
      ++anonymous[size];
    } else {
      hashes += mix(seed_of(producer, sequence) ^ 0x5555555555555555);
    }
  }
  void add(Tally const& other) {
    items += other.items;
    hashes += other.hashes;
    for (std::size_t size = 0; size < anonymous.size(); ++size) anonymous[size] += other.anonymous[size];
    spoiled += other.spoiled;
    out_of_order += other.out_of_order;
  }
};

/// `first`: the number of the first producer; numbers are unique in the whole test.
Tally consume(mp::Queue<Raw>& queue, std::uint32_t first) {
  Tally tally;
  std::array<std::int64_t, most> last{};
  last.fill(-1);
  for (;;) {
    std::string const body = queue.bytes().get(mp::Block::yes, {}, mp::SourceLocation::current());
    auto const size = static_cast<std::uint32_t>(body.size());
    Label label;
    if (size >= sizeof label) std::memcpy(&label, body.data(), sizeof label);
    if (label.producer == end_of_all) return tally;
    tally.add(label.producer, label.sequence, size);
    if (body != body_of(label.producer, label.sequence, size)) ++tally.spoiled;
    if (size < sizeof label) continue;
    auto& before = last.at(label.producer - first);
    if (before >= label.sequence) ++tally.out_of_order;
    before = label.sequence;
  }
}

void check(std::uint32_t producers, std::uint32_t consumers, int maxsize, std::uint32_t items_each) {
  std::uint32_t const first = (producers * most + consumers) * most;
  CAPTURE(producers);
  CAPTURE(consumers);
  CAPTURE(maxsize);
  mp::Queue<Raw> queue{{.maxsize = maxsize}};
  tests::Shared<std::array<Tally, most>> got;
  std::vector<mp::Process> putting, getting;
  for (std::uint32_t consumer = 0; consumer < consumers; ++consumer) {
    getting.emplace_back([&, consumer] { (*got)[consumer] = consume(queue, first); });
    getting.back().start();
  }
  Tally put;
  for (std::uint32_t producer = first; producer < first + producers; ++producer) {
    putting.emplace_back([&, producer] {
      for (std::uint32_t sequence = 0; sequence < items_each; ++sequence) {
        queue.put(Raw{body_of(producer, sequence, size_of(producer, sequence))});
      }
    });
    putting.back().start();
    for (std::uint32_t sequence = 0; sequence < items_each; ++sequence) {
      put.add(producer, sequence, size_of(producer, sequence));
    }
  }
  for (auto& process : putting) process.join();
  for (std::uint32_t consumer = 0; consumer < consumers; ++consumer) {
    queue.put(Raw{body_of(end_of_all, 0, sizeof(Label))});
  }
  Tally all;
  for (std::uint32_t consumer = 0; consumer < consumers; ++consumer) {
    getting[consumer].join();
    CHECK(getting[consumer].exitcode() == 0);
    all.add((*got)[consumer]);
  }
  CHECK((all == put));
  CHECK(all.items == put.items);
  CHECK(all.spoiled == 0);
  CHECK(all.out_of_order == 0);
  CHECK(queue.qsize() == 0);
}

}  // namespace

TEST_CASE("integrity: exactly the items put are got, in the order of each producer" * doctest::timeout(600)) {
  char const* const wanted = std::getenv("QUEUESCOPE_INTEGRITY_ITEMS");
  std::uint32_t const all_items = wanted != nullptr ? static_cast<std::uint32_t>(std::atol(wanted)) : INTEGRITY_ITEMS;
  std::array const bounds{0, 1, 5, 100};
  std::uint32_t items = 0;
  for (std::uint32_t producers = 1; producers <= most; ++producers) {
    for (std::uint32_t consumers = 1; consumers <= most; ++consumers) {
      std::uint32_t const items_each = all_items / (most * most) / producers + 1;
      check(producers, consumers, bounds[(producers + consumers) % bounds.size()], items_each);
      items += items_each * producers;
    }
  }
  CHECK(items >= all_items);
}

TEST_CASE("integrity: one item of each size around the limits, through one queue and through all three kinds") {
  for (std::uint32_t const size : {0u, 1u, 2u, 4091u, 4092u, 4093u, 16'379u, 16'380u, 16'381u, 16'384u, 16'385u,
                                   65'531u, 65'532u, 65'533u, 65'536u, 131'072u, 1'048'576u, 16'777'216u}) {
    CAPTURE(size);
    std::string const body = body_of(1, 1, size);
    auto const here = mp::SourceLocation::current();
    mp::Queue<Raw> queue;
    queue.put({body});
    CHECK((queue.bytes().get(mp::Block::yes, {}, here) == body));
    mp::JoinableQueue<Raw> joinable;
    joinable.put({body});
    CHECK((joinable.bytes().get(mp::Block::yes, std::chrono::seconds{60}, here) == body));
    mp::SimpleQueue<Raw> simple;
    mp::Process producer{[&] { simple.put({body}); }};
    producer.start();
    CHECK((simple.bytes().get(mp::Block::yes, {}, here) == body));
    producer.join();
  }
}
