// A short printable form of an item, for traces and messages: 7, "text", [1, 2, 3], (1, "a"), {"k": 1}, None; the
// members of an aggregate: (1, 2.5). Other types are shown as "<8 bytes>", unless their namespace has a function
//
//     void mp_preview(std::string& out, Job const& job) { out += job.name(); }
#pragma once

#include <charconv>
#include <concepts>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <mp/detail/codec_traits.hpp>

namespace mp {

/// Previews are cut to this many characters, with "..." at the end.
inline constexpr std::size_t longest_preview = 60;

namespace detail {

template <typename T>
concept HasOwnPreview = requires(std::string& out, T const& value) {
  mp_preview(out, value);
};

struct Previewer {
  std::string& out;

  bool full() const { return out.size() > longest_preview; }

  template <typename T>
  void operator()(T const& value) {
    if (full()) return;
    if constexpr (HasOwnPreview<T>) {
      mp_preview(out, value);
    } else if constexpr (std::same_as<T, bool>) {
      out += value ? "True" : "False";
    } else if constexpr (std::same_as<T, char>) {
      quoted({&value, 1});
    } else if constexpr (std::is_arithmetic_v<T>) {
      char digits[64];
      auto const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
      out.append(digits, end);
    } else if constexpr (std::is_enum_v<T>) {
      (*this)(static_cast<std::underlying_type_t<T>>(value));
    } else {
      composite(value);
    }
  }
  void quoted(std::string_view text) {
    out += '"';
    for (char const letter : text.substr(0, longest_preview)) {
      auto const byte = static_cast<unsigned char>(letter);
      out += byte < 0x20 || byte == 0x7f ? '.' : letter;
    }
    out += '"';
  }
  template <typename Range>
  void list(Range const& range) {
    out += '[';
    bool first = true;
    for (auto const& element : range) {
      if (!std::exchange(first, false)) out += ", ";
      (*this)(static_cast<typename Range::value_type const&>(element));
      if (full()) break;
    }
    out += ']';
  }

  template <typename Map>
  void map(Map const& map) {
    out += '{';
    bool first = true;
    for (auto const& [key, value] : map) {
      if (!std::exchange(first, false)) out += ", ";
      (*this)(key);
      out += ": ";
      (*this)(value);
      if (full()) break;
    }
    out += '}';
  }

  void composite(std::string const& text) { quoted(text); }
  void composite(std::monostate) { out += "None"; }
  template <typename T>
  void composite(std::vector<T> const& values) {
    list(values);
  }
  template <typename T>
  void composite(std::optional<T> const& maybe) {
    if (maybe) {
      (*this)(*maybe);
    } else {
      out += "None";
    }
  }
  template <typename First, typename Second>
  void composite(std::pair<First, Second> const& pair) {
    composite(std::tie(pair.first, pair.second));
  }
  template <typename... Parts>
  void composite(std::tuple<Parts...> const& tuple) {
    out += '(';
    bool first = true;
    std::apply([&](auto const&... parts) { ((out += std::exchange(first, false) ? "" : ", ", (*this)(parts)), ...); },
               tuple);
    out += ')';
  }
  template <typename... Choices>
  void composite(std::variant<Choices...> const& variant) {
    if (variant.valueless_by_exception()) {
      out += "<no value>";
    } else {
      std::visit(*this, variant);
    }
  }
  template <typename T>
  void composite(T const& value) {
    if constexpr (shape<T> == Shape::path) {
      quoted(value.native());
    } else if constexpr (shape<T> == Shape::list || shape<T> == Shape::set || shape<T> == Shape::array) {
      list(value);
    } else if constexpr (shape<T> == Shape::map) {
      map(value);
    } else if constexpr (std::is_bounded_array_v<T>) {
      array(value);
    } else if constexpr (member_count<T> != 0) {
      with_members(value, [this](auto const&... members) { composite(std::tie(members...)); });
    } else {
      out += "<" + std::to_string(sizeof(T)) + " bytes>";
    }
  }
  template <typename T, std::size_t size>
  void array(T const (&values)[size]) {
    if constexpr (std::same_as<T, char>) {
      quoted({values, strnlen(values, size)});
    } else {
      list(std::span(values));
    }
  }
};

template <typename T>
constexpr bool is_sentinel(T const&) {
  return false;
}
template <typename T>
constexpr bool is_sentinel(std::optional<T> const& maybe) {
  return !maybe.has_value();
}
template <typename... Choices>
constexpr bool is_sentinel(std::variant<Choices...> const& variant) {
  if constexpr ((std::same_as<Choices, std::monostate> || ...)) {
    return std::holds_alternative<std::monostate>(variant);
  } else {
    return false;
  }
}

}  // namespace detail

template <typename T>
std::string preview(T const& value) {
  std::string out;
  detail::Previewer{out}(value);
  if (out.size() > longest_preview) {
    std::size_t cut = longest_preview - 3;
    while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xc0) == 0x80) --cut;  // not inside a UTF-8 character
    out.resize(cut);
    out += "...";
  }
  return out;
}

}  // namespace mp
