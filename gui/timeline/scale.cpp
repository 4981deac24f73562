#include "gui/timeline/scale.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace qs::gui {
namespace {

constexpr double closest = 0.5;  // nanoseconds a pixel
constexpr double air = 0.02;     // of the window's width, at both ends of a run that fits

/// 1, 2 or 5 times a power of ten, not below `least`.
double round_up(double least) {
  double const power = std::pow(10, std::floor(std::log10(std::max(least, 1e-3))));
  for (double const factor : {1.0, 2.0, 5.0})
    if (factor * power >= least * 0.9999) return factor * power;
  return 10 * power;
}

double widest(std::uint64_t duration, float width) {
  return std::max(static_cast<double>(std::max<std::uint64_t>(duration, 1000)), closest) * (1 + 2 * air) /
         std::max(1.0, static_cast<double>(width));
}

}  // namespace

void TimeScale::place(float left, float width) {
  left_ = left;
  width_ = std::max(width, 1.F);
}

void TimeScale::fit(std::uint64_t duration, std::uint64_t from) {
  std::uint64_t const shown = duration - std::min(from, duration);
  per_pixel_ = widest(shown, width_);
  begin_ =
      static_cast<double>(std::min(from, duration)) - air * static_cast<double>(std::max<std::uint64_t>(shown, 1000));
}

void TimeScale::zoom(float x, double factor, std::uint64_t duration) {
  double const fixed = time_at(x);
  double const most = std::max(widest(duration, width_), closest);
  per_pixel_ = std::clamp(per_pixel_ / factor, closest, most);
  begin_ = fixed - static_cast<double>(x - left_) * per_pixel_;
  keep_in_sight(duration);
}

void TimeScale::pan(double pixels, std::uint64_t duration) {
  begin_ += pixels * per_pixel_;
  keep_in_sight(duration);
}

void TimeScale::reveal(double time, std::uint64_t duration) {
  double const span = end() - begin_;
  if (time >= begin_ && time <= end()) return;
  begin_ = time < begin_ ? time - span * 0.2 : time - span * 0.8;
  keep_in_sight(duration);
}

void TimeScale::keep_in_sight(std::uint64_t duration) {
  double const span = end() - begin_, all = static_cast<double>(duration), slack = span * air;
  if (span >= all)
    begin_ = std::clamp(begin_, all - span, 0.0);
  else
    begin_ = std::clamp(begin_, -slack, all - span + slack);
}

std::vector<Tick> TimeScale::ticks(float apart) const {
  double const step = round_up(per_pixel_ * static_cast<double>(std::max(apart, 1.F)));
  constexpr int parts = 5;
  double const small = step / parts;
  std::vector<Tick> ticks;
  auto const first = static_cast<std::int64_t>(std::ceil(std::max(0.0, begin_) / small));
  for (std::int64_t i = first; static_cast<double>(i) * small <= end(); ++i) {
    double const time = static_cast<double>(i) * small;
    ticks.push_back({time, i % parts == 0 ? ruler_label(time, step) : std::string{}});
  }
  return ticks;
}

std::string ruler_label(double time, double tick) {
  struct Unit {
    double nanoseconds;
    char const* name;
  };
  constexpr Unit units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "\u00b5s"}, {1, "ns"}};
  // The unit is the ruler's, not the tick's: all labels of one ruler share it.
  Unit unit = units[3];
  for (auto const& candidate : units) {
    if (tick < candidate.nanoseconds * 0.0999) continue;
    unit = candidate;
    break;
  }
  int const digits = tick < unit.nanoseconds * 0.9999 ? 1 : 0;
  return fmt::format("{:.{}f} {}", time / unit.nanoseconds, digits, unit.name);
}

}  // namespace qs::gui
