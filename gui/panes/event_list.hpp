// Which events the list shows. Filtering is incremental, in slices, so that a million events do not block the
// window.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/world.hpp"

namespace qs::gui {

enum class EventGroup : std::uint8_t { processes, waiting, putting, getting, tasks, looking, record };
inline constexpr std::size_t event_group_count = 7;
EventGroup group_of(Kind kind);
std::string_view words(EventGroup group);

struct EventFilter {
  std::string text;            ///< in the sentence, whatever its case
  ActorIndex actor = nobody;   ///< nobody: all
  std::uint8_t groups = 0x7f;  ///< a bit an EventGroup

  bool has(EventGroup group) const { return (groups >> static_cast<unsigned>(group)) & 1U; }
  bool everything() const { return text.empty() && actor == nobody && groups == 0x7f; }
  bool matches(Trace const& trace, Step step) const;
  friend bool operator==(EventFilter const&, EventFilter const&) = default;
};

class EventList {
 public:
  /// Another trace, or another filter.
  void reset(EventFilter filter);
  /// Looks through at most `budget` further events. True: there are more to look through.
  bool update(Trace const& trace, Step budget);

  std::size_t size(Trace const& trace) const { return filter_.everything() ? trace.size() : steps_.size(); }
  Step at(std::size_t row) const { return filter_.everything() ? static_cast<Step>(row) : steps_[row]; }
  /// The row of that step, or of the last one before it; -1 if there is none.
  std::int64_t row_of(Step step) const;
  EventFilter const& filter() const { return filter_; }

 private:
  EventFilter filter_;
  std::vector<Step> steps_;
  Step looked_at_ = 0;
};

}  // namespace qs::gui
