// The scenario browser: what there is, what it teaches, its parameters, and Run.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "gui/draw/theme.hpp"
#include "gui/window/ui_test_log.hpp"
#include "sim/scenarios/scenario.hpp"

namespace qs::gui {

/// What the user requested in one frame.
struct BrowserWishes {
  bool run = false;
  bool run_other = false;  ///< with the other mechanism
  bool stop = false;
  bool open_file = false;
};

class Browser {
 public:
  Browser();

  void choose(scenarios::Scenario const& scenario);
  /// A recording of something else is shown: there is nothing to run.
  void choose_none() { chosen_ = nullptr; }
  scenarios::Scenario const* chosen() const { return chosen_; }
  /// In the form of the command line. Values are clamped to their range, unknown names ignored.
  void set(std::map<std::string, std::string> const& parameters);
  std::map<std::string, std::string> parameters() const;
  /// The mechanism that is not selected; "" if there is only one.
  std::string other_mechanism() const;
  void focus_search() { focus_search_ = true; }

  /// Draws into the current pane.
  BrowserWishes draw(Theme const& theme, UiTestLog& report, bool running, bool stopping);

 private:
  void draw_search(UiTestLog& report);
  void draw_list(Theme const& theme, UiTestLog& report, float height);
  void draw_row(Theme const& theme, UiTestLog& report, scenarios::Scenario const& scenario);
  void draw_details(Theme const& theme, UiTestLog& report, float height);
  void draw_choices(Theme const& theme, UiTestLog& report, scenarios::Parameter const& parameter, std::int64_t& value);
  void draw_parameter(Theme const& theme, UiTestLog& report, scenarios::Parameter const& parameter);

  scenarios::Scenario const* chosen_ = nullptr;
  std::map<std::string, std::int64_t> values_;
  std::string search_;
  bool focus_search_ = false;
  bool scroll_to_chosen_ = false;
};

/// Whether all words of the search occur in the scenario's texts, ignoring case.
bool found_by(scenarios::Scenario const& scenario, std::string_view search);

}  // namespace qs::gui
