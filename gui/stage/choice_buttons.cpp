#include "gui/stage/choice_buttons.hpp"

#include <algorithm>
#include <string>

#include "gui/state/enabled_choices.hpp"
#include "sim/text/announced.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

bool small(Scene const& scene, Rect rect) { return rect.width() < scene.canvas.px(16); }

std::string words_on(Scene const& scene, ActorIndex actor, Font font, float width) {
  EnabledChoices const& moves = *scene.context.moves;
  Trace const& trace = scene.context.trace;
  if (ActorStatus const* status = moves.status_of(actor)) {
    std::string const words = next_operation(trace, status->next, Length::brief);
    return Canvas::fitting(font, width, {words, words.substr(0, words.find(' '))});
  }
  bool const made = moves.made == Choice{Choice::What::go, actor};
  return made ? Canvas::fitting(font, width, {"goes next", "goes"})
              : Canvas::fitting(font, width, {"could go", "could"});
}

void draw_button(Scene const& scene, MoveButton const& button, bool hovered) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  EnabledChoices const& moves = *scene.context.moves;
  bool const open = moves.open();
  bool const made = moves.made == Choice{Choice::What::go, button.actor};
  bool const proposed = moves.proposed == Choice{Choice::What::go, button.actor};
  Rect rect = button.rect;
  float const round = std::min(theme.rounding, rect.height() / 2);
  ImU32 fill = mix(theme.card, theme.accent, open ? 0.30F : made ? 0.24F : 0.06F);
  if (hovered && open) fill = mix(theme.card, theme.accent, 0.55F);
  canvas.fill(rect, fill, round);
  canvas.outline(rect, open || made ? theme.accent : theme.line_strong, round, proposed || made ? 2.F : 1.F);
  Font const font = theme.fonts.small;
  Rect inside = rect.inset(canvas.px(0.7F), 0);
  int const number = moves.number_of(button.actor);
  if (open && number <= 9) {
    std::string const digit = std::to_string(number);
    float const side = std::min(inside.height() - canvas.px(0.5F), font.size + canvas.px(0.4F));
    Rect badge = cut_left(inside, side);
    badge = badge.inset(0, (badge.height() - side) / 2);
    canvas.fill(badge, theme.accent, canvas.px(0.4F));
    canvas.text(badge, font, theme.on_accent, digit, Align::centre);
    cut_left(inside, canvas.px(0.7F));
  }
  ImU32 const ink = open || made ? theme.text : theme.text_soft;
  canvas.text(inside, font, ink, words_on(scene, button.actor, font, inside.width()));
}

}  // namespace

namespace {

/// In the line of captions over the feeder and its buffer, so that the item in the feeder's hand can be seen.
Rect over_feeder(Scene const& scene, CardBox const& box, EndBox const& end) {
  if (!box.captions) return end.feeder;
  float const left = std::min(end.feeder.left, end.buffer.left), right = std::max(end.feeder.right, end.buffer.right);
  return {left, end.feeder.top - scene.canvas.px(2), right, end.feeder.top - scene.canvas.px(0.15F)};
}

}  // namespace

std::vector<MoveButton> move_buttons(Scene const& scene) {
  std::vector<MoveButton> buttons;
  EnabledChoices const* moves = scene.context.moves;
  if (!moves) return buttons;
  for (auto const& box : scene.layout.cards) {
    if (moves->number_of(box.actor) > 0) {
      Rect rect = box.state;
      if (!box.row) rect = {rect.left - scene.canvas.px(0.3F), rect.top, rect.right, rect.bottom};
      buttons.push_back({rect, box.actor});
    }
    if (box.row) continue;
    for (auto const& end : box.ends) {
      ActorIndex const feeder = feeder_of(scene.context.world.queue(end.queue), box.actor);
      if (feeder != nobody && !end.feeder.empty() && moves->number_of(feeder) > 0)
        buttons.push_back({over_feeder(scene, box, end), feeder});
    }
  }
  return buttons;
}

void draw_moves(Scene const& scene, std::vector<MoveButton> const& buttons, ActorIndex hovered) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  for (MoveButton const& button : buttons) {
    // What stood there is not to shine through.
    ImU32 const under = small(scene, button.rect) ? theme.card_hover : theme.card;
    canvas.fill(button.rect.inset(-1), under, theme.rounding);
    draw_button(scene, button, button.actor == hovered);
  }
  EnabledChoices const* moves = scene.context.moves;
  if (!moves || !moves->open()) return;
  for (auto const& box : scene.layout.cards) {
    ActorStatus const* status = moves->status_of(box.actor);
    if (!status || status->where != ActorStatus::Where::computing) continue;
    canvas.fill(box.state, theme.card);
    canvas.text(box.state, box.row ? theme.fonts.small : theme.fonts.text, theme.text_soft, "computing\u2026");
  }
}

std::string move_words(Scene const& scene, ActorIndex actor) {
  EnabledChoices const& moves = *scene.context.moves;
  Trace const& trace = scene.context.trace;
  if (ActorStatus const* status = moves.status_of(actor)) {
    std::string words =
        trace.name(status->next.actor) + " will " + next_operation(trace, status->next, Length::whole) + "\n";
    if (int const number = moves.number_of(actor); number <= 9)
      words += "Click, or press " + std::to_string(number) + "\n";
    return words;
  }
  if (moves.made != Choice{Choice::What::go, actor}) return trace.name(actor) + " could have run here\n";
  Step const event = qs::gui::event_of(trace, moves.decision);
  return event == no_step ? trace.name(actor) + " ran here\n" : "Chosen here: " + sentence(trace, event) + "\n";
}

}  // namespace qs::gui
