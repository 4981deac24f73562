#include <algorithm>

#include <fmt/format.h>

#include "gui/draw/glyphs.hpp"
#include "gui/draw/widgets.hpp"
#include "gui/panes/inspect/inspector_parts.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

void title(Context const& context, ActorIndex actor) {
  Theme const& theme = context.theme;
  ActorState const state = context.world.actors[actor].state;
  ImVec2 const at = ImGui::GetCursorScreenPos();
  float const radius = 0.55F * theme.unit;
  draw_state_mark(ImGui::GetWindowDrawList(), theme, {at.x + radius, at.y + theme.fonts.strong.size * 0.55F}, radius,
                  state);
  ImGui::Dummy({2 * radius, theme.fonts.strong.size});
  ImGui::SameLine();
  heading(theme, context.trace.name(actor));
  paragraph(state_line(context.trace, context.world, actor),
            state == ActorState::blocked ? theme.state(state) : theme.text_soft);
}

char const* kind_words(ActorKind kind) {
  switch (kind) {
    case ActorKind::process: return "process";
    case ActorKind::feeder: return "feeder thread";
    case ActorKind::thread: return "thread";
  }
  return "?";
}

void who_and_where(Context const& context, ActorIndex actor) {
  Theme const& theme = context.theme;
  ActorFacts const& facts = context.trace.actors[actor];
  ActorWorld const& world = context.world.actors[actor];
  fact(theme, "kind", world.daemon ? std::string("daemon ") + kind_words(facts.kind) : kind_words(facts.kind));
  if (facts.pid != 0) fact(theme, facts.kind == ActorKind::process ? "pid" : "thread id", std::to_string(facts.pid));
  if (facts.kind != ActorKind::process) fact_actor(context, "process", facts.process);
  fact_actor(context, "started by", facts.parent, "the runner");
  std::string const line = place(context.trace, world.location);
  if (!line.empty()) fact(theme, "line", line);
  if (world.state != ActorState::unborn && world.since != no_step) {
    fact(theme, std::string(word(world.state)) + " for", duration(since(context, world.since)));
  }
  if (!world.alive() && world.state != ActorState::unborn && facts.kind == ActorKind::process) {
    fact(theme, "exit", world.exit_code_known ? exit_words(world.exit_code) : "not known yet");
  }
}

void waiting(Context const& context, ActorIndex actor) {
  ActorWorld const& world = context.world.actors[actor];
  if (world.state != ActorState::blocked) return;
  fact(context.theme, "waits for",
       resource_words(context.trace, world.waits_for, world.waits_object, world.wait_timeout));
  fact(context.theme, "at most",
       world.wait_timeout < 0 ? "none" : duration(static_cast<std::uint64_t>(world.wait_timeout)));
  fact_actor(context, "held by", context.world.holder_of_wait(actor), "no one in particular");
}

void work(Context const& context, ActorIndex actor) {
  Theme const& theme = context.theme;
  ActorWorld const& world = context.world.actors[actor];
  fact(theme, "put", count(world.puts, "item"));
  fact(theme, "got", count(world.gets, "item"));
  if (world.tasks_done > 0) fact(theme, "tasks done", number(world.tasks_done));
  bool const blocked_now = world.state == ActorState::blocked;
  fact(theme, "blocked in total", duration(world.blocked_ns + (blocked_now ? since(context, world.since) : 0)));
  fact_item(context, "has taken", world.item);
  for (std::size_t i = 0; i < world.holding.size() && i < 8; ++i) {
    ImGui::PushID(static_cast<int>(i));
    fact_item(context, i == 0 ? "not finished" : " ", world.holding[i]);
    ImGui::PopID();
  }
  if (world.holding.size() > 8) fact(theme, " ", fmt::format("and {} more", world.holding.size() - 8));
}

void locks_and_buffers(Context const& context, ActorIndex actor) {
  Theme const& theme = context.theme;
  for (std::size_t i = 0; i < context.world.queues.size(); ++i) {
    QueueWorld const& queue = context.world.queues[i];
    for (Resource resource : {Resource::read_lock, Resource::write_lock, Resource::condition_lock}) {
      LockWorld const* lock = queue.lock(resource);
      if (lock && lock->holder == actor) {
        fact(theme, "holds", resource_words(context.trace, resource, static_cast<std::uint16_t>(i)));
      }
    }
    auto const end = queue.ends.find(actor);
    if (end == queue.ends.end() || queue.hardened()) continue;
    std::string words = count(end->second.buffer.size(), "item") + " buffered";
    if (end->second.closed) words += ", closed";
    if (end->second.join_cancelled) words += ", will not wait for its feeder";
    fact(theme, "end of " + queue.name, words);
    fact_actor(context, "its feeder", end->second.feeder, "not started");
  }
}

}  // namespace

void inspect_actor(Context const& context, ActorIndex actor, Stats const* stats) {
  Theme const& theme = context.theme;
  if (actor >= context.world.actors.size() || actor >= context.trace.actors.size()) {
    return empty_state(theme, context.trace.name(actor), "It does not exist yet at this step. Step forward, or play.");
  }
  title(context, actor);
  if (begin_facts("actor", theme)) {
    who_and_where(context, actor);
    waiting(context, actor);
    work(context, actor);
    locks_and_buffers(context, actor);
    ImGui::EndTable();
  }
  if (!stats || actor >= stats->actors.size()) return;
  ActorStats const& whole = stats->actors[actor];
  section(theme, "In the whole run");
  if (!begin_facts("whole", theme)) return;
  fact(theme, "events", number(whole.events));
  if (whole.lost > 0) fact(theme, "not recorded", count(whole.lost, "event"));
  fact(theme, "lifetime", duration(whole.lifetime));
  fact(theme, "blocked",
       whole.lifetime == 0
           ? duration(whole.blocked)
           : fmt::format("{}, {:.0f} % of its lifetime", duration(whole.blocked),
                         100.0 * static_cast<double>(whole.blocked) / static_cast<double>(whole.lifetime)));
  for (WaitStats const& wait : whole.waits) {
    bool const sleep = wait.resource == Resource::deadline;
    fact(theme, sleep ? "sleep" : resource_words(context.trace, wait.resource, wait.object), waits_words(wait));
  }
  ImGui::EndTable();
}

}  // namespace qs::gui
