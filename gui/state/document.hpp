// The trace that is shown, from a file or from a program that is running now. Nothing here draws.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "gui/state/shown_trace.hpp"
#include "sim/run/run.hpp"

namespace qs::gui {

class Document {
 public:
  Document() { show({}); }

  /// Shows another trace; drops the previous one and stops its program.
  void show(Trace trace);
  /// Throws TraceError, and then changes nothing.
  void open(std::filesystem::path const& path);
  void start(RunOptions options);
  /// Asks the running program to end.
  void stop();

  enum class News : std::uint8_t { nothing, events, ended };
  /// Fetches what the running program has done since the last call.
  News update();

  Trace const& trace() const { return shown_->trace(); }
  ItemIndex const& items() const { return shown_->items(); }
  bool empty() const { return trace().events.empty(); }
  bool live() const { return run_ != nullptr; }
  bool stopping() const { return stopping_; }
  /// Why the last run could not be started or failed; "" otherwise.
  std::string const& error() const { return error_; }
  /// The worlds after `step` and before it.
  void place(Step step) { shown_->place(step); }
  World const& world() const { return shown_->world(); }
  World const& before() const { return shown_->before(); }
  /// What is told about the last act or event at `step`.
  Caption const& caption(Step step, DetailLevel level) { return shown_->caption(step, level); }
  /// Statistics of the whole trace; nullptr while it grows.
  Stats const* stats() { return live() || empty() ? nullptr : &shown_->stats(); }

 private:
  std::unique_ptr<ShownTrace> shown_;
  std::unique_ptr<LiveRun> run_;
  bool stopping_ = false;
  std::string error_;
};

}  // namespace qs::gui
