// The bundled scenarios: ordinary programs that use a queue, each with parameters and an explanation.
// `queuescope-scenario NAME parameter=value...` runs one; the registry tells everybody else what there is.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
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

/// The parameter that every scenario has: 0 cpython, 1 hardened (mp::Mechanism).
inline constexpr char mechanism_parameter[] = "mechanism";

/// A value that was set is not possible. The text is one sentence with the remedy.
struct ArgumentError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The value of each parameter of one run.
class Arguments {
 public:
  /// Those that are not set have their fallback; an enumeration takes the choice's name or its index.
  /// Throws ArgumentError.
  explicit Arguments(std::vector<Parameter> const& parameters, std::map<std::string, std::string> const& settings = {});

  /// Throws std::out_of_range if there is no parameter of that name.
  int operator[](std::string_view name) const;
  std::chrono::milliseconds milliseconds(std::string_view name) const;
  std::map<std::string, std::int64_t, std::less<>> const& values() const { return values_; }

 private:
  std::map<std::string, std::int64_t, std::less<>> values_;
};

/// How a run ends badly.
enum class Ending : std::uint8_t {
  deadlock,            ///< some actor is not done, and none can continue
  uncaught_exception,  ///< in one of the processes
  failed_expectation,  ///< mp::expect
  items_left,          ///< everybody is done, and an item was never got (sentinels do not count)
};
std::string_view words(Ending ending);  ///< "a deadlock", "an uncaught exception", ...

/// A scenario that ends well under most schedules and badly under some; with fixed=1 it ends well under all.
struct Bug {
  std::vector<Ending> endings;  ///< that can come of it; depth and preemptions are those of the first
  int depth = 1;                ///< pairs of events whose order makes it happen (the d of PCT)
  int preemptions = 0;          ///< switches away from an actor that could have continued (the bound of CHESS)
};

struct Scenario {
  std::string name;         ///< "joinable-daemon"
  std::string title;        ///< a line
  std::string explanation;  ///< two sentences
  std::string group;        ///< scenarios of one group stand together in all()
  std::vector<Parameter> parameters;
  double deadline_s = 10;       ///< a run that takes longer is over
  bool hangs = false;           ///< with its default parameters, on purpose: the deadline ends it
  std::optional<Bug> bug = {};  ///< none: a lesson, which ends the same way under every schedule
  std::string source_file;      ///< as source locations name it
  void (*program)(Arguments const&) = nullptr;
};

/// In the order of a course.
std::vector<Scenario> const& all();
/// nullptr if there is none of that name.
Scenario const* find(std::string_view name);

}  // namespace qs::scenarios
