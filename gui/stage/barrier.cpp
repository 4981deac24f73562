// The join barrier of a queue: a gate that opens when the last task is done, who waits there, who holds its lock.
#include <algorithm>
#include <string>
#include <vector>

#include "gui/stage/scene.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

using mp::trace::QueueClass;

/// The actors that wait in join until the last task is done.
std::vector<std::string> joiners(Scene const& scene, QueueIndex queue) {
  std::vector<std::string> names;
  auto const& actors = scene.context.world.actors;
  for (std::size_t i = 0; i < actors.size(); ++i)
    if (actors[i].state == ActorState::blocked && actors[i].waits_for == Resource::barrier &&
        actors[i].waits_object == queue)
      names.push_back(scene.cast.name(static_cast<ActorIndex>(i)));
  return names;
}

void draw_gate(Scene const& scene, Rect gate, bool closed) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  ImDrawList* const list = canvas.list();
  float const post = std::max(2.F, canvas.px(0.5F));
  ImU32 const colour = closed ? theme.state(ActorState::blocked) : theme.success;
  float const bottom = gate.bottom, top = gate.top;
  canvas.fill({gate.left, top, gate.left + post, bottom}, theme.text_soft, 1);
  canvas.fill({gate.right - post, top, gate.right, bottom}, theme.text_soft, 1);
  float const thick = std::max(3.F, gate.height() * 0.24F);
  Vec2 const hinge{gate.left + post, gate.centre().y};
  if (closed) {
    Rect bar{gate.left + post, hinge.y - thick / 2, gate.right - post, hinge.y + thick / 2};
    canvas.fill(bar, colour);
    canvas.hatch(bar, theme.card, thick * 1.3F);
  } else {
    Vec2 const tip{hinge.x + gate.width() * 0.45F, top};
    list->AddLine(canvas.at(hinge), canvas.at(tip), colour, thick * 0.7F);
  }
}

}  // namespace

void draw_barrier(Scene const& scene, QueueBox const& box, QueueWorld const& queue) {
  if (box.barrier.empty() || queue.type != QueueClass::joinable) return;
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  auto const waiting = joiners(scene, box.queue);
  Rect rest = box.barrier;
  bool const tall = rest.height() > canvas.px(4.2F);
  canvas.fill(rest, with_alpha(theme.card, 0.6F), canvas.px(0.6F));
  if (!waiting.empty()) canvas.outline(rest, theme.state(ActorState::blocked), canvas.px(0.6F), 1.25F);
  rest = rest.inset(canvas.px(1), tall ? canvas.px(0.75F) : canvas.px(0.3F));
  Rect const gate = cut_left(rest, std::min(canvas.px(6), rest.width() * 0.25F));
  auto const unfinished = static_cast<std::uint64_t>(std::max<std::int64_t>(queue.unfinished, 0));
  draw_gate(scene, gate.inset(0, gate.height() * 0.08F), unfinished > 0);
  cut_left(rest, canvas.px(1));
  auto const& lock = queue.condition_lock;
  ActorWorld const& holder = scene.actor(lock.holder);
  bool const dead = lock.holder != nobody && !holder.alive() && holder.state != ActorState::unborn;
  bool const held = lock.holder != nobody;
  std::string const held_words =
      held ? (dead ? "join lock held by dead " : "join lock: ") + scene.cast.name(lock.holder) : "";
  float const tag_width = measure(theme.fonts.small, held_words).x + canvas.px(1.6F);
  bool const beside = tag_width <= rest.width() * 0.6F;
  auto const tag = [&](Rect const& where) {
    ImU32 const colour = dead ? with_alpha(theme.error, 0.35F) : with_alpha(theme.condition_lock, 0.25F);
    return canvas.tag_right(where, theme.fonts.small, colour, theme.text, held_words);
  };
  if (held && beside) rest = tag(rest);
  bool const none_yet = unfinished == 0 && queue.puts == 0;
  std::string const tasks = none_yet          ? "no tasks yet"
                            : unfinished == 0 ? "all tasks are done"
                                              : count(unfinished, "unfinished task");
  std::string const who = waiting.empty()
                              ? unfinished == 0 ? "join() returns" : "no one is in join()"
                              : listing(waiting, 3) + (waiting.size() == 1 ? " waits" : " wait") + " in join()";
  if (!tall && dead && !beside) {
    tag(rest);
    return;
  }
  if (!tall) {
    std::string const words = waiting.empty() ? tasks : tasks + ": " + who;
    std::string const left = number(unfinished);
    canvas.text(rest, theme.fonts.small, theme.text,
                Canvas::fitting(theme.fonts.small, rest.width(), {words, tasks, left + " left", left}));
    return;
  }
  Rect const first = cut_top(rest, rest.height() / 2);
  canvas.text(first, theme.fonts.text, theme.text,
              Canvas::fitting(theme.fonts.text, first.width(), {tasks, number(unfinished) + " unfinished"}));
  if (held && !beside && (dead || waiting.empty())) {
    rest.right = std::min(rest.right, rest.left + tag_width);
    tag(rest);
    return;
  }
  canvas.text(rest, theme.fonts.small, waiting.empty() ? theme.text_faint : theme.state(ActorState::blocked), who);
}

}  // namespace qs::gui
