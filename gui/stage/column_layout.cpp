#include "gui/stage/column_layout.hpp"

#include "sim/base/names.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace qs::gui::column_layout {

std::size_t trays_of(StageActor const& player) {
  return std::max(player.puts.size(), player.gets.empty() ? std::size_t{0} : std::size_t{1});
}

float height_of(StageActor const& player, Detail detail) {
  if (detail.row) return row_height;
  float height = pad + title_line + text_line;
  if (detail.code_lines > 0) height += static_cast<float>(detail.code_lines) * code_line + 0.9F;
  height += static_cast<float>(trays_of(player)) * (tray + (detail.captions ? caption_line : 0.6F));
  return (height + pad) * detail.density;
}

float crowd_wish(Entry const& entry, float width) {
  float const across = std::max(1.F, std::floor((width - 2.4F * pad) / dot_most));
  float const rows = std::ceil(static_cast<float>(entry.family.size()) / across);
  return std::max(crowd_least, 1.6F * pad + title_line + crowd_summary + 0.5F + rows * dot_most);
}

float needed(std::vector<Entry> const& entries, Detail detail) {
  float height = 0;
  for (auto const& entry : entries) {
    height += is_crowd(entry) ? crowd_least : height_of(*entry.player, detail);
    height += detail.row ? row_gap : gap;
  }
  return height;
}

std::optional<Detail> best_detail(std::vector<Entry> const& entries, float height) {
  for (Detail const detail : details)
    if (needed(entries, detail) <= height) return detail;
  return std::nullopt;
}

bool fold_largest(std::vector<Entry>& entries, StageActors const& cast) {
  std::map<std::string, std::size_t> sizes;
  for (auto const& entry : entries)
    if (!is_crowd(entry)) ++sizes[name_stem(cast.name(entry.player->actor))];
  auto const largest =
      std::max_element(sizes.begin(), sizes.end(), [](auto const& a, auto const& b) { return a.second < b.second; });
  if (largest == sizes.end() || largest->second < 4) return false;
  Entry crowd;
  std::vector<Entry> rest;
  std::size_t at = 0;
  for (auto& entry : entries) {
    if (!is_crowd(entry) && name_stem(cast.name(entry.player->actor)) == largest->first) {
      if (crowd.family.empty()) at = rest.size();
      crowd.family.push_back(entry.player);
    } else {
      rest.push_back(std::move(entry));
    }
  }
  rest.insert(rest.begin() + static_cast<std::ptrdiff_t>(at), std::move(crowd));
  entries = std::move(rest);
  return true;
}

void fold_all(std::vector<Entry>& entries) {
  Entry crowd;
  for (auto const& entry : entries) {
    if (!is_crowd(entry)) crowd.family.push_back(entry.player);
    crowd.family.insert(crowd.family.end(), entry.family.begin(), entry.family.end());
  }
  entries.clear();
  entries.push_back(std::move(crowd));
}

void bring_forward(std::vector<Entry>& entries, ActorIndex selected) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (StageActor const* const member : entries[i].family) {
      if (member->actor != selected) continue;
      Entry own;
      own.player = member;
      entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(i), std::move(own));
      return;
    }
  }
}

}  // namespace qs::gui::column_layout
