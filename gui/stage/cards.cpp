// A process on the stage: its card, the tray of its hand, its buffers and their feeders.
#include <algorithm>
#include <cmath>
#include <string>

#include "gui/draw/glyphs.hpp"
#include "gui/stage/scene.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

bool gone(ActorState state) { return state == ActorState::ended || state == ActorState::killed; }

/// A feeder with an empty buffer is idle, not blocked.
bool idle(ActorWorld const& actor) {
  return actor.state == ActorState::blocked && actor.waits_for == Resource::buffered_item;
}

/// Its word gives way to the name.
void draw_pill(Scene const& scene, Rect& rest, ActorState state, float name_width) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  Font const font = theme.fonts.small;
  char const* const name = word(state);
  float const mark = font.size * 0.32F;
  float wide = measure(font, name).x + 2 * mark + canvas.px(2);
  bool const worded = rest.width() >= wide + canvas.px(0.75F) + name_width;
  if (!worded) wide = 2 * mark + canvas.px(1.4F);
  if (rest.width() < wide + canvas.px(4)) return;
  Rect pill = cut_right(rest, wide);
  float const tall = std::min(pill.height(), font.size + canvas.px(0.75F));
  pill = pill.inset(0, (pill.height() - tall) / 2);
  bool const loud = state == ActorState::blocked || state == ActorState::killed;
  ImU32 const colour = theme.state(state);
  canvas.fill(pill, with_alpha(colour, loud ? 0.26F : 0.14F), tall / 2);
  if (loud) canvas.outline(pill, colour, tall / 2, 1.25F);
  draw_state_mark(canvas.list(), theme, canvas.at({pill.left + canvas.px(0.7F) + mark, pill.centre().y}), mark, state);
  Rect words = pill;
  words.left += canvas.px(1.1F) + 2 * mark;
  if (worded) canvas.text(words, font, loud ? theme.text : theme.text_soft, name);
  cut_right(rest, canvas.px(0.75F));
}

void draw_frame(Scene const& scene, CardBox const& box, ActorState state) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  float const round = std::min(theme.rounding, box.rect.height() * 0.25F);
  if (state == ActorState::unborn) {
    canvas.fill(box.rect, with_alpha(theme.card, 0.35F), round);
    canvas.dashed_outline(box.rect, theme.line_strong);
    return;
  }
  ImU32 const colour = theme.state(state);
  bool const blocked = state == ActorState::blocked, killed = state == ActorState::killed;
  ImU32 background = theme.card;
  if (blocked) background = mix(theme.card, colour, 0.11F);
  if (gone(state)) background = mix(theme.panel, theme.card, 0.4F);
  canvas.fill(box.rect, background, round);
  if (killed) canvas.hatch(box.rect.inset(1), with_alpha(colour, 0.2F), canvas.px(1.25F));
  canvas.outline(box.rect, blocked || killed ? mix(theme.line_strong, colour, 0.6F) : theme.line_strong, round);
  Rect bar = box.rect;
  bar.right = bar.left + canvas.px(blocked || killed ? 1 : 0.6F);
  canvas.list()->AddRectFilled(canvas.at({bar.left, bar.top}), canvas.at({bar.right, bar.bottom}), colour, round,
                               ImDrawFlags_RoundCornersLeft);
}

/// As many lines of words as there is room for, broken at any place: code has few blanks.
void draw_broken(Canvas const& canvas, Rect rest, float line_height, Font font, ImU32 colour, std::string_view words) {
  while (!words.empty() && rest.height() >= line_height * 0.9F) {
    std::size_t fits = 1;
    while (fits < words.size() && measure(font, words.substr(0, fits + 1)).x <= rest.width()) ++fits;
    if (fits < words.size()) {
      if (auto const blank = words.substr(0, fits).rfind(' '); blank != std::string_view::npos && blank > fits / 2)
        fits = blank + 1;
    }
    bool const last = rest.height() < line_height * 1.9F;
    canvas.text(cut_top(rest, line_height), font, colour, last ? words : words.substr(0, fits));
    words.remove_prefix(fits);
  }
}

