#include "gui/panes/code.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "gui/draw/glyphs.hpp"
#include "gui/draw/widgets.hpp"
#include "gui/state/run_until.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

constexpr std::size_t most_markers = 3;

std::string base_name(std::string const& file) { return std::filesystem::path(file).filename().string(); }

/// "c1" for "consumer-1": the first letter and the number, if there is one.
std::string initials(std::string_view name) {
  std::string result(name.substr(0, 1));
  auto const digit = name.find_first_of("0123456789");
  if (digit != std::string_view::npos && digit > 0) {
    for (auto i = digit; i < name.size() && result.size() < 3 && name[i] >= '0' && name[i] <= '9'; ++i)
      result += name[i];
  }
  return result;
}

ImU32 colour_of(Tone tone, Theme const& theme) {
  switch (tone) {
    case Tone::plain: return theme.text;
    case Tone::keyword: return theme.code_keyword;
    case Tone::string: return theme.code_string;
    case Tone::comment: return theme.code_comment;
    case Tone::number: return theme.code_number;
  }
  return theme.text;
}

/// The initials of an actor. A feeder has an f behind those of its process, and where two processes have the same ones,
/// they have another letter of their name.
std::string badge(Trace const& trace, ActorIndex actor) {
  ActorFacts const& facts = trace.actors[actor];
  if (facts.kind == ActorKind::feeder && facts.process < trace.actors.size())
    return initials(trace.name(facts.process)) + "f";
  std::string const mine = initials(facts.name);
  bool shared = false;
  for (ActorFacts const& other : trace.actors)
    shared |= other.kind == ActorKind::process && other.name != facts.name && initials(other.name) == mine;
  if (!shared || facts.name.size() < 2) return mine;
  return facts.name.substr(0, 2) + mine.substr(std::min<std::size_t>(1, mine.size()));
}

}  // namespace

ActorIndex actor_in_focus(Context const& context) {
  if (context.selection.what == Selection::What::actor) return context.selection.actor;
  return context.step == no_step ? nobody : context.trace.at(context.step).actor;
}

void CodeView::reset() { *this = CodeView{}; }

void CodeView::draw(Context const& context, UiTestLog& report) {
  if (context.trace.sources.empty()) {
    empty_state(context.theme, "No source yet",
                context.trace.events.empty() ? "Run a scenario or open a trace. Its source appears here, with a "
                                               "marker for each process at its current line."
                                             : "This trace contains no source text.");
    return;
  }
  choose_file(context, report);
  draw_lines(context, report);
}

void CodeView::choose_file(Context const& context, UiTestLog& report) {
  auto const& sources = context.trace.sources;
  ActorIndex const actor = actor_in_focus(context);
  std::string wanted = file_;
  if (!chosen_by_hand_ && actor < context.world.actors.size()) {
    std::uint32_t const location = context.world.actors[actor].location;
    if (location != 0 && location < context.trace.locations.size()) wanted = context.trace.locations[location].file;
  }
  if (!sources.contains(wanted)) wanted = sources.contains(file_) ? file_ : sources.begin()->first;
  if (sources.size() > 1) {
    ImGui::SetNextItemWidth(-1);
    if (ImGui::BeginCombo("##file", base_name(wanted).c_str())) {
      for (auto const& [file, text] : sources) {
        if (ImGui::Selectable(file.c_str(), file == wanted)) {
          wanted = file;
          chosen_by_hand_ = true;
        }
      }
      ImGui::EndCombo();
    }
    report.last_widget("file");
  } else {
    caption(context.theme, base_name(wanted));
  }
  if (wanted != file_ || sources.at(wanted).size() != source_.size()) read(wanted, sources.at(wanted));
}

