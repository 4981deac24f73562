#include "sim/text/words.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <csignal>
#include <cstring>
#include <limits>
#include <utility>

#include "sim/base/wrapping.hpp"

namespace qs {

namespace {

using mp::trace::Chunk;

std::string queue_words(Trace const& trace, std::uint16_t object) {
  return object == mp::trace::no_object ? "a queue" : trace.queue_name(object);
}

std::string signal_of_exit(int code) { return signal_name(code == std::numeric_limits<int>::min() ? 0 : -code); }

struct Words {
  Trace const& trace;
  Event const& event;
  std::string_view text;

  bool moves_bytes() const { return event.kind == Kind::pipe_write || event.kind == Kind::pipe_read; }

  std::string value(std::string_view key) const {
    if (key == "actor") return trace.name(event.actor);
    if (key == "queue") return queue_words(trace, event.object);
    if (key == "target") return trace.name(event.object);
    if (key == "item") return event.item() ? folded_label(trace, event.item()) : "";
    if (key == "resource") return resource();
    if (key == "wait") return wait();
    if (key == "wake") return is(Resource::deadline) ? "wakes up" : "goes on: " + got_words();
    if (key == "refuse") return is(Resource::deadline) ? "wakes up" : "times out on " + resource();
    if (key == "acquire") return acquire();
    if (key == "release") return release();
    if (key == "outcome") return outcome_words(event.outcome());
    if (key == "signal") return signal_name(static_cast<int>(event.argument));
    if (key == "exit") return exit();
    if (key == "fate") return fate();
    if (key == "text") return std::string(text);
    if (key == "number") return fmt::format("{}", event.argument);
    if (key == "truth") return event.argument != 0 ? "true" : "false";
    if (key == "time") return duration(static_cast<std::uint64_t>(event.argument));
    if (key == "bytes") {
      return byte_count(moves_bytes() ? Chunk::unpack(event.argument).bytes
                                      : static_cast<std::uint64_t>(event.argument));
    }
    if (key == "missing") {
      auto const missing = Chunk::unpack(event.argument).missing;
      return missing == 0 ? "" : fmt::format(", {} still missing", number(missing));
    }
    return "";
  }

  bool is(Resource what) const { return event.detail == static_cast<std::uint8_t>(what); }

  // "waits for the read lock of jobs", "sleeps 120 ms"
  std::string wait() const {
    if (!is(Resource::deadline)) return "waits for " + resource();
    return event.argument < 0 ? "sleeps" : "sleeps " + duration(static_cast<std::uint64_t>(event.argument));
  }

  // Why its wait ended: "there is room in the pipe of jobs".
  std::string got_words() const {
    auto const queue = queue_words(trace, event.object);
    using mp::trace::WakeReason;
    switch (static_cast<WakeReason>(event.argument)) {
      case WakeReason::shut_down: return queue + " was shut down";
      case WakeReason::died: return "a process that had a task of " + queue + " died";
      case WakeReason::abandoned: return "no other process has " + queue + " any more";
      default: break;
    }
    switch (event.detail < mp::trace::resource_count ? event.resource() : Resource::nothing) {
      case Resource::pipe_data: return "there is something to read from " + queue;
      case Resource::pipe_room: return "there is room in " + queue;
      case Resource::buffered_item: return "there is an item in its buffer of " + queue;
      case Resource::feeder_end: return "its feeder of " + queue + " has ended";
      case Resource::child_exit: return trace.name(event.object) + " has exited";
      case Resource::barrier: return "all tasks of " + queue + " are done";
      case Resource::thread_end: return trace.name(event.object) + " has ended";
      default: return "its wait for " + resource() + " is over";
    }
  }

  std::string acquire() const {
    auto const queue = queue_words(trace, event.object);
    if (is(Resource::unfinished)) return "counts one unfinished task of " + queue + " less";
    if (is(Resource::sleeping)) return "counts one sleeping joiner of " + queue + " less";
    return "takes " + resource();
  }

  std::string release() const {
    auto const queue = queue_words(trace, event.object);
    switch (event.detail < mp::trace::resource_count ? event.resource() : Resource::nothing) {
      case Resource::slot: return "frees a slot of " + queue;
      case Resource::unfinished: return "counts one more unfinished task of " + queue;
      case Resource::sleeping: return "counts itself as a sleeping joiner of " + queue;
      case Resource::woken_joiner: return "answers that it was woken in join of " + queue;
      case Resource::barrier: return "wakes a joiner of " + queue;
      case Resource::sleeper: return "counts itself as a sleeper of " + queue;
      case Resource::acknowledgement: return "answers that it was woken from its wait for " + queue;
      case Resource::notice:
      case Resource::flag:
      case Resource::parties: return "wakes a sleeper of " + queue;
      default: return "releases " + resource();
    }
  }

  // "exit code 3", "SIGKILL"
  std::string exit() const {
    auto const code = static_cast<int>(event.argument);
    return code < 0 ? signal_of_exit(code) : exit_words(code);
  }