void draw_source(Scene const& scene, CardBox const& box, ActorWorld const& actor) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  Trace const& trace = scene.context.trace;
  if (box.code_lines == 0 || actor.location == 0 || actor.location >= trace.locations.size()) return;
  Location const& location = trace.locations[actor.location];
  bool const quiet = !actor.alive();
  Rect rest = box.code;
  canvas.fill(rest, with_alpha(theme.inset, 0.8F), canvas.px(0.5F));
  float const line_height = rest.height() / static_cast<float>(box.code_lines);
  Font const font{theme.fonts.code.face, std::min(theme.fonts.small.size, line_height)};
  std::string const where = place(trace, actor.location);
  if (actor.in_exit && actor.alive()) {
    // It has left its function: the line that it was on says nothing about what it does now.
    Rect const inside = rest.inset(canvas.px(0.6F), 0);
    std::string const now = state_line(trace, scene.context.world, box.actor);
    std::string const words = actor.state == ActorState::blocked ? now : "at exit: " + now;
    draw_broken(canvas, inside, line_height, theme.fonts.small, theme.text_soft, words);
    return;
  }
  float const letters = rest.width() / measure(font, "m").x;
  constexpr float few_letters = 36;
  if (box.code_lines > 1 && letters < few_letters) {
    // Too narrow for the lines around it: the whole line, without its indentation.
    std::string_view words = scene.source.line(trace, location.file, location.line);
    words.remove_prefix(std::min(words.find_first_not_of(" \t"), words.size()));
    Rect const above = cut_top(rest, line_height).inset(canvas.px(0.6F), 0);
    canvas.text(above, font, theme.text_faint, where);
    draw_broken(canvas, rest.inset(canvas.px(0.6F), 0), line_height, font, quiet ? theme.text_faint : theme.text,
                words);
    return;
  }
  if (box.code_lines == 1) {
    std::string_view words = scene.source.line(trace, location.file, location.line);
    words.remove_prefix(std::min(words.find_first_not_of(" \t"), words.size()));
    rest = rest.inset(canvas.px(0.6F), 0);
    float const end = canvas.text(rest, font, theme.text_faint, where);
    rest.left = end + canvas.px(1);
    canvas.text(rest, font, quiet ? theme.text_faint : theme.text, words);
    return;
  }
  // The line and its neighbours, with the indentation that all of them share taken off.
  auto const around = static_cast<std::uint32_t>(box.code_lines / 2);
  std::uint32_t const first = location.line > around ? location.line - around : 1;
  std::size_t indent = 200;
  for (int i = 0; i < box.code_lines; ++i) {
    auto const words = scene.source.line(trace, location.file, first + static_cast<std::uint32_t>(i));
    if (auto const begin = words.find_first_not_of(' '); begin != std::string_view::npos)
      indent = std::min(indent, begin);
  }
  float const digits = measure(font, "0000").x;
  for (int i = 0; i < box.code_lines; ++i) {
    std::uint32_t const number = first + static_cast<std::uint32_t>(i);
    Rect line = cut_top(rest, line_height);
    bool const here = number == location.line;
    if (here) canvas.fill(line, mix(theme.code_line, theme.state(actor.state), quiet ? 0.05F : 0.22F), canvas.px(0.4F));
    line = line.inset(canvas.px(0.6F), 0);
    auto words = scene.source.line(trace, location.file, number);
    if (words.empty() && !here) continue;
    Rect margin = cut_left(line, digits);
    canvas.text(margin, font, here ? theme.text : theme.text_faint, std::to_string(number), Align::right);
    cut_left(line, canvas.px(0.9F));
    words.remove_prefix(std::min(indent, words.size()));
    canvas.text(line, font, here && !quiet ? theme.text : theme.text_soft, words);
  }
}