void CodeView::read(std::string const& file, std::string const& source) {
  file_ = file;
  source_ = source;
  lines_.clear();
  shown_line_ = 0;
  std::replace(source_.begin(), source_.end(), '\t', ' ');
  std::string_view rest = source_;
  Inside inside = Inside::nothing;
  while (!rest.empty()) {
    auto const end = std::min(rest.find('\n'), rest.size());
    std::string_view const line = rest.substr(0, end);
    lines_.push_back({line, highlight(line, language_of(file), inside)});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

bool CodeView::here(Context const& context, ActorIndex actor, std::size_t number) const {
  ActorWorld const& world = context.world.actors[actor];
  if (!world.alive() || world.location == 0 || world.location >= context.trace.locations.size()) return false;
  Location const& location = context.trace.locations[world.location];
  return location.line == number && location.file == file_;
}

float CodeView::marker_width(Context const& context) const {
  std::map<std::uint32_t, int> at_line;
  int most = 0;
  for (ActorWorld const& actor : context.world.actors) {
    if (!actor.alive() || actor.location == 0 || actor.location >= context.trace.locations.size()) continue;
    Location const& location = context.trace.locations[actor.location];
    if (location.file == file_) most = std::max(most, ++at_line[location.line]);
  }
  int const shown = std::clamp(most, 1, static_cast<int>(most_markers));
  return (static_cast<float>(shown) * 2.5F + 0.75F) * context.theme.unit;
}

void CodeView::draw_lines(Context const& context, UiTestLog& report) {
  Theme const& theme = context.theme;
  WithFont const font(theme.fonts.code);
  ActorIndex const actor = actor_in_focus(context);
  std::uint32_t line = 0;
  if (actor < context.world.actors.size()) {
    std::uint32_t const location = context.world.actors[actor].location;
    if (location != 0 && location < context.trace.locations.size() && context.trace.locations[location].file == file_) {
      line = context.trace.locations[location].line;
    }
  }
  ImGui::BeginChild("code", {0, 0}, false, ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_NoNavInputs);
  float const height = theme.fonts.code.size * 1.35F;
  if (line != 0 && line != shown_line_) {
    float const top = static_cast<float>(line) * height;
    float const room = ImGui::GetWindowHeight();
    if (top < ImGui::GetScrollY() + 2 * height || top > ImGui::GetScrollY() + room - 3 * height) {
      ImGui::SetScrollY(std::max(0.0F, top - room * 0.4F));
    }
    shown_line_ = line;
  }
  float const markers = marker_width(context);
  float const digits = measure(theme.fonts.code, std::to_string(lines_.size())).x;
  float const gutter = markers + digits + 1.5F * theme.unit;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(lines_.size()), height);
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      draw_line(context, static_cast<std::size_t>(i) + 1, {markers, gutter}, actor, report);
    }
  }
  ImGui::PopStyleVar();
  ImGui::EndChild();
}

void CodeView::draw_line(Context const& context, std::size_t number, Gutter gutter, ActorIndex at_play,
                         UiTestLog& report) {
  Theme const& theme = context.theme;
  Line const& line = lines_[number - 1];
  float const height = theme.fonts.code.size * 1.35F;
  ImVec2 const at = ImGui::GetCursorScreenPos();
  float const width = std::max(ImGui::GetContentRegionAvail().x, gutter.width + measure(theme.fonts.code, line.text).x);
  ImGui::Dummy({width, height});
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (at_play < context.world.actors.size() && here(context, at_play, number)) {
    float const left = ImGui::GetWindowPos().x;
    list->AddRectFilled({left, at.y}, {left + ImGui::GetWindowWidth(), at.y + height}, theme.code_line);
    list->AddRectFilled({left, at.y}, {left + 3, at.y + height}, theme.actor(at_play));
  }
  std::string const label = std::to_string(number);
  float const y = at.y + (height - theme.fonts.code.size) / 2;
  float const label_end = at.x + gutter.width - 1.5F * theme.unit;
  draw_text(list, theme.fonts.code, {label_end - measure(theme.fonts.code, label).x, y}, theme.text_faint, label);
  float x = at.x + gutter.width;
  for (Span const& span : line.spans) {
    std::string_view const part = line.text.substr(span.begin, span.end - span.begin);
    draw_text(list, theme.fonts.code, {x, y}, colour_of(span.tone, theme), part);
    x += measure(theme.fonts.code, part).x;
  }
  draw_markers(context, number, {at.x, at.y, at.x + gutter.markers, at.y + height});
  if (context.live)
    draw_until(context, number, {at.x + gutter.markers, at.y, at.x + gutter.width - 0.5F * theme.unit, at.y + height},
               report);
}