  // ": killed by SIGSEGV", ": exit code 0 by _exit"
  std::string fate() const {
    auto const status = mp::trace::ExitStatus::unpack(event.argument);
    if (!status.known) return "";
    return ": " + exit_words(status.code) + (status.code < 0 ? "" : " by _exit");
  }

  std::string resource() const {
    if (event.detail >= mp::trace::resource_count) return "something";
    // Only the beginning of a wait has a time-out.
    return resource_words(trace, event.resource(), event.object, event.kind == Kind::blocked ? event.argument : -1);
  }
};

/// events.def describes CPython's mechanism.
std::string spoken(std::string_view pattern, mp::Mechanism mechanism) {
  std::string words(pattern);
  if (mechanism == mp::Mechanism::cpython) return words;
  static constexpr std::pair<std::string_view, std::string_view> hardened[] = {
      {"bytes in the pipe", "an item in the shared log"},
      {"the pipe", "the shared log"},
      {"the queue", "the hardened queue"}};
  for (auto const& [usual, other] : hardened) {
    if (auto const at = words.find(usual); at != std::string::npos) words.replace(at, usual.size(), other);
  }
  return words;
}

template <class Value>
std::string fill(std::string_view pattern, Value const& value) {
  std::string filled;
  while (!pattern.empty()) {
    auto const open = pattern.find('{');
    auto const close = open == std::string_view::npos ? std::string_view::npos : pattern.find('}', open);
    filled += pattern.substr(0, open);
    if (close == std::string_view::npos) break;
    filled += value(pattern.substr(open + 1, close - open - 1));
    pattern.remove_prefix(close + 1);
  }
  while (!filled.empty() && filled.back() == ' ') filled.pop_back();
  return filled;
}

}  // namespace

std::string sentence(Trace const& trace, Step step) {
  if (step >= trace.size()) return "no event yet";
  Words const words{trace, trace.at(step), trace.text(step)};
  auto const kind = words.event.kind;
  bool const known = static_cast<std::size_t>(kind) < mp::trace::kind_count && kind != Kind::text;
  if (!known) return "an event of an unknown kind";
  bool const of_queue = object_kind(words.event) == mp::trace::ObjectKind::queue;
  auto const mechanism = of_queue ? trace.mechanism(words.event.object) : mp::Mechanism::cpython;
  return fill(spoken(facts(kind).words, mechanism), [&](std::string_view key) { return words.value(key); });
}

namespace {

/// A user's program in C++. The bundled scenarios speak of None, as the Python programs that they explain do.
bool is_of_cpp_program(Trace const& trace, ItemId item) {
  auto const put = trace.put_of(item);
  if (!trace.run.scenario.empty() || put == no_step) return false;
  auto const& file = trace.location(trace.at(put)).file;
  return !file.empty() && !file.ends_with(".py");
}

/// What a cut preview lacks: the end of its last string and its closing brackets.
std::string missing_end(std::string_view text) {
  char quote = '\0';
  std::string brackets;  // that close the open ones, the outermost first
  for (std::size_t at = 0; at < text.size(); ++at) {
    char const letter = text[at];
    if (quote != '\0') {
      if (letter == '\\') ++at;
      if (letter == quote) quote = '\0';
    } else if (letter == '"' || letter == '\'') {
      // An apostrophe within a word opens no string.
      bool const in_word = letter == '\'' && at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0 &&
                           text[at - 1] != 'b';
      if (!in_word) quote = letter;
    } else if (letter == '(' || letter == '[' || letter == '{') {
      brackets += letter == '(' ? ')' : letter == '[' ? ']' : '}';
    } else if (!brackets.empty() && letter == brackets.back()) {
      brackets.pop_back();
    }
  }
  std::string end;
  if (quote != '\0') end += quote;
  bool const cut = text.ends_with("...") || text.ends_with("\u2026");
  if (cut) end.append(brackets.rbegin(), brackets.rend());
  return end;
}

}  // namespace

std::string item_label(Trace const& trace, ItemId item) {
  auto const preview = trace.text(trace.put_of(item));
  bool const sentinel = is_sentinel(trace, item);
  if (sentinel && (preview.empty() || preview == "None")) return is_of_cpp_program(trace, item) ? "nullopt" : "None";
  if (!preview.empty()) return std::string(preview) + missing_end(preview);
  return fmt::format("#{} of {}", item.sequence, trace.name(item.producer));
}

std::string folded_label(Trace const& trace, ItemId item) {
  constexpr std::size_t wall = 16;
  std::string label = item_label(trace, item);
  bool const quoted = label.size() > wall && (label.front() == '"' || label.front() == '\'');
  if (!quoted) return label;
  std::size_t const end = label.find_first_not_of(label[1], 1);
  std::size_t const run = (end == std::string::npos ? label.size() : end) - 1;
  if (run < wall) return label;
  std::string const rest = label.substr(run + 1);
  std::string const quote(1, label.front());
  std::string const letter = quote + label[1] + quote;
  if (rest == quote) return fmt::format("{} x {}", letter, run);
  bool const cut = rest == "..." + quote || rest == "\u2026" + quote;
  return cut ? letter + " x many" : label;
}

std::string short_label(Trace const& trace, ItemId item) {
  constexpr std::size_t width = 24;
  auto const label = folded_label(trace, item);
  auto const cut = fitted(label, width);
  auto const end = missing_end(cut);
  return end.empty() ? cut : fitted(label, width - end.size()) + end;
}

std::string item_name(Trace const& trace, ItemId item) {
  return fmt::format("{} (item {} of {})", item_label(trace, item), item.sequence, trace.name(item.producer));
}

bool is_sentinel(Trace const& trace, ItemId item) {
  auto const put = trace.put_of(item);
  return put != no_step && (trace.at(put).detail & mp::trace::item_sentinel) != 0;
}

std::string resource_words(Trace const& trace, Resource resource, std::uint16_t object, std::int64_t argument) {
  bool const of_queue = facts(resource).owner == mp::trace::ObjectKind::queue;
  auto const mechanism = of_queue ? trace.mechanism(object) : mp::Mechanism::cpython;
  return fill(spoken(facts(resource).words, mechanism), [&](std::string_view key) -> std::string {
    if (key == "queue") return queue_words(trace, object);
    if (key == "target") return trace.name(object);
    if (key == "time") return argument < 0 ? "its deadline" : duration(static_cast<std::uint64_t>(argument));
    return "";
  });
}

std::string_view wire_word(mp::Mechanism mechanism) {
  return mechanism == mp::Mechanism::hardened ? "shared log" : "pipe";
}

std::string call_words(Kind begin) {
  switch (begin) {
    case Kind::put_begin: return "put";
    case Kind::get_begin: return "get";
    case Kind::task_done_begin: return "task_done";
    case Kind::join_begin: return "join";
    case Kind::join_thread_begin: return "join_thread";
    case Kind::process_join_begin: return "join";
    default: return "";
  }
}

std::string outcome_words(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok: return "ok";
    case Outcome::empty: return "Empty";
    case Outcome::full: return "Full";
    case Outcome::closed: return "closed";
    case Outcome::timed_out: return "timed out";
    case Outcome::error: return "an error";
    case Outcome::too_often: return "called too many times";
    case Outcome::shut_down: return "ShutDown";
    case Outcome::abandoned: return "Abandoned";
    case Outcome::lost: return "TasksLost";
  }
  return "an unknown outcome";
}

