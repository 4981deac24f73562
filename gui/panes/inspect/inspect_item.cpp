#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "gui/draw/glyphs.hpp"
#include "gui/draw/widgets.hpp"
#include "gui/panes/inspect/inspector_parts.hpp"
#include "sim/model/items.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

constexpr std::array station_words{"put begins",    "in the buffer", "put returns",  "taken by the feeder",
                                   "serialised",    "first byte in", "last byte in", "first byte out",
                                   "last byte out", "get returns",   "task done",    "dropped"};
static_assert(station_words.size() == station_count);

/// One bar, cut into the stretches of the way in proportion to their time.
void way_bar(Context const& context, std::vector<ItemStay> const& stays, mp::Mechanism mechanism) {
  Theme const& theme = context.theme;
  std::uint64_t total = 0;
  for (ItemStay const& stay : stays) total += stay.nanoseconds;
  if (total == 0) return;
  ImVec2 const at = ImGui::GetCursorScreenPos();
  float const width = ImGui::GetContentRegionAvail().x;
  float const height = 1.5F * theme.unit;
  ImGui::Dummy({width, height});
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + width, at.y + height}, theme.inset, 3);
  float x = at.x;
  for (std::size_t i = 0; i < stays.size(); ++i) {
    float const part =
        width * static_cast<float>(static_cast<double>(stays[i].nanoseconds) / static_cast<double>(total));
    ImU32 const colour = theme.producers[static_cast<std::size_t>(stays[i].place) % theme.producers.size()];
    list->AddRectFilled({x, at.y}, {x + std::max(part - 1, 0.5F), at.y + height}, colour);
    if (ImGui::IsMouseHoveringRect({x, at.y}, {x + part, at.y + height}) && ImGui::IsWindowHovered()) {
      ImGui::SetTooltip("%s: %s", std::string(place_words(stays[i].place, mechanism)).c_str(),
                        duration(stays[i].nanoseconds).c_str());
    }
    x += part;
  }
}

void stay_row(Context const& context, ItemStay const& stay, mp::Mechanism mechanism) {
  Theme const& theme = context.theme;
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  ImVec2 const at = ImGui::GetCursorScreenPos();
  float const side = 0.9F * theme.unit;
  float const y = at.y + (theme.fonts.text.size - side) / 2;
  ImGui::GetWindowDrawList()->AddRectFilled(
      {at.x, y}, {at.x + side, y + side},
      theme.producers[static_cast<std::size_t>(stay.place) % theme.producers.size()], 2);
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + 1.5F * theme.unit);
  std::string const where(place_words(stay.place, mechanism));
  bool const owned = stay.actor < context.trace.actors.size();
  paragraph(owned ? where + ", " + context.trace.name(stay.actor) : where, theme.text);
  ImGui::TableNextColumn();
  std::string const words = duration(stay.nanoseconds) + (stay.to == no_step ? " and still there" : "");
  ImGui::PushID(static_cast<int>(stay.from));
  if (link(theme, words)) context.requests.go_to = stay.from;
  ImGui::PopID();
}

}  // namespace

void inspect_item(Context const& context, ItemId item) {
  Theme const& theme = context.theme;
  ItemJourney const* way = context.items.find(item);
  if (!way) return empty_state(theme, "Nothing is known about this item", "Its put was not recorded.");

  ImVec2 const at = ImGui::GetCursorScreenPos();
  float const radius = 0.75F * theme.unit;
  draw_item_mark(ImGui::GetWindowDrawList(), theme, {at.x + radius, at.y + theme.fonts.strong.size * 0.55F}, radius,
                 item, way->sentinel);
  ImGui::Dummy({2 * radius, theme.fonts.strong.size});
  ImGui::SameLine();
  heading(theme, item_label(context.trace, item));
  if (way->sentinel) paragraph("A sentinel: it tells a consumer that no more items will come.", theme.text_soft);

  auto const mechanism = context.trace.mechanism(way->queue);
  if (begin_facts("item", theme)) {
    fact(theme, "item", fmt::format("no. {} put by {}", number(item.sequence), context.trace.name(item.producer)));
    fact_queue(context, "queue", way->queue);
    fact_actor(context, "put by", way->putter);
    if (way->feeder != nobody) fact_actor(context, "written by", way->feeder);
    fact_actor(context, "got by", way->getter,
               way->at(ItemMilestone::dropped) != no_step ? "no one: it was dropped" : "no one yet");
    if (way->bytes > 0) fact(theme, "body", byte_count(way->bytes));
    auto const now = context.world.items.find(item);
    if (now != context.world.items.end()) fact(theme, "at this step", place_words(now->second.place, mechanism));
    ImGui::EndTable();
  }

  std::vector<ItemStay> const stays = context.items.stays(*way);
  if (!stays.empty()) {
    section(theme, "Where its time went");
    way_bar(context, stays, mechanism);
    if (begin_facts("stays", theme, 26)) {
      for (ItemStay const& stay : stays) stay_row(context, stay, mechanism);
      ImGui::EndTable();
    }
  }
  section(theme, "Its journey");
  if (!begin_facts("stations", theme)) return;
  for (std::size_t i = 0; i < station_count; ++i) {
    auto const station = static_cast<ItemMilestone>(i);
    bool const buffered = station == ItemMilestone::buffer_append || station == ItemMilestone::buffer_take;
    if (buffered && mechanism == mp::Mechanism::hardened) continue;  // it has no buffer and no feeder
    fact_step(context, station_words[i], way->steps[i]);
  }
  ImGui::EndTable();
}

}  // namespace qs::gui
