// Numbers and strings as bytes: LEB128 for numbers, zigzag before it for signed ones, strings with their
// length before them.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace qs {

/// Malformed bytes; what() is a part of a sentence.
struct BadBytes : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class ByteWriter {
 public:
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  void signed_number(std::int64_t value) {
    number((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }
  void string(std::string_view text) {
    number(text.size());
    bytes_ += text;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Throws BadBytes on anything that ByteWriter would not have written.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) throw BadBytes("it ends too early");
      auto const byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      if (shift == 63 && byte > 1) break;
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    throw BadBytes("a number in it is too long");
  }
  /// Throws if the number is greater than `most`.
  template <class Number>
  Number number_up_to(Number most) {
    auto const value = number();
    if (value > static_cast<std::uint64_t>(most)) throw BadBytes("a number in it is out of its range");
    return static_cast<Number>(value);
  }
  std::int64_t signed_number() {
    auto const value = number();
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }
  std::string_view string() {
    auto const size = number();
    if (size > rest_.size()) throw BadBytes("a string in it is longer than what is there");
    auto const text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace qs
