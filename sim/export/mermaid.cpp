// https://mermaid.js.org/syntax/sequenceDiagram.html
#include <fmt/format.h>

#include <map>
#include <string>

#include "sim/export/export.hpp"
#include "sim/export/formats.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

/// Mermaid's default limit (maxTextSize).
constexpr std::size_t longest_diagram = 50'000;

/// A semicolon ends a line, a number sign begins a character, and angle brackets would be HTML.
std::string diagram_text(std::string_view text) {
  std::string escaped;
  for (char const character : text) {
    switch (character) {
      case '#': escaped += "#35;"; break;
      case ';': escaped += "#59;"; break;
      case '<': escaped += "#lt;"; break;
      case '>': escaped += "#gt;"; break;
      default: escaped += character;
    }
  }
  return escaped;
}

class Mermaid final : public Exporter {
 public:
  explicit Mermaid(OutputFile& out) : out_(out) {}

  void event(Current const& now) override {
    tell(now);
    if (participants_.size() + lines_.size() <= longest_diagram) return;
    throw ExportError(fmt::format(
        "the diagram is longer than the {} characters that Mermaid draws at step {}; choose a shorter range "
        "with --from and --to",
        number(longest_diagram), now.step));
  }

  void finish(Trace const&, std::uint64_t) override { out_.write("sequenceDiagram\n" + participants_ + lines_); }

 private:
  void tell(Current const& now) {
    using mp::trace::ObjectKind;
    Event const& event = now.event();
    Trace const& trace = now.trace;
    bool const ok = event.outcome() == Outcome::ok;
    std::string const label = event.item() ? " " + short_label(trace, event.item()) : "";
    auto const outcome = [&] { return ok ? "" : ": " + outcome_words(event.outcome()); };
    bool const idle = event.resource() == Resource::buffered_item;
    switch (event.kind) {
      case Kind::process_start: message(actor(trace, event.actor), "->>", actor(trace, event.object), "starts"); break;
      case Kind::process_signal:
        message(actor(trace, event.actor), "-x", actor(trace, event.object),
                signal_name(static_cast<int>(event.argument)));
        break;
      case Kind::put_end:
        message(actor(trace, event.actor), ok ? "->>" : "--x", queue(trace, event.object), "put" + label + outcome());
        break;
      case Kind::get_end:
        message(queue(trace, event.object), ok ? "->>" : "--x", actor(trace, event.actor), "get" + label + outcome());
        break;
      case Kind::task_done_end:
        message(actor(trace, event.actor), ok ? "->>" : "--x", queue(trace, event.object),
                "task_done" + label + outcome());
        break;
      case Kind::join_begin: message(actor(trace, event.actor), "->>", queue(trace, event.object), "join"); break;
      case Kind::join_end:
        message(queue(trace, event.object), "-->>", actor(trace, event.actor), "join returns" + outcome());
        break;
      case Kind::blocked:
        if (!idle) note(now);
        break;
      case Kind::uncaught:
      case Kind::process_end:
      case Kind::process_lost:
      case Kind::serialise_failed:
      case Kind::expectation_failed:
      case Kind::queue_close:
      case Kind::queue_shutdown:
      case Kind::task_lost:
      case Kind::task_returned:
      case Kind::note:
      case Kind::gap: note(now); break;
      default: break;
    }
  }

  std::string actor(Trace const& trace, ActorIndex index) {
    return participant("a" + std::to_string(index), trace.name(index));
  }
  std::string queue(Trace const& trace, QueueIndex index) {
    return participant("q" + std::to_string(index), "queue " + trace.queue_name(index));
  }
  std::string participant(std::string const& id, std::string const& name) {
    if (!std::exchange(known_[id], true)) {
      participants_ += fmt::format("    participant {} as {}\n", id, diagram_text(name));
    }
    return id;
  }
  void message(std::string const& from, char const* arrow, std::string const& to, std::string const& words) {
    lines_ += fmt::format("    {}{}{}: {}\n", from, arrow, to, diagram_text(words));
  }
  // The sentence without its subject, which is what the note is over.
  void note(Current const& now) {
    auto const& name = now.trace.name(now.event().actor);
    auto words = sentence(now.trace, now.place);
    if (words.starts_with(name + " ")) words.erase(0, name.size() + 1);
    lines_ += fmt::format("    Note over {}: {}\n", actor(now.trace, now.event().actor), diagram_text(words));
  }

  OutputFile& out_;
  std::map<std::string, bool> known_;
  std::string participants_, lines_;
};

}  // namespace

std::unique_ptr<Exporter> mermaid_exporter(OutputFile& out) { return std::make_unique<Mermaid>(out); }

}  // namespace qs
