#include "sim/grade/exercise.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>

namespace qs::grade {

namespace {

struct CheckFacts {
  std::string_view name, description;
};
constexpr CheckFacts check_facts[check_count] = {
    {"ends", "everybody ends, and nobody waits for ever"},
    {"expectations", "all expectations of the program hold, and no exception is uncaught"},
    {"exit_codes", "every process ends with the exit code that it should"},
    {"items", "every item that is put is got once"},
    {"output", "the output is as it should be"},
    {"processes", "no more processes than allowed"},
    {"steps", "no more steps than allowed"},
};

/// One table of the file: a key that is not read is an error.
class Table {
 public:
  Table(toml::table const* table, std::string name, std::string const& source)
      : table_(table), name_(std::move(name)), source_(source) {}

  template <class Value>
  void read(std::string_view key, Value& value) {
    if (auto const* node = find(key)) value = convert<Value>(key, *node);
  }
  template <class Value>
  void read(std::string_view key, std::optional<Value>& value) {
    if (auto const* node = find(key)) value = convert<Value>(key, *node);
  }
  bool has(std::string_view key) const { return table_ != nullptr && table_->contains(key); }
  Table table(std::string_view key) {
    auto const* node = find(key);
    if (node != nullptr && !node->is_table()) fail(key, *node, "a table");
    return {node == nullptr ? nullptr : node->as_table(), path(key), source_};
  }
  /// Every key of it, whatever its name.
  void read_all(std::map<std::string, int>& values) {
    if (table_ == nullptr) return;
    for (auto const& [key, node] : *table_) values[std::string(key.str())] = convert<int>(key.str(), node);
  }
  /// A key that is read elsewhere.
  void mention(std::string_view key) { asked_.emplace(key); }
  void finish() const {
    if (table_ == nullptr) return;
    for (auto const& [key, node] : *table_) {
      if (asked_.contains(std::string(key.str()))) continue;
      std::string known;
      for (auto const& name : asked_) known += (known.empty() ? "" : ", ") + name;
      throw ExerciseError(fmt::format("{}:{}: unknown key '{}'; {} takes {}", source_, node.source().begin.line,
                                      path(key.str()), name_.empty() ? "the file" : "[" + name_ + "]", known));
    }
  }
  [[noreturn]] void fail(std::string_view key, toml::node const& node, std::string_view wanted) const {
    throw ExerciseError(fmt::format("{}:{}: {} must be {}", source_, node.source().begin.line, path(key), wanted));
  }
  toml::node const& node(std::string_view key) const { return *table_->get(key); }

 private:
  std::string path(std::string_view key) const {
    return name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key);
  }
  toml::node const* find(std::string_view key) {
    asked_.emplace(key);
    return table_ == nullptr ? nullptr : table_->get(key);
  }

