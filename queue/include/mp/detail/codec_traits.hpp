// Which types can be items, and how they are encoded.
#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <complex>
#include <concepts>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <mp/detail/aggregate.hpp>

namespace mp {

class Encoder;
class Decoder;

/// Specialise as true for a trivially copyable class that is not an aggregate and that contains no pointers (nor
/// anything else that is meaningless in another process): its objects are then copied as bytes.
///
///     template <> inline constexpr bool mp::bytewise<Celsius> = true;
template <typename T>
inline constexpr bool bytewise = false;

namespace detail {

template <typename T>
concept DecodesInPlace = requires(Decoder& in, T& value) {
  mp_decode(in, value);
};
template <typename T>
concept DecodesToValue = requires(Decoder& in) {
  { mp_decode(in, std::type_identity<T>{}) } -> std::same_as<T>;
};
template <typename T>
concept HasOwnCodec = requires(Encoder& out, T const& value) {
  mp_encode(out, value);
}
&&(DecodesInPlace<T> || DecodesToValue<T>);

enum class Shape : unsigned char {
  unknown,
  scalar,
  list,   ///< vector, deque: push_back
  set,    ///< set, unordered_set and their multi versions
  map,    ///< likewise
  array,  ///< std::array
  optional,
  tuple,  ///< pair, tuple
  variant,
  text,  ///< std::string
  path,
  view,   ///< refers to elements stored elsewhere, so its bytes are an address
  bytes,  ///< library types without pointers
};

template <typename T>
inline constexpr Shape shape = std::is_arithmetic_v<T> || std::is_enum_v<T> ? Shape::scalar : Shape::unknown;
template <typename Letter, typename Traits>
inline constexpr Shape shape<std::basic_string_view<Letter, Traits>> = Shape::view;
template <typename Element, std::size_t extent>
inline constexpr Shape shape<std::span<Element, extent>> = Shape::view;
template <>
inline constexpr Shape shape<std::string> = Shape::text;
template <>
inline constexpr Shape shape<std::filesystem::path> = Shape::path;
template <typename T>
inline constexpr Shape shape<std::vector<T>> = Shape::list;
template <typename T>
inline constexpr Shape shape<std::deque<T>> = Shape::list;
template <typename K, typename... More>
inline constexpr Shape shape<std::set<K, More...>> = Shape::set;
template <typename K, typename... More>
inline constexpr Shape shape<std::multiset<K, More...>> = Shape::set;
template <typename K, typename... More>
inline constexpr Shape shape<std::unordered_set<K, More...>> = Shape::set;
template <typename K, typename... More>
inline constexpr Shape shape<std::unordered_multiset<K, More...>> = Shape::set;
template <typename K, typename V, typename... More>
inline constexpr Shape shape<std::map<K, V, More...>> = Shape::map;
template <typename K, typename V, typename... More>
inline constexpr Shape shape<std::multimap<K, V, More...>> = Shape::map;
template <typename K, typename V, typename... More>
inline constexpr Shape shape<std::unordered_map<K, V, More...>> = Shape::map;
template <typename K, typename V, typename... More>
inline constexpr Shape shape<std::unordered_multimap<K, V, More...>> = Shape::map;
template <typename T, std::size_t size>
inline constexpr Shape shape<std::array<T, size>> = Shape::array;
template <typename T>
inline constexpr Shape shape<std::optional<T>> = Shape::optional;
template <typename First, typename Second>
inline constexpr Shape shape<std::pair<First, Second>> = Shape::tuple;
template <typename... Parts>
inline constexpr Shape shape<std::tuple<Parts...>> = Shape::tuple;
template <typename... Choices>
inline constexpr Shape shape<std::variant<Choices...>> = Shape::variant;
template <typename Rep, typename Period>
inline constexpr Shape shape<std::chrono::duration<Rep, Period>> = Shape::bytes;
template <typename Clock, typename Duration>
inline constexpr Shape shape<std::chrono::time_point<Clock, Duration>> = Shape::bytes;
template <typename T>
inline constexpr Shape shape<std::complex<T>> = Shape::bytes;
template <std::size_t size>
inline constexpr Shape shape<std::bitset<size>> = Shape::bytes;

template <typename T>
constexpr bool is_bytewise();
/// Copied as bytes: the object representation means the same in another process.
template <typename T>
concept CopiedBytewise = is_bytewise<T>();

template <typename T>
constexpr bool is_bytewise() {
  if constexpr (std::is_bounded_array_v<T>) {
    return is_bytewise<std::remove_extent_t<T>>();
  } else if constexpr (!std::is_trivially_copyable_v<T> || HasOwnCodec<T>) {
    return false;
  } else if constexpr (bytewise<T> || shape<T> == Shape::scalar || shape<T> == Shape::bytes) {
    return true;
  } else if constexpr (shape<T> == Shape::array) {
    return is_bytewise<typename T::value_type>();
  } else if constexpr (shape<T> != Shape::unknown) {
    return false;
  } else if constexpr (std::is_empty_v<T>) {
    return std::is_trivially_copyable_v<T>;
  } else if constexpr (member_count<T> != 0) {
    using Members = decltype(with_members(std::declval<T&>(), [](auto&... members) {
      return std::bool_constant<(is_bytewise<std::remove_cvref_t<decltype(members)>>() && ...)>();
    }));
    return Members::value;
  } else {
    return false;
  }
}

/// A sequence whose elements are copied as bytes, all at once.
template <typename>
inline constexpr bool contiguous_bytes = false;
template <typename T>
inline constexpr bool contiguous_bytes<std::vector<T>> = is_bytewise<T>() && !std::same_as<T, bool> &&
                                                         !std::is_empty_v<T>;

template <typename T>
constexpr bool is_encodable() {
  if constexpr (std::is_bounded_array_v<T>) {
    return is_encodable<std::remove_extent_t<T>>();
  } else if constexpr (HasOwnCodec<T> || is_bytewise<T>()) {
    return true;
  } else if constexpr (shape<T> == Shape::text || shape<T> == Shape::path) {
    return true;
  } else if constexpr (shape<T> == Shape::list || shape<T> == Shape::set || shape<T> == Shape::array ||
                       shape<T> == Shape::optional) {
    return is_encodable<typename T::value_type>();
  } else if constexpr (shape<T> == Shape::map) {
    return is_encodable<typename T::key_type>() && is_encodable<typename T::mapped_type>();
  } else if constexpr (shape<T> == Shape::tuple) {
    return []<std::size_t... index>(std::index_sequence<index...>) {
      return (is_encodable<std::tuple_element_t<index, T>>() && ...);
    }
    (std::make_index_sequence<std::tuple_size_v<T>>());
  } else if constexpr (shape<T> == Shape::variant) {
    return []<std::size_t... index>(std::index_sequence<index...>) {
      return (is_encodable<std::variant_alternative_t<index, T>>() && ...);
    }
    (std::make_index_sequence<std::variant_size_v<T>>());
  } else if constexpr (shape<T> == Shape::unknown && !std::is_empty_v<T> && member_count<T> != 0) {
    using Members = decltype(with_members(std::declval<T&>(), [](auto&... members) {
      return std::bool_constant<(is_encodable<std::remove_cvref_t<decltype(members)>>() && ...)>();
    }));
    return Members::value;
  } else {
    return std::is_empty_v<T> && std::is_trivially_copyable_v<T>;
  }
}

}  // namespace detail

/// What can be sent through a queue.
template <typename T>
concept Encodable = detail::is_encodable<T>();

/// The error for a type that cannot.
#define MP_REQUIRE_CODEC(T)                                                                                     \
  static_assert(                                                                                                \
      ::mp::Encodable<T>,                                                                                       \
      "this type cannot be an item: declare mp_encode(mp::Encoder&, T const&) and mp_decode(mp::Decoder&, T&) " \
      "in the namespace of T, where argument-dependent lookup finds them; or, if T is trivially copyable and "  \
      "has no pointers inside, specialise mp::bytewise<T> as true")

}  // namespace mp
