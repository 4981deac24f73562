#include "gui/panes/inspect/inspector.hpp"

#include <fmt/format.h>

#include "gui/draw/widgets.hpp"
#include "gui/panes/inspect/inspector_parts.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

void select(Context const& context, Selection selection) { context.requests.select = selection; }

}  // namespace

std::string selection_words(Trace const& trace, World const& world, Selection const& selection) {
  switch (selection.what) {
    case Selection::What::actor: return trace.name(selection.actor);
    case Selection::What::queue:
      return selection.queue < world.queues.size() ? "queue " + world.queues[selection.queue].name : "queue";
    case Selection::What::item: return item_name(trace, selection.item);
    case Selection::What::nothing: break;
  }
  return {};
}

void draw_inspector(Context const& context, Stats const* stats, UiTestLog& report) {
  if (context.trace.events.empty()) {
    empty_state(context.theme, "Nothing to inspect yet",
                "Run a scenario or open a trace, then click a process, a queue or an item.");
    return;
  }
  Scroll const scroll("inspector", {0, 0});
  switch (context.selection.what) {
    case Selection::What::nothing: inspect_run(context, stats); break;
    case Selection::What::actor: inspect_actor(context, context.selection.actor, stats); break;
    case Selection::What::queue: inspect_queue(context, context.selection.queue, stats); break;
    case Selection::What::item: inspect_item(context, context.selection.item); break;
  }
  report.last_widget("inspector");
}

void fact_actor(Context const& context, std::string_view what, ActorIndex actor, std::string_view without) {
  if (actor >= context.trace.actors.size()) return fact(context.theme, what, without);
  ImGui::PushID(what.data());
  if (fact_link(context.theme, what, context.trace.name(actor))) {
    select(context, {.what = Selection::What::actor, .actor = actor, .item = {}});
  }
  ImGui::PopID();
}

void fact_queue(Context const& context, std::string_view what, QueueIndex queue) {
  if (queue >= context.world.queues.size()) return;
  ImGui::PushID(what.data());
  if (fact_link(context.theme, what, context.world.queues[queue].name)) {
    select(context, {.what = Selection::What::queue, .queue = queue, .item = {}});
  }
  ImGui::PopID();
}

void fact_item(Context const& context, std::string_view what, ItemId item) {
  if (!item) return;
  ImGui::PushID(what.data());
  if (fact_link(context.theme, what, item_name(context.trace, item))) {
    select(context, {.what = Selection::What::item, .item = item});
  }
  ImGui::PopID();
}

void fact_step(Context const& context, std::string_view what, Step step) {
  if (step >= context.trace.size()) return;
  ImGui::PushID(what.data());
  std::string const words = fmt::format("{}  (step {})", duration(context.trace.at(step).time), number(step));
  if (fact_link(context.theme, what, words)) context.requests.go_to = step;
  ImGui::PopID();
}

void section(Theme const& theme, std::string_view words) {
  ImGui::Dummy({1, 0.4F * theme.unit});
  heading(theme, words);
}

std::uint64_t since(Context const& context, Step step) {
  if (step >= context.trace.size()) return 0;
  std::uint64_t const then = context.trace.at(step).time;
  return context.world.time > then ? context.world.time - then : 0;
}

std::string waits_words(WaitStats const& wait) {
  std::string words = fmt::format("{}, {} in all, longest {}", count(wait.count, "time"), duration(wait.nanoseconds),
                                  duration(wait.longest));
  return wait.unfinished ? words + "; the last one still going on" : words;
}

}  // namespace qs::gui
