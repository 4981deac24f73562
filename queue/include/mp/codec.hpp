// How items become bytes and bytes items. Out of the box: trivially copyable types, strings, vectors,
// optional, pair, tuple, variant, and whatever is nested of these. A type of your own needs one pair of
// functions in its own namespace, found by argument-dependent lookup:
//
//     void mp_encode(mp::Encoder& out, Job const& job) { out(job.name, job.steps); }
//     void mp_decode(mp::Decoder& in, Job& job)        { in(job.name, job.steps); }
//
// An encoder may throw (mp::NotSerialisable, or anything): the feeder reports it and drops the item.
// Bytes are in the machine's own order: both ends are processes of one machine.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <mp/errors.hpp>

namespace mp {

class Encoder;
class Decoder;

namespace detail {

template <typename T>
concept HasOwnCodec = requires(Encoder& out, Decoder& in, T const& constant, T& value) {
  mp_encode(out, constant);
  mp_decode(in, value);
};

template <typename>
inline constexpr bool is_composite = false;
template <typename T>
inline constexpr bool is_composite<std::optional<T>> = true;
template <typename... Choices>
inline constexpr bool is_composite<std::variant<Choices...>> = true;
template <typename... Parts>
inline constexpr bool is_composite<std::tuple<Parts...>> = true;

/// Refers to elements stored elsewhere, so its bytes are an address.
template <typename>
inline constexpr bool is_view = false;
template <typename Letter, typename Traits>
inline constexpr bool is_view<std::basic_string_view<Letter, Traits>> = true;
template <typename Element, std::size_t extent>
inline constexpr bool is_view<std::span<Element, extent>> = true;

template <typename T>
concept CopiedBytewise = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T> && !std::is_member_pointer_v<T> &&
                         !is_composite<T> && !is_view<T>;

template <typename>
inline constexpr bool always_false = false;

}  // namespace detail

/// Appends values to a body.
class Encoder {
 public:
  explicit Encoder(std::string& body) : body_(body) {}

  template <typename... Values>
  void operator()(Values const&... values) {
    (one(values), ...);
  }

  void bytes(void const* data, std::size_t count) { body_.append(static_cast<char const*>(data), count); }

  /// A length or an index: 4 bytes. Throws NotSerialisable above 4,294,967,295.
  void count(std::size_t number) {
    if (number > std::numeric_limits<std::uint32_t>::max()) throw NotSerialisable("a container has too many elements");
    auto const narrow = static_cast<std::uint32_t>(number);
    bytes(&narrow, sizeof narrow);
  }

 private:
  template <typename T>
  void one(T const& value) {
    if constexpr (detail::HasOwnCodec<T>) {
      mp_encode(*this, value);
    } else if constexpr (std::is_empty_v<T> && std::is_trivially_copyable_v<T>) {
      // nothing to write
    } else if constexpr (detail::CopiedBytewise<T>) {
      bytes(&value, sizeof value);
    } else {
      composite(value);
    }
  }
  void composite(std::string const& text) {
    count(text.size());
    bytes(text.data(), text.size());
  }
  template <typename T>
  void composite(std::vector<T> const& list) {
    count(list.size());
    if constexpr (detail::CopiedBytewise<T> && !detail::HasOwnCodec<T> && !std::same_as<T, bool> &&
                  !std::is_empty_v<T>) {
      bytes(list.data(), list.size() * sizeof(T));
    } else {
      for (auto const& element : list) one(static_cast<T const&>(element));
    }
  }
  template <typename T>
  void composite(std::optional<T> const& maybe) {
    one(maybe.has_value());
    if (maybe) one(*maybe);
  }
  template <typename First, typename Second>
  void composite(std::pair<First, Second> const& pair) {
    one(pair.first);
    one(pair.second);
  }
  template <typename... Parts>
  void composite(std::tuple<Parts...> const& tuple) {
    std::apply([&](Parts const&... parts) { (one(parts), ...); }, tuple);
  }
  template <typename... Choices>
  void composite(std::variant<Choices...> const& variant) {
    if (variant.valueless_by_exception()) throw NotSerialisable("the variant is valueless");
    count(variant.index());
    std::visit([&](auto const& choice) { one(choice); }, variant);
  }
  template <typename T>
  void composite(T const&) {
    static_assert(detail::always_false<T>,
                  "this type has no codec: give it mp_encode(mp::Encoder&, T const&) and mp_decode(mp::Decoder&, T&)");
  }

