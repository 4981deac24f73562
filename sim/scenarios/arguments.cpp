#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios {
namespace {

std::string possible(Parameter const& parameter) {
  return parameter.choices.empty() ? fmt::format("a whole number from {} to {}", parameter.lowest, parameter.highest)
                                   : fmt::format("one of {}", fmt::join(parameter.choices, ", "));
}

std::int64_t value_of(Parameter const& parameter, std::string const& text) {
  auto const choice = std::find(parameter.choices.begin(), parameter.choices.end(), text);
  if (choice != parameter.choices.end()) return choice - parameter.choices.begin();
  std::int64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < parameter.lowest ||
      value > parameter.highest) {
    throw ArgumentError(fmt::format("{} must be {}, not \"{}\".", parameter.name, possible(parameter), text));
  }
  return value;
}

}  // namespace

Arguments::Arguments(std::vector<Parameter> const& parameters, std::map<std::string, std::string> const& settings) {
  for (auto const& parameter : parameters) values_[parameter.name] = parameter.fallback;
  for (auto const& [name, text] : settings) {
    auto const parameter = std::find_if(parameters.begin(), parameters.end(),
                                        [&name = name](Parameter const& candidate) { return candidate.name == name; });
    if (parameter == parameters.end()) {
      std::vector<std::string_view> names;
      for (auto const& candidate : parameters) names.push_back(candidate.name);
      throw ArgumentError(
          names.empty() ? fmt::format("There is no parameter \"{}\"; this scenario has none.", name)
                        : fmt::format("There is no parameter \"{}\"; there are {}.", name, fmt::join(names, ", ")));
    }
    values_[name] = value_of(*parameter, text);
  }
}

int Arguments::operator[](std::string_view name) const {
  auto const found = values_.find(name);
  if (found == values_.end()) throw std::out_of_range(fmt::format("no parameter \"{}\"", name));
  return static_cast<int>(found->second);
}

std::chrono::milliseconds Arguments::milliseconds(std::string_view name) const {
  return std::chrono::milliseconds{(*this)[name]};
}

}  // namespace qs::scenarios
