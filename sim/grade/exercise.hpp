// What an exercise asks of a program: read from a TOML file, all of whose keys have a default.
//
//     title = "Two workers, one queue"
//     [run]      # arguments = ["3"], times = 3, seconds = 10, schedules = 1000, strategy = "random", seed = 1
//     [limits]   # processes = 128, memory_mb = 1024, output_kb = 1024; 0: none
//     [expect]
//     output = ["job 1", "job 2"]
//     order = "exact"              # "any": the lines as a set; or, in place of output,
//     output_by_producer = [["a1", "a2"], ["b1", "b2"]]   # the lines of each in order, the whole in any
//     exit_code = 0                # of the program itself; [expect.exit_codes] worker-1 = 3
//     items_got_once = true
//     nobody_waits_forever = true
//     most_processes = 3
//     most_steps = 200             # of a schedule
//     [points]   # ends = 1, expectations = 1, exit_codes = 1, items = 1, output = 1, processes = 1, steps = 1
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/explore/explore.hpp"
#include "sim/process/limits.hpp"

namespace qs::grade {

/// Why a file is not an exercise: one clear sentence, with the place.
class ExerciseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What can hold or not. A run is judged by all of them; the first that fails names its ending.
enum class Check : std::uint8_t { ends, expectations, exit_codes, items, output, processes, steps };
inline constexpr std::size_t check_count = 7;
std::string_view name(Check);         ///< "exit_codes": as in the file
std::string_view description(Check);  ///< "every item that is put is got once"

struct ExpectedOutput {
  enum class Order : std::uint8_t { exact, any, by_producer };
  Order order = Order::exact;
  std::vector<std::vector<std::string>> lines;  ///< of each producer; otherwise one list
};

struct Exercise {
  std::string title;
  std::vector<std::string> arguments;
  std::uint32_t times = 3;  ///< it runs freely
  double seconds = 10;      ///< for one free run
  std::uint64_t schedules = 1000;
  Search strategy = Search::random;
  std::uint64_t seed = 1;
  ProcessLimits limits{.processes = 128, .memory = std::uint64_t{1} << 30, .file_size = std::uint64_t{1} << 20};
  std::optional<ExpectedOutput> output;
  int exit_code = 0;
  std::map<std::string, int> exit_codes;  ///< of processes by name; 0 for the others
  bool items_got_once = true;
  bool nobody_waits_forever = true;
  std::optional<std::uint32_t> most_processes, most_steps;
  std::array<std::uint32_t, check_count> points{1, 1, 1, 1, 1, 1, 1};

  /// Whether it asks for this at all.
  bool wants(Check) const;
};

/// Throws ExerciseError.
Exercise read_exercise(std::string const& file);
/// `source` is named in errors.
Exercise parse_exercise(std::string_view text, std::string const& source);

}  // namespace qs::grade