  std::string& body_;
};

/// Reads values from a body. Throws DecodeError if the bytes do not encode a value of the requested type.
class Decoder {
 public:
  explicit Decoder(std::string_view body) : rest_(body) {}

  template <typename... Values>
  void operator()(Values&... values) {
    (one(values), ...);
  }

  void bytes(void* data, std::size_t count) {
    if (count > rest_.size()) throw DecodeError("the message is too short for the type that was asked for");
    if (count != 0) std::memcpy(data, rest_.data(), count);
    rest_.remove_prefix(count);
  }
  std::size_t count() {
    std::uint32_t number = 0;
    bytes(&number, sizeof number);
    return number;
  }
  bool done() const { return rest_.empty(); }

 private:
  template <typename T>
  void one(T& value) {
    if constexpr (detail::HasOwnCodec<T>) {
      mp_decode(*this, value);
    } else if constexpr (std::is_empty_v<T> && std::is_trivially_copyable_v<T>) {
      // nothing was written
    } else if constexpr (std::same_as<T, bool>) {
      unsigned char byte = 0;
      bytes(&byte, 1);
      if (byte > 1) throw DecodeError("the byte of a bool is neither 0 nor 1");
      value = byte == 1;
    } else if constexpr (detail::CopiedBytewise<T>) {
      bytes(&value, sizeof value);
    } else {
      composite(value);
    }
  }
  /// Reads a count of elements of at least `least` bytes each. A count that the body cannot hold is rejected before
  /// anything is allocated.
  std::size_t elements(std::size_t least) {
    std::size_t const number = count();
    if (least != 0 && number > rest_.size() / least) throw DecodeError("a length is larger than the message");
    return number;
  }
  void composite(std::string& text) {
    std::size_t const size = elements(1);
    text.assign(rest_.data(), size);
    rest_.remove_prefix(size);
  }
  template <typename T>
  void composite(std::vector<T>& list) {
    list.clear();
    if constexpr (detail::CopiedBytewise<T> && !detail::HasOwnCodec<T> && !std::same_as<T, bool> &&
                  !std::is_empty_v<T>) {
      list.resize(elements(sizeof(T)));
      bytes(list.data(), list.size() * sizeof(T));
    } else {
      std::size_t const size = count();
      for (std::size_t index = 0; index < size; ++index) {
        if (rest_.empty() && !std::is_empty_v<T>) throw DecodeError("a length is larger than the message");
        T element{};
        one(element);
        list.push_back(std::move(element));
      }
    }
  }
  template <typename T>
  void composite(std::optional<T>& maybe) {
    bool present = false;
    one(present);
    if (!present) {
      maybe.reset();
      return;
    }
    T value{};
    one(value);
    maybe = std::move(value);
  }
  template <typename First, typename Second>
  void composite(std::pair<First, Second>& pair) {
    one(pair.first);
    one(pair.second);
  }
  template <typename... Parts>
  void composite(std::tuple<Parts...>& tuple) {
    std::apply([&](Parts&... parts) { (one(parts), ...); }, tuple);
  }
  template <typename... Choices>
  void composite(std::variant<Choices...>& variant) {
    choose(variant, count(), std::index_sequence_for<Choices...>{});
  }
  template <typename... Choices, std::size_t... Indexes>
  void choose(std::variant<Choices...>& variant, std::size_t index, std::index_sequence<Indexes...>) {
    bool const known = ((index == Indexes ? (one(variant.template emplace<Indexes>()), true) : false) || ...);
    if (!known) throw DecodeError("a variant has no such alternative");
  }
  template <typename T>
  void composite(T&) {
    static_assert(detail::always_false<T>,
                  "this type has no codec: give it mp_encode(mp::Encoder&, T const&) and mp_decode(mp::Decoder&, T&)");
  }

  std::string_view rest_;
};

/// Encodes a value as a queue does.
template <typename T>
std::string encode(T const& value) {
  std::string body;
  Encoder{body}(value);
  return body;
}

/// Decodes exactly one value. Throws DecodeError if the bytes do not encode one, or if some are left over.
template <typename T>
T decode(std::string_view body) {
  T value{};
  Decoder in{body};
  in(value);
  if (!in.done()) throw DecodeError("the message is longer than the type that was asked for");
  return value;
}

}  // namespace mp
