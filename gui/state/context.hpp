// What every view is given: the truth (const), where the play head is, what is selected, and a place to ask
// for something. Views derive everything else from it, every frame.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs {
class ItemIndex;  // sim/items.hpp: each item's whole way
}

namespace qs::gui {

struct EnabledChoices;  // gui/moves.hpp: who could go on
class RunUntil;         // gui/run_until.hpp: a breakpoint, and how the run stands to it
struct Theme;           // gui/theme.hpp: colours and fonts

struct Selection {
  enum class What : std::uint8_t { nothing, actor, queue, item } what = What::nothing;
  ActorIndex actor = nobody;
  QueueIndex queue = 0;
  ItemId item;
};

/// What a view may ask for; the application carries it out after the frame.
struct Requests {
  std::optional<Step> go_to;
  std::optional<Selection> select;
  std::optional<Choice> choose;          ///< who goes next in the run that is live
  std::optional<std::string> run_until;  ///< a breakpoint for it
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
  EnabledChoices const* moves = nullptr;  ///< of a controlled run, where somebody is or was to be chosen at `step`
  RunUntil const* until = nullptr;        ///< of this run; not for a picture of it
  Theme const& theme;
  Selection const& selection;
  Requests& requests;
  TimelineMove timeline_move = TimelineMove::none;
};

}  // namespace qs::gui
