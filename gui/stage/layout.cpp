#include "gui/stage/layout.hpp"

#include <algorithm>
#include <cmath>

#include "gui/stage/column_layout.hpp"

namespace qs::gui {
namespace {

using namespace column_layout;

class Builder {
 public:
  Builder(StageActors const& cast, StageLayout& layout, ActorIndex selected)
      : cast_(cast), layout_(layout), unit_(layout.unit), selected_(selected) {}

  void column(Side side, Rect rect);
  void floor(Rect rect);

 private:
  float px(float units) const { return units * unit_; }
  std::vector<Entry> entries_of(Side side) const;
  void card(StageActor const& player, Rect rect, Detail detail);
  void trays(CardBox& box, StageActor const& player, Rect inside, Detail detail);
  void crowd(Entry const& entry, Side side, Rect rect);
  bool exits_left(StageActor const& player) const;

  StageActors const& cast_;
  StageLayout& layout_;
  float unit_;
  ActorIndex selected_;
};

std::vector<Entry> Builder::entries_of(Side side) const {
  std::vector<Entry> entries;
  for (auto const& player : cast_.players()) {
    if (player.side != side) continue;
    entries.emplace_back();
    entries.back().player = &player;
  }
  return entries;
}

bool Builder::exits_left(StageActor const& player) const {
  if (player.side == Side::left) return false;
  if (player.side == Side::right) return true;
  auto const& first = player.puts.empty() ? player.gets : player.puts;
  if (first.empty()) return false;
  for (auto const& queue : cast_.queues())
    if (queue.queue == first.front()) return !queue.leftward;
  return true;
}

void Builder::column(Side side, Rect rect) {
  std::vector<Entry> entries = entries_of(side);
  if (entries.empty()) return;
  float const height = rect.height() / unit_ + gap;
  auto detail = best_detail(entries, height);
  while (!detail && fold_largest(entries, cast_)) detail = best_detail(entries, height);
  if (!detail && entries.size() > 1) fold_all(entries);
  bring_forward(entries, selected_);
  detail = best_detail(entries, height);
  Detail const shown = detail.value_or(details.back());

  float const between = shown.row ? row_gap : gap;
  float total = needed(entries, shown) - between;
  float const squeeze = std::min(1.F, (height - gap) / std::max(total, 1.F));
  std::size_t const crowds = static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), is_crowd));
  float const spare = std::max(0.F, height - gap - total);
  float const share = crowds > 0 ? spare / static_cast<float>(crowds) : 0;
  auto const extra_of = [&](Entry const& entry) {
    return is_crowd(entry) ? std::min(share, crowd_wish(entry, rect.width() / unit_) - crowd_least) : 0.F;
  };
  float unused = spare;
  for (auto const& entry : entries) unused -= extra_of(entry);
  Rect rest = rect;
  rest.top += px(std::max(0.F, unused) * 0.5F);
  for (auto const& entry : entries) {
    float const own = is_crowd(entry) ? crowd_least + extra_of(entry) : height_of(*entry.player, shown);
    Rect const box = cut_top(rest, px(own * squeeze));
    cut_top(rest, px(between * squeeze));
    if (is_crowd(entry))
      crowd(entry, side, box);
    else
      card(*entry.player, box, shown);
  }
}

void Builder::floor(Rect rect) {
  std::vector<Entry> entries = entries_of(Side::bottom);
  if (entries.empty()) return;
  float const width = rect.width() / unit_ + gap;
  auto const fits = [&] { return static_cast<float>(entries.size()) * (card_least + gap) <= width; };
  while (!fits() && fold_largest(entries, cast_)) continue;
  if (!fits() && entries.size() > 1) fold_all(entries);
  bring_forward(entries, selected_);
  auto const n = static_cast<float>(entries.size());
  float const air = std::min(gap, width / n * 0.2F);
  bool const crowded = std::any_of(entries.begin(), entries.end(), is_crowd);
  float const own = std::min(width / n - air, crowded ? 2 * card_most : card_most);
  Rect rest = rect;
  rest.left += std::max(0.F, (rect.width() - px(n * own + (n - 1) * air)) / 2);
  for (auto const& entry : entries) {
    Rect const box = cut_left(rest, px(own));
    cut_left(rest, px(air));
    if (is_crowd(entry)) {
      crowd(entry, Side::bottom, box);
      continue;
    }
    Detail detail = details.back();
    for (Detail const candidate : details) {
      if (height_of(*entry.player, candidate) * unit_ > box.height() + 0.5F) continue;
      detail = candidate;
      break;
    }
    card(*entry.player, box, detail);
  }
}

