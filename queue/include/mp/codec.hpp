// How items become bytes and bytes items. These types work without further code: numbers, enums, strings, paths,
// durations; vector, deque, array, map, set and their unordered and multi versions; optional, pair, tuple, variant; and
// aggregates (structs without constructors) of up to 24 members of such types. Pointers, references and views are
// rejected at compile time, also inside of an aggregate. Any other type needs one pair of functions in its own
// namespace, where argument-dependent lookup finds them:
//
//     void mp_encode(mp::Encoder& out, Job const& job) { out(job.name(), job.steps()); }
//     void mp_decode(mp::Decoder& in, Job& job)        { job = Job(in.value<std::string>(), in.value<Steps>()); }
//
// A type without a default constructor returns its value:
//
//     Job mp_decode(mp::Decoder& in, std::type_identity<Job>) { return Job(in.value<std::string>()); }
//
// A trivially copyable class without pointers can be declared to be copied as bytes: see mp::bytewise.
// mp_preview, which makes an item readable in traces and messages, is found in the same way: see mp/preview.hpp.
//
// An encoder may throw (mp::NotSerialisable, or anything): the feeder reports it and drops the item, and a hardened
// queue lets it out of put. Bytes are in the machine's own order: both ends are processes of one machine.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <mp/detail/codec_traits.hpp>
#include <mp/errors.hpp>

