#include "gui/stage/stage_view.hpp"

#include <cmath>

#include "gui/stage/choice_buttons.hpp"
#include "gui/stage/hits.hpp"
#include "gui/stage/scene.hpp"
#include "gui/state/enabled_choices.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

void draw_nothing(Canvas const& canvas, Vec2 size) {
  Theme const& theme = canvas.theme();
  Rect area{0, 0, size.x, size.y};
  Vec2 const middle = area.centre();
  Rect const tube = Rect{-16, -3, 16, 3};
  Rect const ghost{middle.x + tube.left * theme.unit, middle.y - 6 * theme.unit, middle.x + tube.right * theme.unit,
                   middle.y};
  canvas.dashed_outline(ghost, theme.line_strong);
  Rect line{0, ghost.bottom + canvas.px(1.5F), size.x, ghost.bottom + canvas.px(4.5F)};
  canvas.text(line, theme.fonts.strong, theme.text_soft, "Nothing has happened yet", Align::centre);
  line = line.moved({0, canvas.px(2.75F)});
  canvas.text(line, theme.fonts.small, theme.text_faint, "Run a scenario, or open a trace.", Align::centre);
}

/// Details of what the pointer is on, in the place of the legend: a tooltip would cover its neighbours.
void draw_details(Scene const& scene, std::string words) {
  while (!words.empty() && words.back() == '\n') words.pop_back();
  if (words.empty()) return;
  if (scene.layout.legend.empty()) {  // no room but over the stage
    ImGui::BeginTooltip();
    ImGui::TextUnformatted(words.c_str());
    ImGui::EndTooltip();
    return;
  }
  for (std::size_t at = words.find('\n'); at != std::string::npos; at = words.find('\n', at))
    words.replace(at, 1, "  \u00b7  ");
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  Font const font = theme.fonts.small;
  float const width = scene.layout.area.width() - canvas.px(4);
  float const tall = font.face->CalcTextSizeA(font.size, 1e9F, width, words.c_str()).y + canvas.px(1.2F);
  Rect box = scene.layout.area;
  box.top = std::max(box.top, box.bottom - std::max(tall, scene.layout.legend.height()));
  canvas.fill(box, theme.card);
  canvas.list()->AddLine(canvas.at({box.left, box.top}), canvas.at({box.right, box.top}), theme.line_strong);
  ImVec2 const at = canvas.at({box.left + canvas.px(2), box.top + (box.height() - tall) / 2 + canvas.px(0.6F)});
  canvas.list()->AddText(font.face, font.size, at, theme.text, words.c_str(), nullptr, width);
}

/// A frame around each process and queue that the lesson speaks about.
void draw_pointers(Scene const& scene) {
  if (!scene.context.pointed) return;
  Canvas const& canvas = scene.canvas;
  Theme const& theme = canvas.theme();
  float const air = canvas.px(0.5F);
  auto const frame = [&](Rect rect) {
    canvas.outline(rect.inset(-air), theme.accent, theme.rounding + air, canvas.px(0.3F));
  };
  for (std::string const& name : *scene.context.pointed) {
    for (std::size_t actor = 0; actor < scene.context.trace.actors.size(); ++actor) {
      Rect const place = scene.layout.place(static_cast<ActorIndex>(actor));
      if (scene.context.trace.actors[actor].name == name && !place.empty()) frame(place);
    }
    for (auto const& queue : scene.layout.queues)
      if (scene.context.trace.queue_name(queue.queue) == name) frame(queue.band);
  }
}

/// The process that must have a card of its own: the selected one, also if its feeder is selected.
ActorIndex forward(Context const& context) {
  if (context.selection.what != Selection::What::actor || context.selection.actor >= context.trace.actors.size())
    return nobody;
  auto const& facts = context.trace.actors[context.selection.actor];
  return facts.kind == ActorKind::feeder ? facts.process : context.selection.actor;
}

}  // namespace

void StageView::arrange(Context const& context, Vec2 size) {
  ActorIndex const now = forward(context);
  bool const same = size == size_ && std::abs(unit_ - context.theme.unit) < 1e-3F && now == forward_;
  if (!cast_.update(context.trace) && same) return;
  size_ = size;
  unit_ = context.theme.unit;
  forward_ = now;
  layout_ = layout_stage(cast_, size, unit_, forward_);
}

