#include "gui/state/document.hpp"

#include <utility>

#include "sim/trace/trace_file.hpp"

namespace qs::gui {

void Document::show(Trace trace) {
  run_.reset();
  stopping_ = false;
  error_.clear();
  shown_ = std::make_unique<Shown>(std::move(trace));
  place(no_step);
}

void Document::open(std::filesystem::path const& path) { show(read_trace(path)); }

void Document::start(RunOptions options) {
  show({});
  run_ = std::make_unique<LiveRun>(std::move(options));
}

void Document::stop() {
  if (!run_) return;
  run_->stop();
  stopping_ = true;
}

Document::News Document::update() {
  if (!run_) return News::nothing;
  bool const ended = !run_->running();  // checked first, so that the take() below gets the rest
  bool const grown = run_->take(shown_->trace);
  if (grown) shown_->items.update();
  if (!ended) return grown ? News::events : News::nothing;
  error_ = run_->result().error;
  run_.reset();
  stopping_ = false;
  return News::ended;
}

void Document::place(Step step) {
  Shown& shown = *shown_;
  if (!shown.fresh && shown.placed == step) return;
  bool const next = !shown.fresh && step != no_step && step == shown.placed + 1;  // no_step + 1 is 0
  if (next) {
    shown.before = shown.world;
    apply(shown.world, shown.trace, step);
  } else {
    shown.before = shown.history.at(step == no_step || step == 0 ? no_step : step - 1);
    shown.world = shown.before;
    if (step != no_step) apply(shown.world, shown.trace, step);
  }
  shown.placed = step;
  shown.fresh = false;
}

Stats const* Document::stats() {
  if (live() || empty()) return nullptr;
  if (!shown_->stats) shown_->stats = statistics(shown_->trace);
  return &*shown_->stats;
}

}  // namespace qs::gui