std::string place(Trace const& trace, std::uint32_t location) {
  auto const& found = trace.location({.location = location});
  if (location == 0 || found.file.empty()) return "";
  return fmt::format("{}:{}", found.file.substr(found.file.find_last_of('/') + 1), found.line);
}

std::string duration(std::uint64_t nanoseconds) {
  struct Unit {
    double size;
    char const* name;
  };
  static constexpr std::array units{Unit{1e9, "s"}, Unit{1e6, "ms"}, Unit{1e3, "µs"}};
  auto const value = static_cast<double>(nanoseconds);
  if (nanoseconds >= 120'000'000'000) {
    auto const seconds = nanoseconds / 1'000'000'000;
    if (seconds >= 7200) return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
    return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  }
  for (auto const& unit : units) {
    if (value < unit.size) continue;
    double const amount = value / unit.size;
    return fmt::format("{:.{}f} {}", amount, amount < 10 ? 2 : amount < 100 ? 1 : 0, unit.name);
  }
  return fmt::format("{} ns", nanoseconds);
}

std::string number(std::uint64_t value) {
  auto digits = fmt::format("{}", value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

std::string byte_count(std::uint64_t bytes) { return count(bytes, "byte"); }

std::string count(std::uint64_t value, std::string_view singular, std::string_view plural) {
  if (value == 1) return fmt::format("1 {}", singular);
  if (plural.empty()) return fmt::format("{} {}s", number(value), singular);
  return fmt::format("{} {}", number(value), plural);
}

std::string listing(std::vector<std::string> const& names, std::size_t most) {
  auto const shown = names.size() <= most ? names.size() : most - 1;
  std::string words;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) words += i + 1 == names.size() ? " and " : ", ";
    words += names[i];
  }
  if (shown < names.size()) words += fmt::format(" and {} more", number(names.size() - shown));
  return words;
}

std::string signal_name(int signal) {
  // Linux's numbers, from 1: a trace may be read elsewhere, as in a browser.
  static constexpr std::string_view names[] = {"HUP",  "INT",    "QUIT", "ILL",   "TRAP", "ABRT", "BUS",  "FPE",
                                               "KILL", "USR1",   "SEGV", "USR2",  "PIPE", "ALRM", "TERM", "STKFLT",
                                               "CHLD", "CONT",   "STOP", "TSTP",  "TTIN", "TTOU", "URG",  "XCPU",
                                               "XFSZ", "VTALRM", "PROF", "WINCH", "POLL", "PWR",  "SYS"};
  bool const known = signal > 0 && static_cast<std::size_t>(signal) <= std::size(names);
  return known ? fmt::format("SIG{}", names[signal - 1]) : fmt::format("signal {}", signal);
}

std::string exit_words(int exit_code) {
  if (exit_code < 0) return "killed by " + signal_of_exit(exit_code);
  return fmt::format("exit code {}", exit_code);
}

}  // namespace qs
