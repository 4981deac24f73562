// Output of the command line: answers on stdout, complaints on stderr.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace qs::cli {

/// Wrong usage; the text is one sentence with the remedy.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes to stdout. It is not an error if the reader has gone away (| head).
void print(std::string_view text);
/// The errno of the first write by print() that failed; 0: all was written, or its reader went away.
int output_failure();
void print_json(nlohmann::ordered_json const& answer);
/// To stderr: "queuescope: <sentence>", with a full stop if it has none.
void complain(std::string_view sentence);
/// Throws UsageError if there is no such file.
void must_exist(std::string const& file);
/// Whether stdout is a terminal that shows colours and NO_COLOR is not set.
bool colours_wanted();

/// A bar on stderr that replaces itself, on a terminal only, for what takes longer than half a second.
class ProgressBar {
 public:
  explicit ProgressBar(std::string_view what);
  ~ProgressBar();
  ProgressBar(ProgressBar const&) = delete;
  ProgressBar& operator=(ProgressBar const&) = delete;
  void show(std::uint64_t done, std::uint64_t of);

 private:
  std::string what_;
  bool wanted_, shown_ = false;
  std::chrono::steady_clock::time_point next_;
};

/// "2", "1.5s", "500ms", "3min" or "1h" in milliseconds, rounded up to at least 1. Throws UsageError with an example
/// for anything else, and for times that are not positive or longer than a year.
std::chrono::milliseconds positive_time(std::string_view option, std::string const& text);

/// " Did you mean 'sentinel'?", or nothing when no candidate is close.
std::string did_you_mean(std::string_view word, std::vector<std::string> const& candidates);

}  // namespace qs::cli