/// In full where there is room, else in short; and where in the source, if the code below does not say it.
void draw_doing(Scene const& scene, CardBox const& box, ActorWorld const& actor) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  bool const blocked = actor.state == ActorState::blocked;
  std::string words = doing(scene, box.actor);
  Rect line = box.state;
  if (blocked && measure(theme.fonts.text, words).x > line.width())
    words = "waits for " + std::string{short_words(scene, actor)};
  float const end = canvas.text(line, theme.fonts.text,
                                blocked ? mix(theme.state(actor.state), theme.text, 0.25F) : theme.text_soft, words);
  if (box.code_lines == 1 || actor.location == 0) return;
  Font const font{theme.fonts.code.face, theme.fonts.small.size};
  std::string const where = place(scene.context.trace, actor.location);
  line.left = end + canvas.px(2);
  if (measure(font, where).x <= line.width()) canvas.text(line, font, theme.text_faint, where, Align::right);
}

void draw_caption(Scene const& scene, Rect tray, std::string_view words, Align align = Align::left) {
  Theme const& theme = scene.theme();
  Rect above = tray;
  above.bottom = tray.top;
  above.top = tray.top - scene.canvas.px(1.9F);
  Font const font{theme.fonts.small.face, theme.fonts.small.size * 0.94F};
  if (measure(font, words).x <= above.width()) scene.canvas.text(above, font, theme.text_faint, words, align);
}

void draw_trays(Scene const& scene, CardBox const& box, ActorWorld const& actor) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  float const round = canvas.px(0.5F);
  if (!box.hand.empty() && !box.row) {
    canvas.fill(box.hand, with_alpha(theme.inset, 0.85F), round);
    canvas.outline(box.hand, theme.line, round);
    if (box.captions) {
      std::size_t const tasks = actor.holding.size();
      std::string const not_done = count(tasks, "task") + " not done";
      draw_caption(scene, box.hand,
                   tasks > 0 ? Canvas::fitting(theme.fonts.small, box.hand.width(), {"in hand, " + not_done, "in hand"})
                             : "in hand");
    }
  }
  for (auto const& end : box.ends) {
    if (box.row || end.buffer.empty()) continue;
    canvas.fill(end.buffer, with_alpha(theme.inset, 0.85F), round);
    canvas.outline(end.buffer, theme.line_strong, round);
    if (!box.captions) continue;
    auto const* const queue = scene.context.world.queue(end.queue);
    std::string words = "buffer";
    if (queue && scene.cast.queues().size() > 1) words += " of " + queue->name;
    if (queue) {
      auto const local = queue->ends.find(box.actor);
      if (local != queue->ends.end()) {
        if (!local->second.buffer.empty()) words += ": " + number(local->second.buffer.size());
        if (local->second.closed) words += ", closed";
      }
    }
    draw_caption(scene, end.buffer, Canvas::fitting(theme.fonts.small, end.buffer.width(), {words, "buffer"}));
  }
}

void draw_feeder(Scene const& scene, CardBox const& box, EndBox const& end) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  auto const* const queue = scene.context.world.queue(end.queue);
  ActorIndex const feeder = feeder_of(queue, box.actor);
  ActorWorld const& actor = scene.actor(feeder);
  bool const resting = idle(actor);
  ImU32 const colour = resting ? theme.text_faint : theme.state(actor.state);
  float const mark = std::min(canvas.px(0.8F), end.feeder.height() * 0.28F);
  if (box.row) {
    if (feeder != nobody)
      draw_state_mark(canvas.list(), theme, canvas.at(end.feeder.centre()), mark,
                      resting ? ActorState::unborn : actor.state);
    return;
  }
  float const round = end.feeder.height() / 2;
  if (feeder == nobody) {
    canvas.outline(end.feeder, theme.line, round);
    canvas.text(end.feeder, theme.fonts.small, theme.text_faint,
                Canvas::fitting(theme.fonts.small, end.feeder.width(), {"no feeder", "none"}), Align::centre);
    return;
  }
  bool const loud = (actor.state == ActorState::blocked && !resting) || actor.state == ActorState::killed;
  canvas.fill(end.feeder, loud ? mix(theme.card_hover, colour, 0.3F) : theme.card_hover, round);
  canvas.outline(end.feeder, scene.selected(feeder) ? theme.selection : colour, round,
                 scene.selected(feeder) ? 2.5F
                 : loud                 ? 2.F
                                        : 1.25F);
  auto const& items = scene.context.world.items;
  auto const item = items.find(actor.item);
  bool const feeding = item != items.end() && item->second.place == ItemPlace::feeding;
  Rect inside = end.feeder.inset(canvas.px(0.9F), 0);
  bool const worded = measure(theme.fonts.small, "feeder").x <= inside.width() - 2 * mark - canvas.px(0.5F);
  Rect icon = worded || feeding ? cut_left(inside, 2 * mark) : inside;
  if (resting)
    canvas.list()->AddCircle(canvas.at(icon.centre()), mark * 0.6F, colour, 12, 1.5F);
  else
    draw_state_mark(canvas.list(), theme, canvas.at(icon.centre()), mark * 0.85F, actor.state);
  cut_left(inside, canvas.px(0.5F));
  if (worded && !feeding) canvas.text(inside, theme.fonts.small, loud ? theme.text : theme.text_soft, "feeder");
  if (!box.captions) return;
  std::string const words = resting                              ? "idle"
                            : actor.state == ActorState::blocked ? std::string{short_words(scene, actor)}
                                                                 : word(actor.state);
  draw_caption(scene, end.feeder, words, Align::centre);
}

