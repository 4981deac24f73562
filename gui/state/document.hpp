// The trace that is shown, from a file or from a program that is running now. Nothing here draws.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "gui/state/shown_trace.hpp"
#include "sim/run/run.hpp"

namespace qs::gui {

class Document {
 public:
  Document();
  ~Document();
  Document(Document const&) = delete;
  Document& operator=(Document const&) = delete;

  /// Shows another trace; drops the previous one and stops its program.
  void show(Trace trace);
  /// Reads and prepares a file in a thread of its own; update() says when it is shown or why it cannot be. What is
  /// shown now stays until then. Gives up an opening that is still under way.
  void open(std::filesystem::path const& path);
  struct Opening {
    std::filesystem::path file;
    float part;  ///< that is done, from 0 to 1
  };
  /// What is being opened.
  std::optional<Opening> opening() const;
  /// Waits until update() can tell how the opening went, but no longer than this. Whether it can.
  bool wait_for_opening(std::chrono::milliseconds longest) const;
  void start(RunOptions options);
  /// Asks the running program to end.
  void stop();

  enum class News : std::uint8_t { nothing, events, ended, opened, not_opened };
  /// Fetches what the running program has done since the last call, or the file that has been opened.
  News update();

  Trace const& trace() const { return shown_->trace(); }
  ItemIndex const& items() const { return shown_->items(); }
  bool empty() const { return trace().events.empty(); }
  bool live() const { return run_ != nullptr; }
  bool stopping() const { return stopping_; }
  /// Why the last run could not be started or failed, or the last file not be opened; "" otherwise.
  std::string const& error() const { return error_; }
  /// The worlds after `step` and before it.
  void place(Step step) { shown_->place(step); }
  World const& world() const { return shown_->world(); }
  World const& before() const { return shown_->before(); }
  /// What is told about the last act or event at `step`.
  Caption const& caption(Step step, DetailLevel level) { return shown_->caption(step, level); }
  /// Statistics of the whole trace; nullptr while it grows.
  Stats const* stats() { return live() || empty() ? nullptr : &shown_->stats(); }
  /// How the last step of an opened file is diagnosed; nullptr for a run, which may grow.
  Diagnosis const* end_diagnosis() const { return shown_->end_diagnosis(); }

 private:
  class Opener;
  void show(std::unique_ptr<ShownTrace> shown);

  std::unique_ptr<ShownTrace> shown_;
  std::unique_ptr<LiveRun> run_;
  std::unique_ptr<Opener> opener_;
  bool stopping_ = false;
  std::string error_;
};

}  // namespace qs::gui
