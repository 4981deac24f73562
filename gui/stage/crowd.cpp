// Actors that are too many for cards: counts in words, and one dot each.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "gui/draw/glyphs.hpp"
#include "gui/stage/scene.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

struct Like {
  ActorState state = ActorState::unborn;
  Resource waits_for = Resource::nothing;
  mp::Mechanism mechanism = mp::Mechanism::cpython;  ///< of the queue it waits for
  friend auto operator<=>(Like const&, Like const&) = default;
};

/// The states of a crowd, the most frequent first.
std::vector<std::pair<Like, std::size_t>> census(Scene const& scene, CrowdBox const& box) {
  std::map<Like, std::size_t> counts;
  for (ActorIndex const member : box.members) {
    ActorWorld const& actor = scene.actor(member);
    bool const blocked = actor.state == ActorState::blocked;
    ++counts[{actor.state, blocked ? actor.waits_for : Resource::nothing,
              blocked ? scene.context.trace.mechanism(actor.waits_object) : mp::Mechanism::cpython}];
  }
  std::vector<std::pair<Like, std::size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](auto const& a, auto const& b) { return a.second > b.second; });
  return sorted;
}

std::string words(Like const& like, std::size_t many) {
  std::string text = number(many) + " ";
  text += word(like.state);
  if (like.state == ActorState::blocked) text += " on " + std::string{short_words(like.waits_for, like.mechanism)};
  return text;
}

void draw_census(Scene const& scene, CrowdBox const& box) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  Font const font = theme.fonts.small;
  auto const sorted = census(scene, box);
  float const line_height = font.size * 1.3F;
  auto const lines = static_cast<std::size_t>(std::max(1.F, box.summary.height() / line_height));
  Rect rest = box.summary;
  for (std::size_t i = 0; i < sorted.size() && i < lines; ++i) {
    auto const& [like, many] = sorted[i];
    Rect line = cut_top(rest, std::min(line_height, rest.height()));
    if (i + 1 == lines && sorted.size() > lines) {
      std::size_t others = 0;
      for (std::size_t k = i; k < sorted.size(); ++k) others += sorted[k].second;
      canvas.text(line, font, theme.text_soft, "and " + number(others) + " more");
      return;
    }
    float const mark = font.size * 0.32F;
    Rect const icon = cut_left(line, 2 * mark);
    draw_state_mark(canvas.list(), theme, canvas.at(icon.centre()), mark, like.state);
    cut_left(line, canvas.px(0.75F));
    canvas.text(line, font, like.state == ActorState::blocked ? theme.text : theme.text_soft, words(like, many));
  }
}

void draw_dot(Scene const& scene, Rect dot, ActorIndex member) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  ActorWorld const& actor = scene.actor(member);
  ImU32 const colour = theme.state(actor.state);
  float const side = dot.width();
  float const round = side * 0.25F;
  switch (actor.state) {
    case ActorState::unborn: canvas.outline(dot, with_alpha(colour, 0.6F), round); break;
    case ActorState::running: canvas.fill(dot, colour, round); break;
    case ActorState::sleeping: canvas.fill(dot, with_alpha(colour, 0.3F), round); break;
    case ActorState::blocked:
      canvas.fill(dot, with_alpha(colour, 0.42F), round);
      if (side > 7) {
        Rect bar = dot.inset(side * 0.3F, side * 0.24F);
        canvas.fill({bar.left, bar.top, bar.left + bar.width() * 0.36F, bar.bottom}, colour);
        canvas.fill({bar.right - bar.width() * 0.36F, bar.top, bar.right, bar.bottom}, colour);
      }
      break;
    case ActorState::exiting:
      canvas.outline(dot, colour, round);
      canvas.fill({dot.left, dot.top, dot.centre().x, dot.bottom}, colour, round);
      break;
    case ActorState::ended: canvas.fill(dot.inset(side * 0.22F), with_alpha(colour, 0.7F), side); break;
    case ActorState::killed:
      canvas.list()->AddLine(canvas.at({dot.left, dot.top}), canvas.at({dot.right, dot.bottom}), colour, 2);
      canvas.list()->AddLine(canvas.at({dot.left, dot.bottom}), canvas.at({dot.right, dot.top}), colour, 2);
      break;
  }
  // Something in its hands: the item's own colour in the middle.
  if (actor.item) {
    auto const found = scene.context.world.items.find(actor.item);
    bool const sentinel = found != scene.context.world.items.end() && found->second.sentinel;
    draw_item_mark(canvas.list(), theme, canvas.at(dot.centre()), side * 0.34F, actor.item, sentinel);
  }
  for (auto const& queue : scene.context.world.queues) {
    if (queue.read_lock.holder == member) canvas.outline(dot, theme.read_lock, round, 2.5F);
    if (queue.write_lock.holder == member) canvas.outline(dot, theme.write_lock, round, 2.5F);
  }
  if (scene.selected(member)) canvas.outline(dot.inset(-1), theme.selection, round, 2);
}

}  // namespace

void draw_crowd(Scene const& scene, CrowdBox const& box) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  float const round = theme.rounding;
  canvas.fill(box.rect.moved({canvas.px(0.4F), canvas.px(0.4F)}), with_alpha(theme.card, 0.5F), round);
  canvas.fill(box.rect, theme.card, round);
  canvas.outline(box.rect, theme.line_strong, round);
  auto const& first = scene.cast.name(box.members.front());
  auto const& last = scene.cast.name(box.members.back());
  Rect title = box.title;
  title = canvas.tag_right(title, theme.fonts.small, theme.card_hover, theme.text_soft, number(box.members.size()));
  canvas.text(title, theme.fonts.strong, theme.text, first + " \u2026 " + last);
  draw_census(scene, box);
  for (std::size_t i = 0; i < box.members.size(); ++i) draw_dot(scene, box.dot(i), box.members[i]);
}

}  // namespace qs::gui
