// What the marks mean, in one line or two. Entries that find no room are left out, the least needed first.
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "gui/draw/glyphs.hpp"
#include "gui/stage/scene.hpp"

namespace qs::gui {
namespace {

class Legend {
 public:
  explicit Legend(Scene const& scene) : canvas_(scene.canvas), theme_(scene.theme()), next_(scene.layout.legend) {
    bool const two_lines = next_.height() > 4 * scene.layout.unit;
    rest_ = cut_top(next_, next_.height() / (two_lines ? 2 : 1));
  }

  template <class Mark>
  void entry(std::string_view words, float mark_width, Mark const& mark) {
    float const wide = mark_width + canvas_.px(0.75F) + measure(theme_.fonts.small, words).x;
    if (wide > rest_.width()) rest_ = std::exchange(next_, Rect{});
    if (wide > rest_.width() || rest_.empty()) return;
    mark(cut_left(rest_, mark_width));
    cut_left(rest_, canvas_.px(0.75F));
    canvas_.text(cut_left(rest_, wide - mark_width - canvas_.px(0.75F) + 1), theme_.fonts.small, theme_.text_soft,
                 words);
    cut_left(rest_, canvas_.px(2.25F));
  }

 private:
  Canvas const& canvas_;
  Theme const& theme_;
  Rect next_, rest_;
};

}  // namespace

void draw_legend(Scene const& scene) {
  if (scene.layout.legend.empty()) return;
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  Legend legend{scene};
  float const mark = theme.fonts.small.size * 0.36F;
  using enum ActorState;
  for (ActorState const state : {running, sleeping, blocked, exiting, ended, killed, unborn})
    legend.entry(word(state), 2 * mark,
                 [&](Rect at) { draw_state_mark(canvas.list(), theme, canvas.at(at.centre()), mark, state); });
  legend.entry("item, in its producer's colour", canvas.px(2.4F), [&](Rect at) {
    canvas.item(at.inset(0, (at.height() - canvas.px(1.8F)) / 2), ItemId{0, 1}, false, "");
  });
  legend.entry("sentinel", canvas.px(2.8F), [&](Rect at) {
    canvas.item(at.inset(0, (at.height() - canvas.px(1.8F)) / 2), ItemId{0, 1}, true, "");
  });
  legend.entry("waits for", canvas.px(4), [&](Rect at) {
    canvas.arrow({{at.left, at.centre().y}, {1, 0}}, {{at.right, at.centre().y}, {-1, 0}}, theme.state(blocked),
                 canvas.px(0.22F), Canvas::Stroke::dashed);
  });
  legend.entry("holds the lock", canvas.px(4), [&](Rect at) {
    canvas.link({{at.left, at.centre().y}, {1, 0}}, {{at.right, at.centre().y}, {-1, 0}}, theme.read_lock,
                canvas.px(0.25F));
  });
  auto const& queues = scene.cast.queues();
  if (std::none_of(queues.begin(), queues.end(), [](StageQueue const& queue) { return queue.hardened(); })) return;
  legend.entry("repaired after a death", canvas.px(2.6F), [&](Rect at) {
    Rect const collar = at.inset(canvas.px(0.3F), (at.height() - canvas.px(2.2F)) / 2);
    canvas.outline(collar, theme.success, canvas.px(0.5F), 2.F);
    draw_lock_mark(canvas.list(), canvas.at(collar.centre()), canvas.px(0.7F), theme.text_soft, false);
  });
}

}  // namespace qs::gui
