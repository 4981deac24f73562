#include "gui/state/document.hpp"

#include <utility>

#include "sim/trace/trace_file.hpp"

namespace qs::gui {

void Document::show(Trace trace) {
  run_.reset();
  stopping_ = false;
  error_.clear();
  shown_ = std::make_unique<ShownTrace>(std::move(trace));
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
  bool const grown = run_->take(shown_->growing());
  if (grown) shown_->grown();
  if (!ended) return grown ? News::events : News::nothing;
  error_ = run_->result().error;
  run_.reset();
  stopping_ = false;
  return News::ended;
}

}  // namespace qs::gui
