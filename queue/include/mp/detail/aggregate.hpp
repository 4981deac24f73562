// The members of an aggregate, such as struct { int number; std::string name; }, without naming them.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace mp::detail {

inline constexpr std::size_t most_members = 24;

/// Converts to any member type; never evaluated.
template <typename Aggregate>
struct AnyMember {
  template <typename Member>
  requires(!std::is_base_of_v<Member, Aggregate>) operator Member() const noexcept;
};

/// Converts to a base class only, so that it initialises nothing but the base of an aggregate.
template <typename Aggregate>
struct AnyBase {
  template <typename Base>
  requires(std::is_base_of_v<Base, Aggregate> && !std::is_same_v<Base, Aggregate>) operator Base() const noexcept;
};
template <typename T>
concept HasBase = requires {
  T{AnyBase<T>{}};
};

template <typename T, std::size_t... before, std::size_t... nested, std::size_t... behind>
constexpr bool initialised_by(std::index_sequence<before...>, std::index_sequence<nested...>,
                              std::index_sequence<behind...>) {
  if constexpr (sizeof...(nested) == 0) {
    return requires { T{(static_cast<void>(before), AnyMember<T>{})...}; };
  } else {
    return requires {
      T{(static_cast<void>(before), AnyMember<T>{})...,
        {(static_cast<void>(nested), AnyMember<T>{})...},
        (static_cast<void>(behind), AnyMember<T>{})...};
    };
  }
}
template <typename T, std::size_t before, std::size_t nested = 0, std::size_t behind = 0>
inline constexpr bool is_initialised_by = initialised_by<T>(std::make_index_sequence<before>(),
                                                            std::make_index_sequence<nested>(),
                                                            std::make_index_sequence<behind>());

/// How many initialisers T takes at most; each element of an array member counts.
template <typename T, std::size_t count = most_members + 1>
constexpr std::size_t initialiser_count() {
  if constexpr (count == 0 || is_initialised_by<T, count>) {
    return count;
  } else {
    return initialiser_count<T, count - 1>();
  }
}

/// The size of the array member whose first element is initialiser `at`; 1 if that is not an array.
template <typename T, std::size_t total, std::size_t at, std::size_t size>
constexpr std::size_t array_size() {
  if constexpr (size <= 1) {
    return 1;
  } else if constexpr (is_initialised_by<T, at, size, total - at - size> &&
                       !is_initialised_by<T, at, size, total - at - size + 1>) {
    return size;
  } else {
    return array_size<T, total, at, size - 1>();
  }
}
template <typename T, std::size_t total, std::size_t at = 0>
constexpr std::size_t count_members() {
  if constexpr (at >= total) {
    return 0;
  } else {
    return 1 + count_members<T, total, at + array_size<T, total, at, total - at>()>();
  }
}

/// The number of members of an aggregate class; 0 where they cannot be told: none, too many, or a base class.
template <typename T>
constexpr std::size_t find_member_count() {
  if constexpr (std::is_class_v<T> && std::is_aggregate_v<T> && !HasBase<T>) {
    constexpr std::size_t total = initialiser_count<T>();
    if constexpr (total <= most_members) return count_members<T, total>();
  }
  return 0;
}
template <typename T>
inline constexpr std::size_t member_count = find_member_count<std::remove_cv_t<T>>();

/// Returns `function(members...)`.
template <typename T, typename Function>
constexpr decltype(auto) with_members(T& value, Function&& function) {
  constexpr std::size_t count = member_count<T>;
  if constexpr (count == 1) {
    auto&& [a1] = value;
    return function(a1);
  } else if constexpr (count == 2) {
    auto&& [a1, a2] = value;
    return function(a1, a2);
  } else if constexpr (count == 3) {
    auto&& [a1, a2, a3] = value;
    return function(a1, a2, a3);
  } else if constexpr (count == 4) {
    auto&& [a1, a2, a3, a4] = value;
    return function(a1, a2, a3, a4);
  } else if constexpr (count == 5) {
    auto&& [a1, a2, a3, a4, a5] = value;
    return function(a1, a2, a3, a4, a5);
  } else if constexpr (count == 6) {
    auto&& [a1, a2, a3, a4, a5, a6] = value;
    return function(a1, a2, a3, a4, a5, a6);
  } else if constexpr (count == 7) {
    auto&& [a1, a2, a3, a4, a5, a6, a7] = value;
    return function(a1, a2, a3, a4, a5, a6, a7);
  } else if constexpr (count == 8) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8);
  } else if constexpr (count == 9) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9);
  } else if constexpr (count == 10) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10);
  } else if constexpr (count == 11) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11);
  } else if constexpr (count == 12) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12);
  } else if constexpr (count == 13) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13);
  } else if constexpr (count == 14) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14);
  } else if constexpr (count == 15) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15);
  } else if constexpr (count == 16) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16);
  } else if constexpr (count == 17) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17);
  } else if constexpr (count == 18) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18);
  } else if constexpr (count == 19) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19);
  } else if constexpr (count == 20) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20);
  } else if constexpr (count == 21) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21);
  } else if constexpr (count == 22) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22] =
        value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21,
                    a22);
  } else if constexpr (count == 23) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23] =
        value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22,
                    a23);
  } else if constexpr (count == 24) {
    auto&& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, a23,
            a24] = value;
    return function(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22,
                    a23, a24);
  }
}

}  // namespace mp::detail
