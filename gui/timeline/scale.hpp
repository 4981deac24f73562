// Time on one side, pixels on the other: where the timeline's window on a run is, and its ruler.
//
//   left                                                     left + width      x, pixels
//    |-----------------------------------------------------------|
//   begin                                             begin + span             time, nanoseconds
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace qs::gui {

struct Tick {
  double time = 0;
  std::string label;  ///< empty: a small one
};

class TimeScale {
 public:
  /// Where on the screen it is. Keeps the beginning and the nanoseconds of a pixel.
  void place(float left, float width);
  /// Shows the run from end to end, from where something happens.
  void fit(std::uint64_t duration, std::uint64_t from = 0);
  /// What is under `x` stays there; factor > 1 shows less time.
  void zoom(float x, double factor, std::uint64_t duration);
  void pan(double pixels, std::uint64_t duration);
  /// Moves as little as it takes to show this time, with some air around it.
  void reveal(double time, std::uint64_t duration);

  float x_of(double time) const { return left_ + static_cast<float>((time - begin_) / per_pixel_); }
  double time_at(float x) const { return begin_ + static_cast<double>(x - left_) * per_pixel_; }
  double begin() const { return begin_; }
  double end() const { return begin_ + per_pixel_ * static_cast<double>(width_); }
  double per_pixel() const { return per_pixel_; }
  float left() const { return left_; }
  float right() const { return left_ + width_; }

  /// At round times, at least `apart` pixels from each other where they have a label.
  std::vector<Tick> ticks(float apart) const;

 private:
  void keep_in_sight(std::uint64_t duration);

  float left_ = 0, width_ = 1;
  double begin_ = 0, per_pixel_ = 1000;
};

/// "250 us" at this resolution: as many digits as tell two ticks apart, and one unit for the whole ruler.
std::string ruler_label(double time, double tick);

}  // namespace qs::gui
