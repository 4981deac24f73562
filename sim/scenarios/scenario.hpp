// The bundled scenarios: ordinary programs that use a queue, each with parameters and an explanation.
// `queuescope-scenario NAME parameter=value...` runs one; the registry tells everybody else what there is.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace qs::scenarios {

struct Parameter {
  std::string name, meaning;
  std::int64_t lowest = 0, highest = 0, fallback = 0;
  std::vector<std::string> choices = {};  ///< of an enumeration, whose value is the index; else empty
};

/// What a person set is no possible value. Its text is one sentence with the remedy.
struct ArgumentError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The value of each parameter of one run.
class Arguments {
 public:
  /// Those that are not set have their fallback; an enumeration takes the choice's name or its index.
  /// Throws ArgumentError.
  explicit Arguments(std::vector<Parameter> const& parameters, std::map<std::string, std::string> const& settings = {});

  /// Throws std::out_of_range for a name that is no parameter.
  int operator[](std::string_view name) const;
  std::chrono::milliseconds milliseconds(std::string_view name) const;
  std::map<std::string, std::int64_t, std::less<>> const& values() const { return values_; }

 private:
  std::map<std::string, std::int64_t, std::less<>> values_;
};

struct Scenario {
  std::string name;         ///< "joinable-daemon"
  std::string title;        ///< a line
  std::string explanation;  ///< two sentences
  std::string group;        ///< scenarios of one group stand together in all()
  std::vector<Parameter> parameters;
  double deadline_s = 10;   ///< a run that takes longer is over
  bool hangs = false;       ///< with its default parameters, on purpose: the deadline ends it
  std::string source_file;  ///< as source locations name it
  void (*program)(Arguments const&) = nullptr;
};

/// In the order of a course.
std::vector<Scenario> const& all();
/// nullptr if there is none of that name.
Scenario const* find(std::string_view name);

}  // namespace qs::scenarios
