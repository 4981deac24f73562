#include "sim/cli/console.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

namespace qs::cli {

namespace {

/// The Levenshtein distance.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= to.size(); ++j) {
      std::size_t const changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({changed, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

int output_error = 0;  ///< errno of the first failed write to stdout

}  // namespace

void print(std::string_view text) {
  bool const written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  // EPIPE: the reader has seen enough (| head).
  if (!written && errno != EPIPE && output_error == 0) output_error = errno;
}

int output_failure() { return output_error; }

void print_json(nlohmann::ordered_json const& answer) {
  // A name or a preview may hold any bytes.
  print(answer.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

void complain(std::string_view sentence) {
  bool const whole = sentence.ends_with('.') || sentence.ends_with('?');
  std::string const line = fmt::format("queuescope: {}{}\n", sentence, whole ? "" : ".");
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void must_exist(std::string const& file) {
  if (!std::filesystem::exists(file)) throw UsageError(fmt::format("cannot open '{}': no such file.", file));
}

bool colours_wanted() {
  char const* const term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr && term != nullptr &&
         std::string_view(term) != "dumb";
}

ProgressBar::ProgressBar(std::string_view what)
    : what_(what),
      wanted_(isatty(STDERR_FILENO) != 0),
      next_(std::chrono::steady_clock::now() + std::chrono::milliseconds(500)) {}

ProgressBar::~ProgressBar() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
}

void ProgressBar::show(std::uint64_t done, std::uint64_t of) {
  constexpr std::uint64_t width = 30;
  auto const now = std::chrono::steady_clock::now();
  if (!wanted_ || now < next_ || of == 0) return;
  next_ = now + std::chrono::milliseconds(100);
  shown_ = true;
  auto const full = static_cast<std::size_t>(std::min(done, of) * width / of);
  fmt::print(stderr, "\r\x1b[K{} [{}{}] {:3} %", what_, std::string(full, '#'), std::string(width - full, '.'),
             std::min(done, of) * 100 / of);
  std::fflush(stderr);
}

std::chrono::milliseconds positive_time(std::string_view option, std::string const& text) {
  constexpr double most = 365.0 * 24 * 3600 * 1000;
  constexpr std::pair<std::string_view, double> units[] = {
      {"", 1000}, {"s", 1000}, {"ms", 1}, {"min", 60'000}, {"h", 3'600'000}};
  char* rest = nullptr;
  double const number = std::strtod(text.c_str(), &rest);
  bool const digits =
      !text.empty() && (std::isdigit(static_cast<unsigned char>(text.front())) != 0 || text.front() == '.');
  for (auto const& [unit, milliseconds] : units) {
    if (!digits || rest == text.c_str() || unit != rest) continue;
    double const time = number * milliseconds;
    if (time > 0 && time <= most) return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(time)));
  }
  throw UsageError(
      fmt::format("{} {}: this is not a time up to a year; write, for example, 2, 500ms or 1min", option, text));
}

std::string did_you_mean(std::string_view word, std::vector<std::string> const& candidates) {
  auto const begins_so = [word](auto const& candidate) { return word.size() >= 3 && candidate.starts_with(word); };
  auto closest = std::find_if(candidates.begin(), candidates.end(), begins_so);
  if (closest == candidates.end()) {
    closest = std::min_element(candidates.begin(), candidates.end(),
                               [word](auto const& a, auto const& b) { return distance(word, a) < distance(word, b); });
    if (closest == candidates.end()) return "";
    if (distance(word, *closest) > std::max<std::size_t>(2, closest->size() / 3)) return "";
  }
  return fmt::format(" Did you mean '{}'?", *closest);
}

}  // namespace qs::cli
