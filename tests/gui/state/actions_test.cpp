#include <doctest/doctest.h>

#include <set>
#include <string>

#include "gui/state/actions.hpp"

namespace {

using namespace qs::gui;

Action action_of(KeyPress const& press) {
  auto const wish = wish_of(press);
  REQUIRE(wish.has_value());
  return wish->action;
}

KeyPress character(char32_t c, bool control = false) {
  return {.key = Key::character, .character = c, .shift = false, .control = control};
}

TEST_CASE("every action is in the help once, with a key and a description") {
  std::set<Action> seen;
  std::set<std::string_view> keys;
  for (ActionFacts const& row : actions()) {
    CAPTURE(row.words);
    CHECK(seen.insert(row.action).second);
    CHECK(keys.insert(row.keys).second);
    CHECK_FALSE(row.words.empty());
  }
  CHECK(seen.size() == static_cast<std::size_t>(Action::quit) + 1);
}

TEST_CASE("the keys trigger the actions that the help lists") {
  CHECK(action_of(character(' ')) == Action::play_pause);
  CHECK(action_of({.key = Key::right}) == Action::step_forward);
  CHECK(action_of({.key = Key::right, .shift = true}) == Action::next_block);
  CHECK(action_of({.key = Key::tab, .shift = true}) == Action::previous_actor);
  CHECK(action_of(character('U')) == Action::previous_wake);
  CHECK(action_of(character('+')) == Action::faster);
  CHECK(action_of(character('+', true)) == Action::larger_text);
  CHECK(action_of(character('?')) == Action::help);
  CHECK(action_of({.key = Key::f1}) == Action::help);
  CHECK_FALSE(wish_of(character('x')).has_value());
  CHECK_FALSE(wish_of(character('x', true)).has_value());
}

TEST_CASE("in the presenter's view the keys of a remote control step") {
  CHECK(wish_of({.key = Key::page_down})->action == Action::leap_forward);
  CHECK(presenter_wish_of({.key = Key::page_down})->action == Action::step_forward);
  CHECK(presenter_wish_of({.key = Key::page_up})->action == Action::step_back);
  CHECK(presenter_wish_of({.key = Key::home})->action == Action::first);
}

TEST_CASE("no letter without a modifier starts a run") {
  for (char32_t c = 'a'; c <= 'z'; ++c) {
    auto const wish = wish_of(character(c));
    if (wish) CHECK(wish->action != Action::run_other);
    if (wish) CHECK(wish->action != Action::run_stop);
  }
  CHECK(action_of({.key = Key::f5, .shift = true}) == Action::run_other);
}

TEST_CASE("digits select actors") {
  auto const wish = wish_of(character('3'));
  REQUIRE(wish.has_value());
  CHECK(wish->action == Action::select_nth);
  CHECK(wish->number == 3);
}

TEST_CASE("a tooltip names the key") { CHECK(tooltip(Action::play_pause) == "Play or pause  (Space)"); }

}  // namespace