/// A line's number is its breakpoint, as long as the program is there to run.
void CodeView::draw_until(Context const& context, std::size_t number, Rect const& rect, UiTestLog& report) {
  Theme const& theme = context.theme;
  report.widget("line:" + std::to_string(number), rect);
  std::string const line = fmt::format("{}:{}", base_name(file_), number);
  bool const wanted = context.until->running() && context.until->line() == line;
  bool const hovered =
      ImGui::IsMouseHoveringRect({rect.left, rect.top}, {rect.right, rect.bottom}) && ImGui::IsWindowHovered();
  if (wanted || hovered) {
    ImU32 const colour = wanted ? theme.accent : with_alpha(theme.accent, 0.6F);
    ImGui::GetWindowDrawList()->AddRect({rect.left, rect.top + 1}, {rect.right, rect.bottom - 1}, colour,
                                        theme.rounding * 0.5F, 0, wanted ? 2.F : 1.F);
  }
  if (!hovered) return;
  WithFont const usual(theme.fonts.text);
  ImGui::SetTooltip("Run until a process reaches line %zu", number);
  if (ImGui::IsMouseClicked(0)) context.requests.run_until = line;
}

void CodeView::draw_markers(Context const& context, std::size_t number, Rect const& gutter) {
  Theme const& theme = context.theme;
  std::vector<ActorIndex> actors;
  for (std::size_t i = 0; i < context.world.actors.size(); ++i) {
    if (here(context, static_cast<ActorIndex>(i), number)) actors.push_back(static_cast<ActorIndex>(i));
  }
  if (actors.empty()) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  float const size = std::min(gutter.height() - 2, 2.3F * theme.unit);
  bool const folded = actors.size() > most_markers;
  std::size_t const shown = folded ? most_markers - 1 : actors.size();
  float x = gutter.left + 0.6F * theme.unit;
  float const step = 2.5F * theme.unit;
  for (std::size_t i = 0; i < shown; ++i, x += step) {
    ImVec2 const low{x, gutter.centre().y - size / 2};
    list->AddRectFilled(low, {low.x + size, low.y + size}, theme.actor(actors[i]), size * 0.3F);
    std::string const letters = badge(context.trace, actors[i]);
    Font font = theme.fonts.small;
    font.size *= letters.size() > 1 ? 0.8F : 0.95F;
    ImVec2 const text = measure(font, letters);
    draw_text(list, font, {low.x + (size - text.x) / 2, low.y + (size - text.y) / 2}, theme.on_item, letters);
  }
  if (folded) {
    Font font = theme.fonts.small;
    font.size *= 0.9F;
    draw_text(list, font, {x, gutter.centre().y - font.size / 2}, theme.text_soft,
              fmt::format("+{}", actors.size() - shown));
  }
  if (!ImGui::IsMouseHoveringRect({gutter.left, gutter.top}, {gutter.right, gutter.bottom}) ||
      !ImGui::IsWindowHovered()) {
    return;
  }
  std::string words;
  for (std::size_t i = 0; i < actors.size() && i < 20; ++i) {
    words += context.trace.name(actors[i]) + ": " + state_line(context.trace, context.world, actors[i]) + "\n";
  }
  if (actors.size() > 20) words += fmt::format("and {} more\n", actors.size() - 20);
  words.pop_back();
  WithFont const usual(theme.fonts.text);
  ImGui::SetTooltip("%s", words.c_str());
  if (ImGui::IsMouseClicked(0)) {
    context.requests.select = Selection{.what = Selection::What::actor, .actor = actors.front(), .item = {}};
  }
}

}  // namespace qs::gui
