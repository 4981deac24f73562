// Numbers and strings as bytes: LEB128 for numbers, zigzag before it for signed ones, strings with their
// length before them.
#pragma once

#include <cstddef>
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
    make_room(longest_number);
    used_ = static_cast<std::size_t>(put(bytes_.data() + used_, value) - bytes_.data());
  }
  void signed_number(std::int64_t value) { number(zigzag(value)); }
  /// One number for each element, with one check for room.
  void numbers(auto const& elements, auto const& number_of) {
    make_room(elements.size() * longest_number);
    char* next = bytes_.data() + used_;
    for (auto const& element : elements) next = put(next, number_of(element));
    used_ = static_cast<std::size_t>(next - bytes_.data());
  }
  static std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
  }
  void string(std::string_view text) {
    number(text.size());
    make_room(text.size());
    text.copy(bytes_.data() + used_, text.size());
    used_ += text.size();
  }
  std::string take() {
    bytes_.resize(used_);
    used_ = 0;
    return std::move(bytes_);
  }

 private:
  static constexpr std::size_t longest_number = 10;

  static char* put(char* next, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) *next++ = static_cast<char>(value | 0x80);
    *next++ = static_cast<char>(value);
    return next;
  }
  void make_room(std::size_t bytes) {
    if (bytes_.size() - used_ < bytes) bytes_.resize(bytes_.size() * 2 + bytes);
  }

  std::string bytes_;  ///< with room behind what is used: a trace is mostly numbers, and each is only a few stores
  std::size_t used_ = 0;
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
