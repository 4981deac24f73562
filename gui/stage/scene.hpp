// The parts of the stage's picture, each drawn by one function from the same scene.
#pragma once

#include <string>

#include "gui/draw/canvas.hpp"
#include "gui/stage/items.hpp"
#include "gui/stage/layout.hpp"
#include "gui/stage/source.hpp"
#include "gui/state/context.hpp"

namespace qs::gui {

struct Scene {
  Context const& context;
  Canvas const& canvas;
  StageActors const& cast;
  StageLayout const& layout;
  SourceLines& source;

  Theme const& theme() const { return context.theme; }
  ActorWorld const& actor(ActorIndex index) const;
  bool selected(ActorIndex actor) const;
  bool selected_queue(QueueIndex queue) const;
};

/// The feeder of a process's end of a queue; `nobody` before its first put.
ActorIndex feeder_of(QueueWorld const* queue, ActorIndex process);

void draw_card(Scene const& scene, CardBox const& box);
void draw_feeders(Scene const& scene, CardBox const& box);
void draw_crowd(Scene const& scene, CrowdBox const& box);
void draw_queue(Scene const& scene, QueueBox const& box);
void draw_barrier(Scene const& scene, QueueBox const& box, QueueWorld const& queue);
/// Who waits for what (dashed) and who holds which lock (solid).
void draw_links(Scene const& scene);
void draw_legend(Scene const& scene);
void draw_items(Scene const& scene, std::vector<MovingItem> const& items);

/// "the read lock", "a free slot": what an actor waits for, briefly, where the queue is obvious from the context.
std::string_view short_words(Resource resource, mp::Mechanism mechanism);
std::string_view short_words(Scene const& scene, ActorWorld const& waiter);
/// Whether this lock was recovered from a dead holder a few steps ago.
bool repaired_lately(Scene const& scene, QueueIndex queue, Resource lock);
/// What an actor is doing, in one line: "waits for the read lock of jobs", "in put", "killed by SIGKILL".
std::string doing(Scene const& scene, ActorIndex actor);

}  // namespace qs::gui
