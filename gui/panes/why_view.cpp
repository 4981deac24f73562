#include "gui/panes/why_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "gui/draw/glyphs.hpp"
#include "gui/draw/widgets.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

constexpr std::size_t most_chains = 12;

/// A box around what is drawn in between; its bar has the given colour.
class Card {
 public:
  Card(Theme const& theme, ImU32 bar) : theme_(theme), bar_(bar), at_(ImGui::GetCursorScreenPos()) {
    width_ = ImGui::GetContentRegionAvail().x;
    list_ = ImGui::GetWindowDrawList();
    list_->ChannelsSplit(2);
    list_->ChannelsSetCurrent(1);
    ImGui::Dummy({1, 0.15F * theme.unit});
    ImGui::Indent(1.5F * theme.unit);
    ImGui::BeginGroup();
    ImGui::PushItemWidth(width_ - 3 * theme.unit);
  }
  ~Card() {
    ImGui::PopItemWidth();
    ImGui::EndGroup();
    ImGui::Unindent(1.5F * theme_.unit);
    ImVec2 const end{at_.x + width_, ImGui::GetItemRectMax().y + 0.9F * theme_.unit};
    list_->ChannelsSetCurrent(0);
    list_->AddRectFilled(at_, end, theme_.card, theme_.rounding);
    list_->AddRectFilled(at_, {at_.x + 0.5F * theme_.unit, end.y}, bar_, theme_.rounding, ImDrawFlags_RoundCornersLeft);
    list_->ChannelsMerge();
    ImGui::Dummy({1, 0.5F * theme_.unit});
  }
  Card(Card const&) = delete;
  Card& operator=(Card const&) = delete;

 private:
  Theme const& theme_;
  ImU32 bar_;
  ImVec2 at_;
  float width_;
  ImDrawList* list_;
};

void draw_link(Context const& context, WaitLink const& step) {
  Theme const& theme = context.theme;
  ActorState const state =
      step.actor < context.world.actors.size() ? context.world.actors[step.actor].state : ActorState::unborn;
  Card const card(theme, theme.state(state));
  ImVec2 const at = ImGui::GetCursorScreenPos();
  float const radius = 0.5F * theme.unit;
  draw_state_mark(ImGui::GetWindowDrawList(), theme, {at.x + radius, at.y + theme.fonts.text.size * 0.55F}, radius,
                  state);
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + 3 * radius);
  ImGui::PushID(static_cast<int>(step.actor));
  if (link(theme, context.trace.name(step.actor))) {
    context.requests.select = Selection{.what = Selection::What::actor, .actor = step.actor, .item = {}};
  }
  ImGui::PopID();
  ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x - theme.unit);
  ImGui::PushStyleColor(ImGuiCol_Text, theme.text);
  ImGui::TextUnformatted(step.sentence.c_str());
  ImGui::PopStyleColor();
  ImGui::PopTextWrapPos();
  if (step.since >= context.trace.size()) return;
  ImGui::PushID(static_cast<int>(step.since));
  if (link(theme, fmt::format("since step {}", number(step.since)))) context.requests.go_to = step.since;
  ImGui::PopID();
}

void draw_chain(Context const& context, WaitChain const& chain) {
  for (std::size_t i = 0; i < chain.links.size(); ++i) {
    ImGui::PushID(static_cast<int>(i));
    draw_link(context, chain.links[i]);
    ImGui::PopID();
  }
  if (chain.conclusion.empty()) return;
  WithFont const font(context.theme.fonts.strong);
  paragraph(chain.conclusion, chain.cycle ? context.theme.error : context.theme.text);
}

bool begins_with_selected(Context const& context, WaitChain const& chain) {
  return context.selection.what == Selection::What::actor && !chain.links.empty() &&
         chain.links.front().actor == context.selection.actor;
}

void draw_finding(Context const& context, Finding const& finding) {
  Theme const& theme = context.theme;
  Card const card(theme, theme.warning);
  ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x - theme.unit);
  {
    WithFont const font(theme.fonts.strong);
    ImGui::TextUnformatted(finding.title.c_str());
  }
  ImGui::PushStyleColor(ImGuiCol_Text, theme.text_soft);
  ImGui::TextUnformatted(finding.cause.c_str());
  ImGui::PopStyleColor();
  if (!finding.remedy.empty()) ImGui::TextUnformatted(finding.remedy.c_str());
  ImGui::PopTextWrapPos();
}

}  // namespace

Diagnosis const& WhyView::diagnosis(Context const& context) {
  if (!diagnosis_ || step_ != context.step || size_ != context.trace.size() || live_ != context.live) {
    diagnosis_ = diagnose(context.trace, context.world);
    step_ = context.step;
    size_ = context.trace.size();
    live_ = context.live;
  }
  return *diagnosis_;
}

void WhyView::draw(Context const& context, UiTestLog& report) {
  Theme const& theme = context.theme;
  if (context.trace.events.empty()) {
    empty_state(theme, "No process is blocked",
                "When a process waits, this pane explains what for and because of whom.");
    return;
  }
  Scroll const scroll("why", {0, 0});
  report.last_widget("why");
  if (context.selection.what == Selection::What::actor && context.selection.actor < context.world.actors.size()) {
    ActorIndex const actor = context.selection.actor;
    bool const blocked = context.world.actors[actor].state == ActorState::blocked;
    heading(theme, (blocked ? "Why " + context.trace.name(actor) + " is blocked" : context.trace.name(actor)));
    if (blocked) {
      draw_chain(context, why(context.trace, context.world, actor));
    } else {
      paragraph(state_line(context.trace, context.world, actor), theme.text_soft);
    }
    ImGui::Dummy({1, 0.5F * theme.unit});
  }
  Diagnosis const& whole = diagnosis(context);
  heading(theme, "The whole run at this step");
  paragraph(whole.headline, whole.stuck ? theme.error : theme.text_soft);
  for (Finding const& finding : whole.findings) draw_finding(context, finding);
  for (std::size_t i = 0; i < whole.chains.size() && i < most_chains; ++i) {
    if (begins_with_selected(context, whole.chains[i])) continue;  // it is shown above
    ImGui::PushID(static_cast<int>(i));
    draw_chain(context, whole.chains[i]);
    ImGui::Dummy({1, 0.5F * theme.unit});
    ImGui::PopID();
  }
  if (whole.chains.size() > most_chains) {
    paragraph(fmt::format("and {} more groups of waiting actors", whole.chains.size() - most_chains), theme.text_faint);
  }
}

}  // namespace qs::gui
