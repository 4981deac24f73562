// A queue on the stage: its slots, the tube filled to scale (or a hardened queue's line, which has none), the locks at
// its ends.
#include <algorithm>
#include <cmath>
#include <string>

#include "gui/draw/glyphs.hpp"
#include "gui/stage/scene.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

using mp::trace::QueueClass;

char const* class_name(QueueClass type) {
  switch (type) {
    case QueueClass::joinable: return "JoinableQueue";
    case QueueClass::simple: return "SimpleQueue";
    case QueueClass::pipe: return "Pipe";
    default: return "Queue";
  }
}

void draw_title(Scene const& scene, QueueBox const& box, QueueWorld const& queue) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  Rect rest = box.title;
  std::string tally = number(queue.puts) + " put \u00b7 " + number(queue.gets) + " got";
  if (queue.type == QueueClass::joinable) tally += " \u00b7 " + number(queue.tasks_done) + " done";
  float const tally_width = measure(theme.fonts.small, tally).x;
  float const tag = queue.hardened() ? measure(theme.fonts.small, "hardened").x + canvas.px(3) : 0;
  float const name = measure(theme.fonts.strong, queue.name).x + canvas.px(1);
  if (tally_width < rest.width() * 0.45F && name + tag + tally_width + canvas.px(1) < rest.width()) {
    canvas.text(cut_right(rest, tally_width), theme.fonts.small, theme.text_soft, tally);
    cut_right(rest, canvas.px(1));
  }
  if (queue.hardened() && name + tag < rest.width())
    rest = canvas.tag_right(rest, theme.fonts.small, with_alpha(theme.success, 0.28F), theme.text, "hardened");
  if (queue.dropped > 0)
    rest = canvas.tag_right(rest, theme.fonts.small, with_alpha(theme.error, 0.25F), theme.text,
                            number(queue.dropped) + " lost");
  float const end = canvas.text(rest, theme.fonts.strong, theme.text, queue.name);
  rest.left = end + canvas.px(1);
  std::string type = class_name(queue.type);
  type += queue.bounded() ? ", maxsize " + number(static_cast<std::uint64_t>(queue.maxsize)) : ", unbounded";
  canvas.text(rest, theme.fonts.small, theme.text_faint, type);
}

void draw_slots(Scene const& scene, QueueBox const& box, QueueWorld const& queue) {
  if (box.slots.empty() || !queue.bounded()) return;
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  auto const all = static_cast<float>(std::max(queue.maxsize, 1));
  auto const free = static_cast<float>(std::clamp<std::int64_t>(queue.free_slots, 0, queue.maxsize));
  bool const none = queue.free_slots <= 0;
  Rect rest = box.slots;
  std::string words = number(static_cast<std::uint64_t>(free)) + " of " +
                      number(static_cast<std::uint64_t>(queue.maxsize)) + " slots free";
  Font const font = theme.fonts.small;
  if (measure(font, words).x > rest.width() * 0.62F)
    words = number(static_cast<std::uint64_t>(free)) + "/" + number(static_cast<std::uint64_t>(queue.maxsize));
  float const wide = std::min(measure(font, words).x, rest.width() * 0.62F);
  Rect label = box.leftward ? cut_right(rest, wide) : cut_left(rest, wide);
  canvas.text(label, font, none ? theme.warning : theme.text_soft, words);
  box.leftward ? cut_right(rest, canvas.px(1)) : cut_left(rest, canvas.px(1));
  float const side = std::min(canvas.px(2.2F), rest.height());
  rest = rest.inset(0, (rest.height() - side) / 2);
  ImU32 const taken = none ? theme.warning : mix(theme.line_strong, theme.accent, 0.5F);
  float const pitch = side + canvas.px(0.5F);
  float const used = all - free;
  if (pitch * all <= rest.width()) {
    for (float i = 0; i < all; ++i) {
      Rect const slot = box.leftward ? cut_right(rest, side) : cut_left(rest, side);
      box.leftward ? cut_right(rest, pitch - side) : cut_left(rest, pitch - side);
      if (i < used) canvas.fill(slot, taken, side * 0.2F);
      canvas.outline(slot, i < used ? taken : theme.line_strong, side * 0.2F, 1.5F);
    }
    return;
  }
  Rect bar = rest.inset(0, side * 0.2F);
  bar.right = std::min(bar.right, bar.left + canvas.px(30));
  canvas.outline(bar, theme.line_strong, side * 0.2F, 1.5F);
  Rect part = bar;
  part.right = part.left + bar.width() * used / all;
  canvas.fill(part, taken, side * 0.2F);
}

