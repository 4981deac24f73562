// The options that pictures and the window have in common.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <system_error>
#include <vector>

#include "sim/cli/cli.hpp"
#include "sim/cli/console.hpp"

namespace qs::cli {

/// An option whose values are the names in `words`.
template <class Choice, class Value>
void add_choice(CLI::App& command, char const* name, Value& choice, char const* meaning,
                std::map<std::string, Choice> const& words) {
  std::vector<std::string> names;
  for (auto const& [word, value] : words) names.push_back(word);
  command
      .add_option_function<std::string>(
          name, [&choice, &words](std::string const& word) { choice = words.at(word); }, meaning)
      ->check(CLI::IsMember(names))
      ->type_name(fmt::format("{}", fmt::join(names, "|")));
}

template <class Theme, class Scale>
void add_look(CLI::App& command, Theme& theme, Scale& font_scale) {
  static std::map<std::string, ThemeChoice> const themes{{"dark", ThemeChoice::dark}, {"light", ThemeChoice::light}};
  add_choice(command, "--theme", theme, "The colours", themes);
  command.add_option("--font-scale", font_scale, "Scale of the fonts, for example for a projector")
      ->type_name("FACTOR")
      ->check(CLI::Range(0.5, 4.0));
}

/// "1280x800". Throws UsageError.
inline void read_size(std::string const& text, std::uint32_t& width, std::uint32_t& height) {
  constexpr std::uint32_t smallest_side = 64, largest_side = 16384;
  char const* const end = text.data() + text.size();
  auto const [cross, width_error] = std::from_chars(text.data(), end, width);
  bool fine = width_error == std::errc{} && cross != end && *cross == 'x';
  if (fine) {
    auto const [rest, height_error] = std::from_chars(cross + 1, end, height);
    fine = height_error == std::errc{} && rest == end;
  }
  auto const possible = [&](std::uint32_t side) { return side >= smallest_side && side <= largest_side; };
  if (!fine || !possible(width) || !possible(height)) {
    throw UsageError(
        fmt::format("'{}' is not a size; write WIDTHxHEIGHT, such as 1280x800, with {} to {} pixels a side.", text,
                    smallest_side, largest_side));
  }
}

}  // namespace qs::cli
