// Where everything on the stage stands: pure geometry, tested without a window. It is made from the cast and
// not from the world, so that nothing but items moves while a person steps through a run.
//
//   +-------------------------------------------------------------------------------------------+
//   | +--------------+-------+   +-- band of a queue ------------------+   +-----------------+  |
//   | | card         |feeder |   | title                               |   | card            |  |
//   | | [hand][buffer]       |   | slots                               |   | [hand]          |  |
//   | +--------------+-------+   |(write)========= tube =========(read)|   +-----------------+  |
//   | +----------------------+   | label         bytes          label  |   +-----------------+  |
//   | | crowd  . . . . . . . |   | barrier                             |   | crowd . . . . . |  |
//   | | . . . . . . . . . .  |   +-------------------------------------+   | . . . . . . .   |  |
//   | +----------------------+                                             +-----------------+  |
//   |        left                  +-- card --+ +-- card --+ bottom               right         |
//   | legend                                                                                    |
//   +-------------------------------------------------------------------------------------------+
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "gui/draw/geometry.hpp"
#include "gui/stage/stage_actors.hpp"

namespace qs::gui {

/// Width of a text in the small font, in pixels.
using TextMeasure = std::function<float(std::string_view)>;

/// A process's end of one queue: the items it buffers and the feeder that writes them.
struct EndBox {
  QueueIndex queue = 0;
  Rect buffer;
  Rect feeder;
};

struct CardBox {
  ActorIndex actor = nobody;
  Side side = Side::left;
  bool exits_left = false;  ///< its items leave towards the left
  int code_lines = 0;       ///< source lines there is room for
  bool captions = false;    ///< there is room above the trays
  bool row = false;         ///< one line is all there is
  Rect rect, title, state, code, hand;
  std::vector<EndBox> ends;
};

/// Many actors of one kind, folded into counts and a dot for each.
struct CrowdBox {
  Side side = Side::left;
  std::vector<ActorIndex> members;
  Rect rect, title, summary, dots;
  float pitch = 0;  ///< from one dot to the next
  int columns = 1;

  Rect dot(std::size_t member) const;
};

/// A lock at one end of the tube.
struct LockBox {
  Rect collar, name, holder;
};

struct QueueBox {
  QueueIndex queue = 0;
  bool leftward = false;
  Rect band, title, slots, barrier;
  Rect tube;              ///< its inside is `capacity` bytes wide
  LockBox inlet, outlet;  ///< where items enter (write lock) and leave (read lock)
  Rect scale, tally;      ///< how many bytes and how many items are in the pipe
};

struct StageLayout {
  Rect area;
  float unit = 8;
  std::vector<CardBox> cards;
  std::vector<CrowdBox> crowds;
  std::vector<QueueBox> queues;
  Rect legend;
  float road = 0;  ///< a height at which a line may cross the middle

  CardBox const* card(ActorIndex actor) const;
  QueueBox const* queue(QueueIndex queue) const;
  /// Where an actor can be pointed at: its card, or its dot in a crowd; empty for a feeder or a stranger.
  Rect place(ActorIndex actor) const;
};

/// The parts of one queue in its rectangle.
QueueBox lay_band(StageQueue const& queue, Rect rect, float unit);
/// `unit` is the spacing grid in pixels (a line of text is 2.5 of it); `selected` keeps a card of its own.
StageLayout layout_stage(StageActors const& cast, Vec2 size, float unit, ActorIndex selected = nobody);

}  // namespace qs::gui