void Builder::card(StageActor const& player, Rect rect, Detail detail) {
  CardBox box;
  box.actor = player.actor;
  box.side = player.side;
  box.exits_left = exits_left(player);
  box.rect = rect;
  box.row = detail.row;
  box.captions = detail.captions;
  box.code_lines = detail.code_lines;
  float const line = detail.density;
  Rect inside = rect.inset(px(pad), detail.row ? 0 : px(pad) * 0.8F * line);
  inside.left += px(0.75F);  // the bar of the state
  if (detail.row) {
    if (trays_of(player) > 0) {
      Rect const mark = player.puts.empty() ? Rect{} : cut_right(inside, px(2.4F));
      box.hand = cut_right(inside, std::min(px(9.5F), inside.width() * 0.32F)).inset(0, px(0.3F));
      for (QueueIndex const queue : player.puts) box.ends.push_back({queue, box.hand, mark});
    }
    box.title = cut_left(inside, inside.width() * 0.52F);
    box.state = inside;
  } else {
    box.title = cut_top(inside, px(title_line * line));
    box.state = cut_top(inside, px(text_line * line));
    if (detail.code_lines > 0) {
      cut_top(inside, px(0.45F));
      box.code = cut_top(inside, px(static_cast<float>(detail.code_lines) * code_line));
      cut_top(inside, px(0.45F));
    }
    trays(box, player, inside, detail);
  }
  layout_.cards.push_back(std::move(box));
}

/// One line for each queue it puts on, and its hand beside the first:  | hand | buffer | feeder |>
void Builder::trays(CardBox& box, StageActor const& player, Rect inside, Detail detail) {
  std::size_t const lines = trays_of(player);
  bool const to_left = box.exits_left;
  for (std::size_t line = 0; line < lines; ++line) {
    cut_top(inside, px((detail.captions ? caption_line : 0.6F) * detail.density));
    Rect strip = cut_top(inside, px(tray * detail.density));
    if (line == 0) {
      bool const only_hand = player.puts.empty();
      // The hand of an actor that only gets is open towards the pipe and takes the whole line.
      float const wide = std::min(px(9), strip.width() * 0.38F);
      box.hand = only_hand ? strip : to_left ? cut_right(strip, wide) : cut_left(strip, wide);
      if (only_hand) continue;
      to_left ? cut_right(strip, px(0.75F)) : cut_left(strip, px(0.75F));
    }
    EndBox end;
    end.queue = player.puts[line];
    auto const same = [&](StageQueue const& queue) { return queue.queue == end.queue; };
    auto const known = std::find_if(cast_.queues().begin(), cast_.queues().end(), same);
    if (known != cast_.queues().end() && !known->has_feeders()) continue;
    float const wide = std::min(px(12), strip.width() * 0.45F);
    end.feeder = to_left ? cut_left(strip, wide) : cut_right(strip, wide);
    to_left ? cut_left(strip, px(0.75F)) : cut_right(strip, px(0.75F));
    end.buffer = strip;
    box.ends.push_back(end);
  }
}

void Builder::crowd(Entry const& entry, Side side, Rect rect) {
  CrowdBox box;
  box.side = side;
  box.rect = rect;
  for (StageActor const* const member : entry.family) box.members.push_back(member->actor);
  Rect inside = rect.inset(px(pad) * 1.2F, px(pad) * 0.8F);
  box.title = cut_top(inside, std::min(px(title_line), inside.height() * 0.3F));
  if (inside.width() > 4 * inside.height()) {
    box.summary = cut_left(inside, inside.width() * 0.4F);
    cut_left(inside, px(0.5F));
  } else {
    box.summary = cut_top(inside, std::min(px(crowd_summary), inside.height() * 0.5F));
    cut_top(inside, std::min(px(0.5F), inside.height() * 0.1F));
  }
  box.dots = inside;
  auto const n = static_cast<float>(std::max<std::size_t>(box.members.size(), 1));
  float pitch = std::min({px(dot_most), box.dots.width(), box.dots.height()});
  auto const room = [&] { return std::floor(box.dots.width() / pitch) * std::floor(box.dots.height() / pitch); };
  while (pitch > 0.5F && room() < n) pitch *= 0.96F;
  box.pitch = pitch;
  box.columns = std::max(1, static_cast<int>(box.dots.width() / std::max(pitch, 0.1F)));
  layout_.crowds.push_back(std::move(box));
}