void draw_row(Scene const& scene, CardBox const& box, ActorWorld const& actor) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  Rect title = box.title, state = box.state;
  float const mark = std::min(canvas.px(0.75F), title.height() * 0.3F);
  Rect const icon = cut_left(title, 2.6F * mark);
  draw_state_mark(canvas.list(), theme, canvas.at(icon.centre()), mark, actor.state);
  cut_left(title, canvas.px(0.5F));
  title.right = state.right;
  float const end = canvas.text(title, theme.fonts.small, actor.alive() ? theme.text : theme.text_soft,
                                Canvas::fitting_name(theme.fonts.small, title.width(), scene.cast.name(box.actor)));
  state.left = end + canvas.px(1.25F);
  bool const blocked = actor.state == ActorState::blocked;
  bool const plain = actor.state == ActorState::running && actor.call == Kind::text;
  if (blocked)
    canvas.text(state, theme.fonts.small, theme.text, short_words(scene, actor));
  else if (!plain)
    canvas.text(state, theme.fonts.small, theme.text_faint, doing(scene, box.actor));
}

}  // namespace

void draw_card(Scene const& scene, CardBox const& box) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  ActorWorld const& actor = scene.actor(box.actor);
  draw_frame(scene, box, actor.state);
  canvas.list()->PushClipRect(canvas.at({box.rect.left, box.rect.top}), canvas.at({box.rect.right, box.rect.bottom}),
                              true);
  if (box.row) {
    draw_row(scene, box, actor);
  } else {
    bool const faint = !actor.alive();
    Rect title = box.title;
    std::string const& name = scene.cast.name(box.actor);
    draw_pill(scene, title, actor.state, measure(theme.fonts.strong, name).x);
    float const end = canvas.text(title, theme.fonts.strong, faint ? theme.text_soft : theme.text,
                                  Canvas::fitting_name(theme.fonts.strong, title.width(), name));
    title.left = end + canvas.px(1);
    auto const& facts = scene.context.trace.actors;
    if (box.actor < facts.size() && facts[box.actor].pid != 0 && actor.state != ActorState::unborn)
      canvas.text(title, theme.fonts.small, theme.text_faint,
                  "pid " + std::to_string(facts[box.actor].pid) + (actor.daemon ? " \u00b7 daemon" : ""));
    draw_doing(scene, box, actor);
    draw_source(scene, box, actor);
    draw_trays(scene, box, actor);
  }
  canvas.list()->PopClipRect();
  if (scene.selected(box.actor))
    canvas.outline(box.rect.inset(-1), theme.selection, std::min(theme.rounding, box.rect.height() * 0.25F), 2.5F);
}

void draw_feeders(Scene const& scene, CardBox const& box) {
  for (auto const& end : box.ends)
    if (!end.feeder.empty()) draw_feeder(scene, box, end);
}

}  // namespace qs::gui
