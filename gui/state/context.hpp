// What every view is given: the trace and its state (const), the play head, the selection, and a place for requests.
// Views derive everything else from it, every frame.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs {
class ItemIndex;  // sim/model/items.hpp: the journey of each item
}

namespace qs::gui {

struct EnabledChoices;  // gui/state/enabled_choices.hpp
class RunUntil;         // gui/state/run_until.hpp
struct Theme;           // gui/draw/theme.hpp: colours and fonts

struct Selection {
  enum class What : std::uint8_t { nothing, actor, queue, item } what = What::nothing;
  ActorIndex actor = nobody;
  QueueIndex queue = 0;
  ItemId item;
};

/// What a view may request; the application carries it out after the frame.
struct Requests {
  std::optional<Step> go_to;
  std::optional<Selection> select;
  std::optional<Choice> choose;          ///< the next choice in the live run
  std::optional<std::string> run_until;  ///< a breakpoint to run to
  bool animate = false;                  ///< the view is in mid-motion: draw another frame soon
};

/// What a key or a button asks the timeline to do in this frame.
enum class TimelineMove : std::uint8_t { none, zoom_in, zoom_out, pan_left, pan_right, fit };

struct Context {
  Trace const& trace;
  World const& world;   ///< at `step`
  World const& before;  ///< at the step before, to move items from there
  ItemIndex const& items;
  Step step = no_step;
  double motion = 1.0;                    ///< how much of the step from `before` to `world` has been shown, 0..1
  bool live = false;                      ///< the program is running now
  EnabledChoices const* moves = nullptr;  ///< in a controlled run, the choices at `step`, if there are any
  RunUntil const* until = nullptr;        ///< nullptr in a picture
  Theme const& theme;
  Selection const& selection;
  Requests& requests;
  std::vector<std::string> const* pointed = nullptr;  ///< processes and queues that a lesson points at
  bool hides_future = false;                          ///< what lies ahead of the play head is not shown
  TimelineMove timeline_move = TimelineMove::none;
};

}  // namespace qs::gui
