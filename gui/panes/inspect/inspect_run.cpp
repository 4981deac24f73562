#include <fmt/format.h>

#include "gui/draw/widgets.hpp"
#include "gui/panes/inspect/inspector_parts.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {

void inspect_run(Context const& context, Stats const* stats) {
  Theme const& theme = context.theme;
  RunFacts const& run = context.trace.run;
  heading(theme, run.title.empty() ? "The run" : run.title);
  paragraph("Click a process, a queue or an item to see its numbers.", theme.text_faint);
  if (begin_facts("run", theme)) {
    std::string parameters;
    for (auto const& [name, value] : run.parameters) parameters += name + " = " + value + "\n";
    if (!parameters.empty()) fact(theme, "parameters", parameters.erase(parameters.size() - 1));
    fact(theme, "ended",
         context.live                    ? "still running"
         : run.ending == RunEnding::none ? "unknown"
                                         : std::string(name(run.ending)));
    if (!context.live && run.ending != RunEnding::none) fact(theme, "exit", exit_words(run.exit_code));
    fact(theme, "lasted", duration(context.trace.events.back().time));
    fact(theme, "events", number(context.trace.size()));
    if (context.trace.lost > 0) fact(theme, "not recorded", count(context.trace.lost, "event"));
    if (!context.trace.complete) fact(theme, "the file", "is incomplete: shown up to its last complete event");
    fact(theme, "processes and threads", number(context.trace.actors.size()));
    if (!run.started.empty()) fact(theme, "started", run.started);
    if (!run.host.empty()) fact(theme, "host", run.host);
    ImGui::EndTable();
  }
  if (!stats) return;
  section(theme, "Where the time went");
  if (stats->waits.empty()) paragraph("No process had to wait.", theme.text_soft);
  if (!stats->waits.empty() && begin_facts("waits", theme)) {
    for (WaitStats const& wait : stats->waits) {
      fact(theme, resource_words(context.trace, wait.resource, wait.object), waits_words(wait));
    }
    ImGui::EndTable();
  }
}

}  // namespace qs::gui