/// Which way the items go, while there are none.
void draw_way(Scene const& scene, QueueBox const& box) {
  Canvas const& canvas = scene.canvas;
  Rect const tube = box.tube;
  float const size = std::min(tube.height() * 0.16F, canvas.px(1.2F));
  float const turn = box.leftward ? -1.F : 1.F;
  for (float i = -1; i <= 1; ++i) {
    Vec2 const c{tube.centre().x + i * size * 2.4F, tube.centre().y};
    ImVec2 const chevron[3] = {canvas.at({c.x - turn * size * 0.5F, c.y - size}),
                               canvas.at({c.x + turn * size * 0.5F, c.y}),
                               canvas.at({c.x - turn * size * 0.5F, c.y + size})};
    canvas.list()->AddPolyline(chevron, 3, with_alpha(scene.theme().text_faint, 0.6F), 0, std::max(1.5F, size * 0.25F));
  }
}

/// A hardened queue's: flat memory in cells, as long as it has to be, so that there is no scale.
void draw_line(Scene const& scene, QueueBox const& box, QueueWorld const& queue) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  Rect const line = box.tube;
  canvas.fill(line, theme.inset);
  float const cell = std::max(canvas.px(4), 8.F);
  for (float x = line.left + cell; x < line.right - 1; x += cell)
    canvas.list()->AddLine(canvas.at({x, line.top}), canvas.at({x, line.bottom}), theme.line);
  canvas.outline(line, theme.line_strong, 0, 1.5F);
  if (queue.pipe.empty()) draw_way(scene, box);
}

void draw_tube(Scene const& scene, QueueBox const& box, QueueWorld const& queue) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  ImDrawList* const list = canvas.list();
  Rect const tube = box.tube;
  canvas.fill(tube, theme.tube);
  float const capacity = static_cast<float>(std::max(queue.capacity, 1U));
  float const part = std::min(1.F, static_cast<float>(queue.pipe_bytes) / capacity);
  if (queue.pipe_bytes > 0) {
    // True to scale, from the outlet; a hairline at least.
    Rect bytes = tube;
    float const wide = std::max(2.F, tube.width() * part);
    if (box.leftward)
      bytes.right = bytes.left + wide;
    else
      bytes.left = bytes.right - wide;
    canvas.fill(bytes, theme.tube_bytes);
  }
  if (queue.pipe.empty()) draw_way(scene, box);
  // Light from above makes it round.
  auto const shade = [&](float from, float to, ImU32 top, ImU32 bottom) {
    list->AddRectFilledMultiColor(canvas.at({tube.left, tube.top + tube.height() * from}),
                                  canvas.at({tube.right, tube.top + tube.height() * to}), top, top, bottom, bottom);
  };
  bool const dark = theme.mode == Theme::Mode::dark;
  ImU32 const shine = IM_COL32(255, 255, 255, dark ? 26 : 120), clear = IM_COL32(255, 255, 255, 0);
  shade(0, 0.35F, shine, clear);
  shade(0.65F, 1, IM_COL32(0, 0, 0, 0), IM_COL32(0, 0, 0, dark ? 90 : 26));
  list->AddLine(canvas.at({tube.left, tube.top}), canvas.at({tube.right, tube.top}), theme.line_strong, 1.5F);
  list->AddLine(canvas.at({tube.left, tube.bottom}), canvas.at({tube.right, tube.bottom}), theme.line_strong, 1.5F);
  for (int quarter = 1; quarter < 4; ++quarter) {
    float const x = tube.left + tube.width() * static_cast<float>(quarter) / 4;
    list->AddLine(canvas.at({x, tube.bottom}), canvas.at({x, tube.bottom - canvas.px(0.6F)}), theme.line_strong);
  }
}