namespace mp {

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
    using detail::Shape;
    MP_REQUIRE_CODEC(T);
    if constexpr (!Encodable<T>) {
      // reported above
    } else if constexpr (detail::HasOwnCodec<T>) {
      mp_encode(*this, value);
    } else if constexpr (std::is_empty_v<T> && std::is_trivially_copyable_v<T>) {
      // nothing to write
    } else if constexpr (detail::CopiedBytewise<T>) {
      bytes(&value, sizeof value);
    } else if constexpr (std::is_bounded_array_v<T> || detail::shape<T> == Shape::array) {
      for (auto const& element : value) one(element);
    } else if constexpr (detail::shape<T> == Shape::text) {
      count(value.size());
      bytes(value.data(), value.size());
    } else if constexpr (detail::shape<T> == Shape::path) {
      one(value.native());
    } else if constexpr (detail::shape<T> == Shape::list || detail::shape<T> == Shape::set) {
      using Element = typename T::value_type;
      count(value.size());
      if constexpr (detail::contiguous_bytes<T>) {
        bytes(value.data(), value.size() * sizeof(Element));
      } else {
        for (auto const& element : value) one(static_cast<Element const&>(element));
      }
    } else if constexpr (detail::shape<T> == Shape::map) {
      count(value.size());
      for (auto const& [key, mapped] : value) {
        one(key);
        one(mapped);
      }
    } else if constexpr (detail::shape<T> == Shape::optional) {
      one(value.has_value());
      if (value) one(*value);
    } else if constexpr (detail::shape<T> == Shape::tuple) {
      std::apply([&](auto const&... parts) { (one(parts), ...); }, value);
    } else if constexpr (detail::shape<T> == Shape::variant) {
      if (value.valueless_by_exception()) throw NotSerialisable("the variant is valueless");
      count(value.index());
      std::visit([&](auto const& choice) { one(choice); }, value);
    } else {
      detail::with_members(value, [&](auto const&... members) { (one(members), ...); });
    }
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
  /// The next value; also of a type without a default constructor.
  template <typename T>
  T value() {
    using detail::Shape;
    if constexpr (detail::DecodesToValue<T>) {
      return mp_decode(*this, std::type_identity<T>{});
    } else if constexpr (std::is_default_constructible_v<T>) {
      T value{};
      one(value);
      return value;
    } else if constexpr (detail::CopiedBytewise<T>) {
      struct Bytes {
        alignas(T) unsigned char of[sizeof(T)];
      } data;
      bytes(data.of, sizeof(T));
      return std::bit_cast<T>(data);
    } else if constexpr (detail::shape<T> == Shape::tuple) {
      return [this]<std::size_t... index>(std::index_sequence<index...>) {
        return T{value<std::tuple_element_t<index, T>>()...};  // braces: in this order
      }
      (std::make_index_sequence<std::tuple_size_v<T>>());
    } else if constexpr (detail::member_count<T> != 0) {
      return members<T>();
    } else {
      static_assert(std::is_default_constructible_v<T>,
                    "a type without a default constructor needs T mp_decode(mp::Decoder&, std::type_identity<T>)");
    }
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
  [[nodiscard]] bool done() const { return rest_.empty(); }

 private:
  template <typename T>
  void one(T& value) {
    using detail::Shape;
    MP_REQUIRE_CODEC(T);
    if constexpr (!Encodable<T>) {
      // reported above
    } else if constexpr (detail::HasOwnCodec<T> && detail::DecodesInPlace<T>) {
      mp_decode(*this, value);
    } else if constexpr (detail::HasOwnCodec<T>) {
      value = mp_decode(*this, std::type_identity<T>{});
    } else if constexpr (std::is_empty_v<T> && std::is_trivially_copyable_v<T>) {
      // nothing was written
    } else if constexpr (std::same_as<T, bool>) {
      unsigned char byte = 0;
      bytes(&byte, 1);
      if (byte > 1) throw DecodeError("the byte of a bool is neither 0 nor 1");
      value = byte == 1;
    } else if constexpr (detail::CopiedBytewise<T>) {
      bytes(&value, sizeof value);
    } else if constexpr (std::is_bounded_array_v<T> || detail::shape<T> == Shape::array) {
      for (auto& element : value) one(element);
    } else if constexpr (detail::shape<T> == Shape::text) {
      std::size_t const size = elements(1);
      value.assign(rest_.data(), size);
      rest_.remove_prefix(size);
    } else if constexpr (detail::shape<T> == Shape::path) {
      value = this->value<std::string>();
    } else if constexpr (detail::contiguous_bytes<T>) {
      value.resize(elements(sizeof(typename T::value_type)));
      bytes(value.data(), value.size() * sizeof(typename T::value_type));
    } else if constexpr (detail::shape<T> == Shape::list) {
      value.clear();
      each_element<typename T::value_type>([&] { value.push_back(this->value<typename T::value_type>()); });
    } else if constexpr (detail::shape<T> == Shape::set) {
      value.clear();
      each_element<typename T::value_type>([&] { value.insert(this->value<typename T::value_type>()); });
    } else if constexpr (detail::shape<T> == Shape::map) {
      value.clear();
      each_element<typename T::value_type>([&] {
        auto key = this->value<typename T::key_type>();
        value.emplace(std::move(key), this->value<typename T::mapped_type>());
      });
    } else if constexpr (detail::shape<T> == Shape::optional) {
      if (this->value<bool>()) {
        value.emplace(this->value<typename T::value_type>());
      } else {
        value.reset();
      }
    } else if constexpr (detail::shape<T> == Shape::tuple) {
      std::apply([&](auto&... parts) { (one(parts), ...); }, value);
    } else if constexpr (detail::shape<T> == Shape::variant) {
      choose(value, count(), std::make_index_sequence<std::variant_size_v<T>>());
    } else {
      detail::with_members(value, [&](auto&... members) { (one(members), ...); });
    }
  }
  /// Reads a count of elements of at least `least` bytes each. A count that the body cannot hold is rejected before
  /// anything is allocated.
  std::size_t elements(std::size_t least) {
    std::size_t const number = count();
    if (least != 0 && number > rest_.size() / least) throw DecodeError("a length is larger than the message");
    return number;
  }
  template <typename Element, typename Function>
  void each_element(Function&& function) {
    std::size_t const size = count();
    for (std::size_t index = 0; index < size; ++index) {
      if (rest_.empty() && !std::is_empty_v<Element>) throw DecodeError("a length is larger than the message");
      function();
    }
  }
  template <typename Variant, std::size_t... Indexes>
  void choose(Variant& variant, std::size_t index, std::index_sequence<Indexes...>) {
    bool const known =
        ((index == Indexes
              ? (variant.template emplace<Indexes>(value<std::variant_alternative_t<Indexes, Variant>>()), true)
              : false) ||
         ...);
    if (!known) throw DecodeError("a variant has no such alternative");
  }
  /// An aggregate with a member that has no default constructor.
  template <typename T>
  T members() {
    using Members = decltype(detail::with_members(std::declval<T&>(), [](auto&... members) {
      return std::type_identity<std::tuple<std::type_identity<std::remove_cvref_t<decltype(members)>>...>>();
    }));
    return members<T>(Members());
  }
  template <typename T, typename... Members>
  T members(std::type_identity<std::tuple<std::type_identity<Members>...>>) {
    return T{value<Members>()...};  // braces: in this order
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
  Decoder in{body};
  T value = in.value<T>();
  if (!in.done()) throw DecodeError("the message is longer than the type that was asked for");
  return value;
}

}  // namespace mp
