#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "gui/draw/theme.hpp"

namespace {

using namespace qs::gui;

struct Linear {
  double red, green, blue;
};

Linear linear(ImU32 colour) {
  auto part = [&](unsigned shift) {
    double const value = static_cast<double>((colour >> shift) & 0xffU) / 255;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return {part(0), part(8), part(16)};
}

/// How a person without one kind of cone sees a colour (Machado, Oliveira and Fernandes 2009).
enum class Sight { usual, no_red, no_green, no_blue };
Linear seen(ImU32 colour, Sight sight) {
  auto const [r, g, b] = linear(colour);
  switch (sight) {
    case Sight::usual: break;
    case Sight::no_red:
      return {0.152286 * r + 1.052583 * g - 0.204868 * b, 0.114503 * r + 0.786281 * g + 0.099216 * b,
              -0.003882 * r - 0.048116 * g + 1.051998 * b};
    case Sight::no_green:
      return {0.367322 * r + 0.860646 * g - 0.227968 * b, 0.280085 * r + 0.672501 * g + 0.047413 * b,
              -0.011820 * r + 0.042940 * g + 0.968881 * b};
    case Sight::no_blue:
      return {1.255528 * r - 0.076749 * g - 0.178779 * b, -0.078411 * r + 0.930809 * g + 0.147602 * b,
              0.004733 * r + 0.691367 * g + 0.303900 * b};
  }
  return {r, g, b};
}

/// CIE76 colour difference: 2.3 is just noticeable.
double difference(ImU32 one, ImU32 other, Sight sight) {
  struct Lab {
    double l, a, b;
  };
  auto lab = [&](ImU32 colour) {
    auto const [r, g, b] = seen(colour, sight);
    auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
    double const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
    double const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
    double const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
    return Lab{116 * y - 16, 500 * (x - y), 200 * (y - z)};
  };
  Lab const p = lab(one);
  Lab const q = lab(other);
  return std::hypot(p.l - q.l, p.a - q.a, p.b - q.b);
}

TEST_CASE("text has enough contrast on every surface of both themes") {
  for (auto mode : {Theme::Mode::dark, Theme::Mode::light}) {
    Theme const theme = make_theme(mode, 1);
    for (ImU32 surface : {theme.window, theme.panel, theme.card, theme.inset}) {
      CHECK(contrast(theme.text, surface) >= 7);
      CHECK(contrast(theme.text_soft, surface) >= 4.5);
      CHECK(contrast(theme.text_faint, surface) >= 4.5);
      CHECK(contrast(theme.accent, surface) >= 4.5);
      for (ImU32 state : theme.states) CHECK(contrast(state, surface) >= 2.3);
    }
    for (ImU32 item : theme.producers) CHECK(contrast(theme.on_item, item) >= 4.5);
    CHECK(contrast(theme.on_sentinel, theme.sentinel) >= 7);
    CHECK(contrast(theme.on_accent, theme.accent) >= 4.5);
    for (ImU32 fill : {theme.success, theme.error, theme.warning}) CHECK(contrast(ink_on(fill, theme), fill) >= 4.5);
    for (ImU32 state : theme.states) CHECK(contrast(ink_on(state, theme), state) >= 4.5);
  }
}

TEST_CASE("the colours of running and blocked differ for colour-blind users too") {
  for (auto mode : {Theme::Mode::dark, Theme::Mode::light}) {
    Theme const theme = make_theme(mode, 1);
    for (Sight sight : {Sight::usual, Sight::no_red, Sight::no_green, Sight::no_blue}) {
      CAPTURE(static_cast<int>(sight));
      CHECK(difference(theme.state(qs::ActorState::running), theme.state(qs::ActorState::blocked), sight) > 20);
      CHECK(difference(theme.sentinel, theme.producers[0], sight) > 20);
      CHECK(difference(theme.read_lock, theme.write_lock, sight) > 20);
    }
  }
}

TEST_CASE("the font scale is clamped") {
  CHECK(make_theme(Theme::Mode::dark, 10).scale == 2.5F);
  CHECK(make_theme(Theme::Mode::dark, 0).scale == 0.7F);
}

}  // namespace