  template <class Value>
  Value convert(std::string_view key, toml::node const& node) const {
    if constexpr (std::is_same_v<Value, bool>) {
      if (auto const value = node.value_exact<bool>()) return *value;
      fail(key, node, "true or false");
    } else if constexpr (std::is_same_v<Value, std::string>) {
      if (auto const value = node.value_exact<std::string>()) return *value;
      fail(key, node, "a string");
    } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
      return strings(key, node);
    } else if constexpr (std::is_same_v<Value, double>) {
      auto const value = node.value<double>();
      if (value && *value > 0 && *value <= 86'400) return *value;
      fail(key, node, "a number of seconds, more than 0 and at most 86400");
    } else {
      auto const value = node.value_exact<std::int64_t>();
      constexpr auto least = std::is_signed_v<Value> ? std::int64_t{-255} : std::int64_t{0};
      constexpr auto most = std::is_signed_v<Value> ? std::int64_t{255} : std::int64_t{1'000'000'000};
      if (value && *value >= least && *value <= most) return static_cast<Value>(*value);
      fail(key, node, fmt::format("a whole number from {} to {}", least, most));
    }
  }
  std::vector<std::string> strings(std::string_view key, toml::node const& node) const {
    std::vector<std::string> all;
    if (!node.is_array()) fail(key, node, "a list of strings");
    for (auto const& element : *node.as_array()) {
      auto const value = element.value_exact<std::string>();
      if (!value) fail(key, element, "a list of strings");
      all.push_back(*value);
    }
    return all;
  }

  toml::table const* table_;
  std::string name_;
  std::string const& source_;
  std::set<std::string> asked_;
};

Search strategy_of(Table& run, Search otherwise) {
  run.mention("strategy");
  if (!run.has("strategy")) return otherwise;
  std::string word;
  run.read("strategy", word);
  if (word == "random") return Search::random;
  if (word == "pct") return Search::pct;
  if (word == "dfs") return Search::dfs;
  run.fail("strategy", run.node("strategy"), "\"random\", \"pct\" or \"dfs\"");
}

void read_output(Table& expect, std::optional<ExpectedOutput>& output) {
  std::string order = "exact";
  expect.read("order", order);
  std::optional<std::vector<std::string>> lines;
  expect.read("output", lines);
  if (order != "exact" && order != "any") expect.fail("order", expect.node("order"), "\"exact\" or \"any\"");
  if (lines) {
    output = {order == "any" ? ExpectedOutput::Order::any : ExpectedOutput::Order::exact, {*lines}};
  } else if (expect.has("order")) {
    expect.fail("order", expect.node("order"), "left out where there is no expect.output");
  }
}

/// A line says by itself whose it is.
void read_output_by_producer(Table& expect, std::optional<ExpectedOutput>& output) {
  constexpr std::string_view key = "output_by_producer", wanted = "a list of lists of strings";
  toml::node const* node = expect.has(key) ? &expect.node(key) : nullptr;
  if (node == nullptr) return;
  if (output) expect.fail(key, *node, "left out where expect.output is given");
  if (!node->is_array()) expect.fail(key, *node, wanted);
  ExpectedOutput result{ExpectedOutput::Order::by_producer, {}};
  std::map<std::string, std::size_t> producer_of;
  for (auto const& list : *node->as_array()) {
    if (!list.is_array()) expect.fail(key, list, wanted);
    result.lines.emplace_back();
    for (auto const& element : *list.as_array()) {
      auto const line = element.value_exact<std::string>();
      if (!line) expect.fail(key, element, wanted);
      auto const [known, fresh] = producer_of.emplace(*line, result.lines.size());
      if (!fresh && known->second != result.lines.size()) {
        expect.fail(key, element, fmt::format("without lines that two producers share; '{}' is one", *line));
      }
      result.lines.back().push_back(*line);
    }
  }
  output = std::move(result);
}

void read_limits(Table limits, ProcessLimits& result) {
  limits.read("processes", result.processes);
  std::uint64_t megabytes = result.memory >> 20, kilobytes = result.file_size >> 10;
  limits.read("memory_mb", megabytes);
  limits.read("output_kb", kilobytes);
  result.memory = megabytes << 20;
  result.file_size = kilobytes << 10;
  limits.finish();
}

Exercise exercise_of(toml::table const& file, std::string const& source) {
  Exercise exercise;
  Table top(&file, "", source);
  top.read("title", exercise.title);

  Table run = top.table("run");
  run.read("arguments", exercise.arguments);
  run.read("times", exercise.times);
  run.read("seconds", exercise.seconds);
  run.read("schedules", exercise.schedules);
  run.read("seed", exercise.seed);
  exercise.strategy = strategy_of(run, exercise.strategy);
  run.finish();
  if (exercise.times == 0) run.fail("times", run.node("times"), "at least 1");

  read_limits(top.table("limits"), exercise.limits);

  Table expect = top.table("expect");
  read_output(expect, exercise.output);
  {
    Table exit_codes = expect.table("exit_codes");
    exit_codes.read_all(exercise.exit_codes);
  }
  read_output_by_producer(expect, exercise.output);
  expect.read("exit_code", exercise.exit_code);
  expect.read("items_got_once", exercise.items_got_once);
  expect.read("nobody_waits_forever", exercise.nobody_waits_forever);
  expect.read("most_processes", exercise.most_processes);
  expect.read("most_steps", exercise.most_steps);
  expect.mention("output_by_producer");
  expect.finish();

  Table points = top.table("points");
  for (std::size_t check = 0; check < check_count; ++check)
    points.read(check_facts[check].name, exercise.points[check]);
  points.finish();
  top.finish();
  return exercise;
}

}  // namespace

std::string_view name(Check check) { return check_facts[static_cast<std::size_t>(check)].name; }
std::string_view description(Check check) { return check_facts[static_cast<std::size_t>(check)].description; }

bool Exercise::wants(Check check) const {
  switch (check) {
    case Check::ends: return nobody_waits_forever;
    case Check::items: return items_got_once;
    case Check::output: return output.has_value();
    case Check::processes: return most_processes.has_value();
    case Check::steps: return most_steps.has_value();
    case Check::expectations:
    case Check::exit_codes: break;
  }
  return true;
}

Exercise parse_exercise(std::string_view text, std::string const& source) try {
  return exercise_of(toml::parse(text, source), source);
} catch (toml::parse_error const& error) {
  throw ExerciseError(fmt::format("{}:{}: {}", source, error.source().begin.line, error.description()));
}

Exercise read_exercise(std::string const& file) {
  std::ifstream in(file);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) throw ExerciseError(fmt::format("cannot read '{}'", file));
  return parse_exercise(text.str(), file);
}

}  // namespace qs::grade