/// The right button on a process, while its run is held.
void StageView::kill_menu(Context const& context, bool hovered, Selection const& under, UiTestLog& report) {
  bool const open = context.moves && context.moves->open();
  bool const on_actor = under.what == Selection::What::actor && under.actor < context.trace.actors.size();
  if (open && hovered && on_actor && ImGui::IsMouseClicked(ImGuiMouseButton_Right)) {
    menu_of_ = context.trace.actors[under.actor].process;
    ImGui::OpenPopup("actor menu");
  }
  if (!ImGui::BeginPopup("actor menu")) return;
  std::string const& name = context.trace.name(menu_of_);
  ActorStatus const* status = open ? context.moves->status_of(menu_of_) : nullptr;
  bool const alive = status && status->where != ActorStatus::Where::gone && status->where != ActorStatus::Where::unborn;
  if (ImGui::MenuItem(("Kill " + name + " now").c_str(), nullptr, false, alive))
    context.requests.choose = Choice{Choice::What::kill, menu_of_};
  report.last_widget("menu:kill");
  if (ImGui::MenuItem(("Select " + name).c_str()))
    context.requests.select = Selection{.what = Selection::What::actor, .actor = menu_of_, .item = {}};
  ImGui::EndPopup();
}

void StageView::draw(Context const& context, ImVec2 size, UiTestLog& report) {
  ImVec2 const origin = ImGui::GetCursorScreenPos();
  if (size.x < 8 || size.y < 8) return;
  ImGui::InvisibleButton("stage", size);
  bool const hovered = ImGui::IsItemHovered(), clicked = ImGui::IsItemClicked();
  ImDrawList* const list = ImGui::GetWindowDrawList();
  Canvas const canvas{list, context.theme, origin};
  arrange(context, {size.x, size.y});
  list->PushClipRect(origin, {origin.x + size.x, origin.y + size.y}, true);
  if (cast_.players().empty()) {
    draw_nothing(canvas, size_);
    list->PopClipRect();
    return;
  }

  Scene const scene{context, canvas, cast_, layout_, source_};
  draw_links(scene);
  for (auto const& box : layout_.queues) draw_queue(scene, box);
  for (auto const& box : layout_.cards) draw_card(scene, box);
  for (auto const& box : layout_.cards) draw_feeders(scene, box);
  for (auto const& box : layout_.crowds) draw_crowd(scene, box);
  draw_legend(scene);

  TextMeasure const text_width = [&](std::string_view words) { return measure(context.theme.fonts.small, words).x; };
  ItemStage::Label const label = [&](ItemId item) { return folded_label(context.trace, item); };
  ItemStage const items{layout_, text_width, label};
  ItemPlaces const now = items.place(context.world);
  for (auto const& fold : now.folds) canvas.fold(fold.rect, fold.count);
  bool const moving = context.motion < 1;
  ItemPlaces const from = moving ? items.place(context.before) : now;
  World const& before = moving ? context.before : context.world;
  draw_items(scene, items.between(before, from, context.world, now, moving ? static_cast<float>(context.motion) : 1));
  if (moving) context.requests.animate = true;

  draw_pointers(scene);

  ImVec2 const mouse = ImGui::GetMousePos();
  Vec2 const point{mouse.x - origin.x, mouse.y - origin.y};
  auto const buttons = move_buttons(scene);
  ActorIndex pressed = nobody;
  for (auto const& button : buttons) {
    if (hovered && button.rect.contains(point)) pressed = button.actor;
    if (context.moves->open())
      report.widget("go:" + context.trace.name(button.actor), button.rect.moved({origin.x, origin.y}));
  }
  draw_moves(scene, buttons, pressed);
  Selection const under = hovered ? hit(scene, now, point) : Selection{};
  kill_menu(context, hovered, under, report);

  if (pressed != nobody) {
    draw_details(scene, move_words(scene, pressed));
    if (clicked && context.moves->open()) context.requests.choose = Choice{Choice::What::go, pressed};
  } else if (hovered) {
    draw_details(scene, details_of(scene, under));
    if (clicked) context.requests.select = under;
  }
  list->PopClipRect();
}

}  // namespace qs::gui
