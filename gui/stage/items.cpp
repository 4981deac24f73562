#include "gui/stage/items.hpp"

#include <algorithm>
#include <cmath>

namespace qs::gui {
namespace {

constexpr float chip_least = 3, chip_most = 11, chip_pad = 1.6F, fold_width = 5, between_chips = 0.5F;

Rect around(Vec2 centre, float width, float height) {
  return {centre.x - width / 2, centre.y - height / 2, centre.x + width / 2, centre.y + height / 2};
}

bool on_its_way(ItemPlace place) { return place != ItemPlace::done && place != ItemPlace::dropped; }

}  // namespace

ItemChip const* ItemPlaces::find(ItemId item) const {
  auto const found = index_.find(item.packed());
  return found == index_.end() ? nullptr : &chips[found->second];
}

void ItemPlaces::add(ItemChip chip) {
  if (index_.emplace(chip.item.packed(), chips.size()).second) chips.push_back(chip);
}

struct ItemStage::Waiting {
  std::size_t count = 0;
  std::function<ItemId(std::size_t)> item;
};

float ItemStage::chip_width(ItemId item) const {
  float const unit = layout_.unit;
  return std::clamp(measure_(label_(item)) + chip_pad * unit, chip_least * unit, chip_most * unit);
}

/// Lines items up from the head's side; the tail that finds no room is folded into a count.
void ItemStage::fill(ItemPlaces& places, Rect box, Waiting const& line, bool head_right) const {
  if (line.count == 0 || box.empty()) return;
  float const unit = layout_.unit;
  Rect rest = box.inset(std::min(0.4F * unit, box.width() * 0.1F), std::min(0.4F * unit, box.height() * 0.12F));
  float const height = std::min(rest.height(), 3.2F * unit);
  rest = around(rest.centre(), rest.width(), height);
  for (std::size_t i = 0; i < line.count; ++i) {
    ItemId const item = line.item(i);
    if (places.find(item)) continue;
    float const width = std::min(chip_width(item), rest.width());
    bool const last = i + 1 == line.count;
    float const reserve = last ? 0 : fold_width * unit;
    if (rest.width() < (last ? std::min(width, chip_least * unit) : width + reserve) || rest.empty()) {
      if (rest.width() >= fold_width * unit * 0.5F || i == 0) {
        float const wide = std::min(rest.width(), fold_width * unit);
        places.folds.push_back({head_right ? cut_right(rest, wide) : cut_left(rest, wide), line.count - i});
      }
      return;
    }
    places.add({item, head_right ? cut_right(rest, width) : cut_left(rest, width)});
    head_right ? cut_right(rest, between_chips * unit) : cut_left(rest, between_chips * unit);
  }
}

/// Messages stand in the tube as wide as their bytes, or as their label where that is wider; the youngest
/// fold. One that is still being written keeps its place at the inlet.
void ItemStage::fill_pipe(ItemPlaces& places, QueueBox const& box, QueueWorld const& queue) const {
  std::size_t count = queue.pipe.size();
  if (count == 0) return;
  float const unit = layout_.unit;
  bool const head_right = !box.leftward;
  Rect rest = box.tube.inset(0.6F * unit, 0);
  rest = around(rest.centre(), rest.width(), std::min(box.tube.height() * 0.55F, 4.6F * unit));
  auto const chip = [&](PipeMessage const& message, Rect rect) {
    auto const frame = static_cast<float>(std::max<std::uint64_t>(message.frame, 1));
    places.add({message.item, rect, std::min(1.F, static_cast<float>(message.written) / frame),
                std::min(1.F, static_cast<float>(message.read) / frame)});
  };
  auto const width_of = [&](PipeMessage const& message) {
    if (queue.capacity == 0) return chip_width(message.item);  // there is no scale
    auto const capacity = static_cast<float>(queue.capacity);
    auto const inside = static_cast<float>(message.written - std::min(message.written, message.read));
    float const to_scale = inside / capacity * rest.width();
    return std::max(chip_width(message.item), to_scale - between_chips * unit);
  };
  float const inner = rest.width();
  auto const& youngest = queue.pipe.back();
  if (count > 1 && youngest.written < youngest.frame) {
    float const width = std::min({chip_width(youngest.item), inner * 0.3F});
    chip(youngest, head_right ? cut_left(rest, width) : cut_right(rest, width));
    head_right ? cut_left(rest, between_chips * unit) : cut_right(rest, between_chips * unit);
    --count;
  }
  for (std::size_t i = 0; i < count; ++i) {
    auto const& message = queue.pipe[i];
    float const wish = width_of(message);
    bool const last = i + 1 == count;
    float const room = rest.width() - (last ? 0 : fold_width * unit);
    if (room < std::min(wish, chip_width(message.item)) && i > 0) {
      float const wide = std::min(rest.width(), fold_width * unit);
      places.folds.push_back({head_right ? cut_right(rest, wide) : cut_left(rest, wide), count - i});
      return;
    }
    float const width = std::clamp(wish, 0.F, std::max(room, 0.F));
    chip(message, head_right ? cut_right(rest, width) : cut_left(rest, width));
    head_right ? cut_right(rest, between_chips * unit) : cut_left(rest, between_chips * unit);
  }
}

void ItemStage::fill_card(ItemPlaces& places, CardBox const& box, World const& world) const {
  if (box.actor >= world.actors.size()) return;
  auto const& actor = world.actors[box.actor];
  bool const own =
      actor.item && std::find(actor.holding.begin(), actor.holding.end(), actor.item) == actor.holding.end();
  bool const exits_right = !box.exits_left;
  auto const in_hand = [&](ItemId item) {
    auto const found = world.items.find(item);
    return found != world.items.end() &&
           (found->second.place == ItemPlace::putting || found->second.place == ItemPlace::got);
  };
  // Tasks that were never finished pile up: they are counted, not copied.
  std::size_t const tasks = actor.holding.size();
  std::size_t const in_hands = tasks + (own && in_hand(actor.item) ? 1 : 0);
  auto const hand = [&](std::size_t i) { return i < tasks ? actor.holding[i] : actor.item; };
  // The hand of an actor that only gets is open towards the pipe, opposite to the exit of one that puts.
  bool const head_right = box.ends.empty() && box.side == Side::right ? false : exits_right;
  // A row has one place for all: what its feeder has goes first.
  std::vector<ItemId> row;
  if (!box.row) fill(places, box.hand, {in_hands, hand}, head_right);
  for (auto const& end : box.ends) {
    auto const* const queue = world.queue(end.queue);
    if (!queue) continue;
    auto const local = queue->ends.find(box.actor);
    if (local == queue->ends.end()) continue;
    ActorIndex const feeder = local->second.feeder;
    if (feeder < world.actors.size() && world.actors[feeder].item) {
      ItemId const item = world.actors[feeder].item;
      auto const found = world.items.find(item);
      float const unit = layout_.unit;
      bool const feeding = found != world.items.end() && found->second.place == ItemPlace::feeding;
      if (feeding && box.row) row.push_back(item);
      if (feeding && !box.row && !places.find(item)) {
        Rect spot = end.feeder.inset(0.9F * unit, 0.5F * unit);
        float const width = std::min(chip_width(item), spot.width() * 0.62F);
        places.add({item, exits_right ? cut_right(spot, width) : cut_left(spot, width)});
      }
    }
    auto const& buffer = local->second.buffer;
    if (box.row)
      row.insert(row.end(), buffer.begin(), buffer.end());
    else
      fill(places, end.buffer, {buffer.size(), [&](std::size_t i) { return buffer[i]; }}, exits_right);
  }
  if (!box.row) return;
  for (std::size_t i = 0; i < in_hands; ++i) row.push_back(hand(i));
  fill(places, box.hand, {row.size(), [&](std::size_t i) { return row[i]; }}, head_right);
}

ItemPlaces ItemStage::place(World const& world) const {
  ItemPlaces places;
  for (auto const& box : layout_.queues)
    if (auto const* const queue = world.queue(box.queue)) fill_pipe(places, box, *queue);
  for (auto const& box : layout_.cards) fill_card(places, box, world);
  return places;
}

Rect ItemStage::anchor(World const& world, ItemId item) const {
  auto const found = world.items.find(item);
  if (found == world.items.end()) return {};
  auto const& it = found->second;
  auto const small = [&](Rect at) {
    float const side = std::min({3 * layout_.unit, std::max(at.width(), 1.F), std::max(at.height(), 1.F)});
    return around(at.centre(), side, side);
  };
  if (it.place == ItemPlace::piped) {
    auto const* const box = layout_.queue(it.queue);
    return box ? small(box->inlet.collar) : Rect{};
  }
  for (auto const& box : layout_.cards) {
    for (auto const& end : box.ends) {
      auto const* const queue = world.queue(end.queue);
      if (!queue || end.queue != it.queue) continue;
      auto const local = queue->ends.find(box.actor);
      if (local == queue->ends.end()) continue;
      bool const feeding = it.actor == local->second.feeder && it.actor != nobody;
      if (feeding && !end.feeder.empty()) return small(end.feeder);
      if (feeding || (it.place == ItemPlace::buffered && it.actor == box.actor)) return small(end.buffer);
    }
    if (box.actor == it.actor) return small(box.hand.empty() ? box.rect : box.hand);
  }
  Rect const dot = layout_.place(it.actor);
  return dot.empty() ? Rect{} : small(dot);
}

std::vector<MovingItem> ItemStage::between(World const& before, ItemPlaces const& from, World const& after,
                                           ItemPlaces const& to, float part) const {
  float const p = eased(part);
  std::vector<MovingItem> moving;
  moving.reserve(to.chips.size() + 4);
  for (auto const& chip : to.chips) {
    if (auto const* const old = from.find(chip.item)) {
      moving.push_back({chip.item, blend(old->rect, chip.rect, p), old->written + (chip.written - old->written) * p,
                        old->read + (chip.read - old->read) * p, 1, false});
      continue;
    }
    // It had no chip: it was folded or in a crowd, or it is new.
    Rect start = anchor(before, chip.item);
    if (start.empty()) start = around(chip.rect.centre(), chip.rect.width() * 0.3F, chip.rect.height() * 0.3F);
    moving.push_back({chip.item, blend(start, chip.rect, p), chip.written, chip.read, p, false});
  }
  if (p >= 1) return moving;
  for (auto const& chip : from.chips) {
    if (to.find(chip.item)) continue;
    auto const now = after.items.find(chip.item);
    bool const alive = now != after.items.end() && on_its_way(now->second.place);
    Rect const end = alive ? anchor(after, chip.item) : Rect{};
    if (alive && !end.empty()) {
      moving.push_back({chip.item, blend(chip.rect, end, p), chip.written, chip.read, 1 - p * p, false});
      continue;
    }
    bool const dropped = now != after.items.end() && now->second.place == ItemPlace::dropped;
    Vec2 const away = dropped ? Vec2{0, 7 * layout_.unit * part * part} : Vec2{0, -1.5F * layout_.unit * p};
    moving.push_back({chip.item, chip.rect.moved(away), chip.written, chip.read, 1 - p, dropped});
  }
  // From place to place without ever having a chip of its own: the items of crowds.
  for (auto const& [item, now] : after.items) {
    if (moving.size() > 400 || after.items.size() > 2000) break;
    if (now.since != after.step || to.find(item) || from.find(item)) continue;
    Rect const start = anchor(before, item), end = anchor(after, item);
    if (!start.empty() && !end.empty() && !(start == end))
      moving.push_back({item, blend(start, end, p), 1, 0, 1 - 0.5F * p, false});
  }
  return moving;
}

}  // namespace qs::gui
