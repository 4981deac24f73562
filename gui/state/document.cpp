#include "gui/state/document.hpp"

#include <atomic>
#include <exception>
#include <future>
#include <utility>

#include "sim/trace/trace_file.hpp"

namespace qs::gui {

/// Everything that would make a frame wait is done in its thread: reading, the model's checkpoints, the items, the
/// statistics and the diagnosis of the end.
class Document::Opener {
 public:
  explicit Opener(std::filesystem::path path)
      : path_(std::move(path)), result_(std::async(std::launch::async, [this] { return prepare(); })) {}
  ~Opener() { given_up_ = true; }
  Opener(Opener const&) = delete;
  Opener& operator=(Opener const&) = delete;

  Opening progress() const { return {path_, part_}; }
  bool done_within(std::chrono::milliseconds longest) const {
    return result_.wait_for(longest) == std::future_status::ready;
  }
  /// Waits for it. Throws what went wrong.
  std::unique_ptr<ShownTrace> take() { return result_.get(); }

 private:
  struct GivenUp : std::exception {};
  static constexpr float reading = 0.4F, items = 0.5F;

  void reach(float part) {
    if (given_up_) throw GivenUp();
    part_ = part;
  }

  std::unique_ptr<ShownTrace> prepare() {
    auto trace = read_trace(path_, [this](std::uint64_t bytes, std::uint64_t of) {
      reach(of == 0 ? 0 : reading * static_cast<float>(bytes) / static_cast<float>(of));
    });
    reach(reading);
    auto shown = std::make_unique<ShownTrace>(std::move(trace));
    reach(items);
    shown->prepare([this](float part) { reach(items + (1 - items) * part); });
    reach(1);
    return shown;
  }

  std::filesystem::path path_;
  std::atomic<bool> given_up_{false};
  std::atomic<float> part_{0};
  std::future<std::unique_ptr<ShownTrace>>
      result_;  // the last: its destructor waits for the thread, which uses the others
};

Document::Document() { show(Trace()); }
Document::~Document() = default;

void Document::show(Trace trace) { show(std::make_unique<ShownTrace>(std::move(trace))); }

void Document::show(std::unique_ptr<ShownTrace> shown) {
  opener_.reset();
  run_.reset();
  stopping_ = false;
  error_.clear();
  shown_ = std::move(shown);
  place(no_step);
}

void Document::open(std::filesystem::path const& path) {
  opener_.reset();
  opener_ = std::make_unique<Opener>(path);
}

std::optional<Document::Opening> Document::opening() const {
  return opener_ ? std::optional(opener_->progress()) : std::nullopt;
}

bool Document::wait_for_opening(std::chrono::milliseconds longest) const {
  return opener_ && opener_->done_within(longest);
}

void Document::start(RunOptions options) {
  show(Trace());
  run_ = std::make_unique<LiveRun>(std::move(options));
}

void Document::stop() {
  if (!run_) return;
  run_->stop();
  stopping_ = true;
}

Document::News Document::update() {
  if (wait_for_opening(std::chrono::milliseconds(0))) {
    try {
      show(opener_->take());
      return News::opened;
    } catch (std::exception const& error) {
      error_ = error.what();
      opener_.reset();
      return News::not_opened;
    }
  }
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
