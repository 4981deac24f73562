#include <doctest/doctest.h>

#include <vector>

#include "gui/app/layout.hpp"

namespace {

using namespace qs::gui;

LayoutNeeds needs_of(Vec2 window, float scale) {
  return {.window = window,
          .unit = 8 * scale,
          .top_bar = 44 * scale,
          .banner = 0,
          .transport = 80 * scale,
          .caption = 76 * scale};
}

std::vector<Rect> panes(Layout const& layout) {
  return {layout.top_bar,  layout.banner, layout.browser, layout.caption,  layout.stage,
          layout.timeline, layout.side,   layout.events,  layout.transport};
}

TEST_CASE("panes fill the window and do not overlap at common window sizes") {
  for (Vec2 window : {Vec2{1280, 800}, Vec2{1920, 1080}, Vec2{800, 600}}) {
    for (float scale : {0.7F, 1.0F, 1.5F, 2.5F}) {
      for (bool open : {true, false}) {
        CAPTURE(window.x);
        CAPTURE(scale);
        Settings settings;
        settings.browser_open = open;
        auto const all = panes(make_layout(needs_of(window, scale), settings));
        float area = 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
          CHECK(Rect{0, 0, window.x, window.y}.contains(all[i]));
          area += all[i].width() * all[i].height();
          for (std::size_t j = i + 1; j < all.size(); ++j) {
            if (!all[i].empty() && !all[j].empty()) CHECK_FALSE(all[i].overlaps(all[j]));
          }
        }
        CHECK(area > 0.95F * window.x * window.y);
      }
    }
  }
}

TEST_CASE("the stage is the largest pane") {
  Layout const layout = make_layout(needs_of({1280, 800}, 1), Settings{});
  CHECK(layout.stage.width() > layout.side.width());
  CHECK(layout.stage.width() > layout.browser.width());
  CHECK(layout.stage.height() > layout.timeline.height());
}

TEST_CASE("with large letters panes collapse, and the stage keeps half of the window") {
  for (Vec2 window : {Vec2{1024, 640}, Vec2{1280, 800}, Vec2{1920, 1080}, Vec2{3840, 2160}}) {
    CAPTURE(window.x);
    LayoutNeeds needs = needs_of(window, 2);
    Layout const layout = make_layout(needs, Settings{});
    if (window.x < 3840)
      CHECK(layout.stage.width() * (layout.stage.height() + layout.caption.height()) >= window.x * window.y / 2);
    needs.side_wanted = true;
    CHECK_FALSE(make_layout(needs, Settings{}).side.empty());
    needs.lesson = true;
    CHECK_FALSE(make_layout(needs, Settings{}).browser.empty());
    needs.presenter = Presenter::stage;
    needs.lesson = false;
    Layout const presented = make_layout(needs, Settings{});
    CHECK(presented.stage.width() * presented.stage.height() >= window.x * window.y / 2);
    CHECK(presented.transport.empty());
  }
  CHECK(make_layout(needs_of({1280, 800}, 2), Settings{}).browser.empty());
  CHECK_FALSE(make_layout(needs_of({1280, 800}, 1), Settings{}).browser.empty());
}

TEST_CASE("a splitter follows the pointer") {
  LayoutNeeds const needs = needs_of({1280, 800}, 1);
  Settings settings;
  drag(Splitter::browser, {300, 400}, needs, settings);
  CHECK(make_layout(needs, settings).browser.right == doctest::Approx(300).epsilon(0.01));
  drag(Splitter::side, {900, 400}, needs, settings);
  CHECK(make_layout(needs, settings).side.left == doctest::Approx(900).epsilon(0.02));
  drag(Splitter::stage, {640, 300}, needs, settings);
  CHECK(make_layout(needs, settings).stage.bottom == doctest::Approx(300).epsilon(0.02));
  drag(Splitter::events, {1200, 500}, needs, settings);
  CHECK(make_layout(needs, settings).events.top == doctest::Approx(500).epsilon(0.02));
}

TEST_CASE("dragging a splitter cannot hide a pane") {
  LayoutNeeds const needs = needs_of({1280, 800}, 1);
  Settings settings;
  drag(Splitter::browser, {5000, 400}, needs, settings);
  drag(Splitter::stage, {640, -100}, needs, settings);
  Layout const layout = make_layout(needs, settings);
  CHECK(layout.stage.width() > 200);
  CHECK(layout.stage.height() > 100);
  CHECK(layout.browser.width() > 150);
}

}  // namespace