/// The height of the row at the bottom: what its tallest card would like, as far as the stage is tall enough.
float floor_height(StageActors const& cast, float stage_height, float unit) {
  std::size_t players = 0;
  float height = 0;
  for (Detail const detail : {details[4], details[5], details[6], details[7]}) {
    players = 0;
    height = 0;
    for (auto const& player : cast.players()) {
      if (player.side != Side::bottom) continue;
      ++players;
      height = std::max(height, height_of(player, detail));
    }
    if (height * unit <= stage_height * 0.24F) break;
  }
  if (players > 4) height = std::max(height, crowd_least);
  return std::min(height * unit, stage_height * 0.3F);
}

std::size_t players_at(StageActors const& cast, Side side) {
  auto const& players = cast.players();
  return static_cast<std::size_t>(
      std::count_if(players.begin(), players.end(), [&](StageActor const& player) { return player.side == side; }));
}

}  // namespace

Rect CrowdBox::dot(std::size_t member) const {
  auto const across = static_cast<std::size_t>(columns);
  std::size_t const row = member / across, column = member % across;
  float const x = dots.left + static_cast<float>(column) * pitch;
  float const y = dots.top + static_cast<float>(row) * pitch;
  return Rect{x, y, x + pitch, y + pitch}.inset(pitch * 0.12F);
}

CardBox const* StageLayout::card(ActorIndex actor) const {
  for (auto const& box : cards)
    if (box.actor == actor) return &box;
  return nullptr;
}

QueueBox const* StageLayout::queue(QueueIndex queue) const {
  for (auto const& box : queues)
    if (box.queue == queue) return &box;
  return nullptr;
}

Rect StageLayout::place(ActorIndex actor) const {
  if (auto const* const box = card(actor)) return box->rect;
  for (auto const& box : crowds)
    for (std::size_t i = 0; i < box.members.size(); ++i)
      if (box.members[i] == actor) return box.dot(i);
  return {};
}

StageLayout layout_stage(StageActors const& cast, Vec2 size, float unit, ActorIndex selected) {
  StageLayout layout;
  layout.area = {0, 0, size.x, size.y};
  layout.unit = unit;
  Builder builder{cast, layout, selected};

  Rect rest = layout.area;
  bool const two_lines = size.x < 150 * unit && size.y >= 50 * unit;
  if (size.y >= 36 * unit) layout.legend = cut_bottom(rest, (two_lines ? 5.5F : 3.5F) * unit).inset(margin * unit, 0);
  float const edge = std::min(margin * unit, size.y * 0.03F);
  rest = rest.inset(edge);
  bool const left = players_at(cast, Side::left) > 0, right = players_at(cast, Side::right) > 0;
  float const gutter = std::min(7 * unit, size.x * 0.05F);
  float const column = std::min(52 * unit, rest.width() * (cast.queues().empty() ? 0.46F : 0.29F));
  float const middle = rest.width() - (left ? column + gutter : 0) - (right ? column + gutter : 0);
  float const floor = floor_height(cast, rest.height(), unit);
  float const above_floor = std::min(2 * unit, size.y * 0.02F);
  // Few stand below the queues and leave the columns their height; many take the whole width.
  bool const floor_in_middle = static_cast<float>(players_at(cast, Side::bottom)) * card_least * unit <= middle;
  if (floor > 0 && !floor_in_middle) {
    builder.floor(cut_bottom(rest, floor));
    cut_bottom(rest, above_floor);
  }
  if (left) {
    Rect const rect = cut_left(rest, column);
    cut_left(rest, gutter);
    builder.column(Side::left, rect);
  }
  if (right) {
    Rect const rect = cut_right(rest, column);
    cut_right(rest, gutter);
    builder.column(Side::right, rect);
  }
  if (floor > 0 && floor_in_middle) {
    builder.floor(cut_bottom(rest, floor));
    cut_bottom(rest, above_floor);
  }
  auto const n = static_cast<float>(cast.queues().size());
  float const air = std::min(gap * unit, rest.height() * 0.02F);
  float const each = (rest.height() - air * (n - 1)) / std::max(n, 1.F);
  layout.road = rest.bottom - std::min(0.5F * unit, air);
  for (auto const& queue : cast.queues()) {
    layout.queues.push_back(lay_band(queue, cut_top(rest, each), unit));
    cut_top(rest, air);
  }
  return layout;
}

}  // namespace qs::gui