void draw_lock(Scene const& scene, QueueBox const& queue, Resource resource, LockWorld const& lock) {
  bool const inlet = resource == Resource::write_lock;
  LockBox const& box = inlet ? queue.inlet : queue.outlet;
  bool const at_left = inlet != queue.leftward;
  auto const* const known = scene.context.world.queue(queue.queue);
  bool const robust = known && known->hardened();
  bool const repaired = robust && repaired_lately(scene, queue.queue, resource);
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  ImU32 const colour = theme.lock(resource);
  ActorWorld const& holder = scene.actor(lock.holder);
  bool const held = lock.holder != nobody;
  bool const dead = held && !holder.alive() && holder.state != ActorState::unborn;
  ImU32 const grave = robust ? theme.warning : theme.error;
  ImU32 const strong = dead ? grave : colour;
  Rect const collar = box.collar;
  Rect flange = collar.inset(collar.width() * 0.06F, -std::min(canvas.px(0.5F), collar.height() * 0.1F));
  float const round = canvas.px(0.6F);
  canvas.fill(flange, held ? mix(theme.card, strong, dead ? 0.22F : 0.3F) : theme.card, round);
  if (dead) canvas.hatch(flange.inset(1), with_alpha(grave, 0.75F), canvas.px(0.9F));
  canvas.outline(flange, held ? strong : theme.line_strong, round, held ? 2.F : 1.25F);
  if (repaired) canvas.outline(flange.inset(-canvas.px(0.4F)), theme.success, round * 1.4F, 3.F);
  float const radius = std::min({canvas.px(1.5F), flange.width() * 0.3F, flange.height() * 0.32F});
  if (dead) canvas.fill(Rect{-1, -1, 1, 1}.inset(-radius * 1.4F).moved(flange.centre()), theme.card, radius);
  draw_lock_mark(canvas.list(), canvas.at(flange.centre()), radius, held ? strong : theme.text_soft, held);
  if (box.name.empty()) return;
  Align const align = at_left ? Align::left : Align::right;
  Font const font = theme.fonts.small;
  std::string const verb = resource == Resource::read_lock ? "read" : "write";
  canvas.text(box.name, font, held ? strong : theme.text_soft,
              Canvas::fitting(font, box.name.width(), {verb + " lock", verb}), align);
  std::string const& name = scene.cast.name(lock.holder);
  if (!dead) {
    std::string const words =
        held ? Canvas::fitting(font, box.holder.width(),
                               {"held by " + name, Canvas::fitting_name(font, box.holder.width(), name)})
             : "free";
    std::string const told = repaired ? "repaired, " + words : words;
    canvas.text(box.holder, font,
                repaired ? theme.success
                : held   ? theme.text
                         : theme.text_faint,
                Canvas::fitting(font, box.holder.width(), {told, repaired ? std::string("repaired") : words}), align);
    return;
  }
  float const most = box.holder.width() - canvas.px(1);
  std::string const words = Canvas::fitting(
      font, most, {robust ? "to be repaired: " + name + " died" : "held by dead " + name, "dead " + name});
  float const wide = std::min(box.holder.width(), measure(font, words).x + canvas.px(1));
  Rect back = box.holder;
  (at_left ? back.right : back.left) = at_left ? back.left + wide : back.right - wide;
  canvas.fill(back, grave, canvas.px(0.4F));
  canvas.text(back.inset(canvas.px(0.4F), 0), font, theme.mode == Theme::Mode::dark ? theme.on_item : theme.card, words,
              align);
}

void draw_scale(Scene const& scene, QueueBox const& box, QueueWorld const& queue) {
  if (box.scale.empty()) return;
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  Font const font = theme.fonts.small;
  std::string const bytes = number(queue.pipe_bytes), capacity = number(queue.capacity);
  std::string const held = byte_count(queue.pipe_bytes);
  canvas.text(box.scale, font, theme.text,
              queue.hardened()
                  ? Canvas::fitting(font, box.scale.width(), {held + " in shared memory", held, bytes + " B"})
                  : Canvas::fitting(font, box.scale.width(),
                                    {bytes + " of " + byte_count(queue.capacity), bytes + " of " + capacity,
                                     byte_count(queue.pipe_bytes), bytes + " B"}),
              Align::centre);
  std::string const items = count(queue.pipe.size(), "item");
  canvas.text(
      box.tally, font, theme.text_faint,
      Canvas::fitting(font, box.tally.width(), {items + (queue.hardened() ? " in the log" : " in it"), items, ""}),
      Align::centre);
}

}  // namespace

void draw_queue(Scene const& scene, QueueBox const& box) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  auto const* const queue = scene.context.world.queue(box.queue);
  if (!queue) {
    canvas.dashed_outline(box.band, theme.line);
    canvas.text(box.title, theme.fonts.small, theme.text_faint,
                scene.context.trace.queue_name(box.queue) + ": not created yet");
    return;
  }
  draw_title(scene, box, *queue);
  draw_slots(scene, box, *queue);
  queue->hardened() ? draw_line(scene, box, *queue) : draw_tube(scene, box, *queue);
  draw_lock(scene, box, Resource::write_lock, queue->write_lock);
  draw_lock(scene, box, Resource::read_lock, queue->read_lock);
  draw_scale(scene, box, *queue);
  draw_barrier(scene, box, *queue);
  if (scene.selected_queue(box.queue)) canvas.outline(box.band, theme.selection, theme.rounding, 2.5F);
}

}  // namespace qs::gui
