#include "sim/control/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace qs {

namespace {

constexpr std::string_view kill_word = "kill=";
constexpr std::string_view time_word = "time";
constexpr std::size_t most_repeats = 1'000'000;

/// Removes the characters that are part of the syntax of schedules.
std::string plain(std::string_view name) {
  std::string text(name);
  for (char& letter : text) {
    bool const special = std::string_view(",:=#/ \t\n'\"").find(letter) != std::string_view::npos;
    if (special || static_cast<unsigned char>(letter) < ' ') letter = '_';
  }
  return text.empty() ? "_" : text;
}

std::string base_name(std::vector<ActorFacts> const& actors, std::vector<std::string> const& names, std::size_t index) {
  ActorFacts const& actor = actors[index];
  if (actor.kind == ActorKind::process) {
    std::string const name = plain(actor.name);
    return name == time_word ? "time_" : name;
  }
  std::string const process = actor.process < index ? names[actor.process] : "_";
  constexpr std::string_view of = " feeder of ";
  auto const queue = actor.name.find(of);
  if (actor.kind == ActorKind::feeder && queue != std::string::npos) {
    return process + "/" + plain(std::string_view(actor.name).substr(queue + of.size()));
  }
  return process + "/thread";
}

NamedChoice parse_choice(std::string_view word) {
  if (word == time_word) return {Choice::What::time, ""};
  if (word.starts_with(kill_word)) return {Choice::What::kill, std::string(word.substr(kill_word.size()))};
  return {Choice::What::go, std::string(word)};
}

}  // namespace

Schedule parse_schedule(std::string_view text) {
  Schedule schedule;
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    while (!word.empty() && std::string_view(" \t\n").find(word.front()) != std::string_view::npos)
      word.remove_prefix(1);
    while (!word.empty() && std::string_view(" \t\n").find(word.back()) != std::string_view::npos)
      word.remove_suffix(1);
    if (word.empty()) continue;
    std::size_t repeats = 1;
    std::string_view name = word;
    if (auto const colon = word.find(':'); colon != std::string_view::npos) {
      name = word.substr(0, colon);
      std::string_view const digits = word.substr(colon + 1);
      auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), repeats);
      if (error != std::errc() || end != digits.data() + digits.size() || repeats == 0 || repeats > most_repeats) {
        throw ScheduleError(
            fmt::format("'{}' in the schedule: after the colon write a number of steps, 1 to {}", word, most_repeats));
      }
    }
    NamedChoice const choice = parse_choice(name);
    if (choice.what != Choice::What::time && choice.actor.empty()) {
      throw ScheduleError(
          fmt::format("'{}' in the schedule names no actor; write, for example, main:4,consumer-1,time,"
                      "kill=consumer-1",
                      word));
    }
    schedule.insert(schedule.end(), repeats, choice);
  }
  return schedule;
}

std::string to_text(Schedule const& schedule) {
  std::string text;
  for (auto choice = schedule.begin(); choice != schedule.end();) {
    auto const end = std::find_if(choice, schedule.end(), [&](NamedChoice const& other) { return other != *choice; });
    if (!text.empty()) text += ',';
    switch (choice->what) {
      case Choice::What::go: text += choice->actor; break;
      case Choice::What::time: text += time_word; break;
      case Choice::What::kill: text += fmt::format("{}{}", kill_word, choice->actor); break;
    }
    if (end - choice > 1) text += fmt::format(":{}", end - choice);
    choice = end;
  }
  return text;
}

void ActorNames::update(std::vector<ActorFacts> const& actors) {
  while (names_.size() < actors.size()) {
    std::string const base = base_name(actors, names_, names_.size());
    // Only a number follows the last '#', so no other base gives the same name.
    std::uint32_t const number = ++name_counts_[base];
    names_.push_back(number == 1 ? base : fmt::format("{}#{}", base, number));
    by_name_.emplace(names_.back(), static_cast<ActorIndex>(names_.size() - 1));
  }
}

std::string const& ActorNames::name(ActorIndex actor) const {
  static std::string const unknown = "?";
  return actor < names_.size() ? names_[actor] : unknown;
}

ActorIndex ActorNames::find(std::string_view name) const {
  auto const found = by_name_.find(name);
  return found == by_name_.end() ? mp::trace::no_object : found->second;
}

NamedChoice ActorNames::named(Choice choice) const {
  if (choice.what == Choice::What::time) return {choice.what, ""};
  return {choice.what, name(choice.actor)};
}

}  // namespace qs
