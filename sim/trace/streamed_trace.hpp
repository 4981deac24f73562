// A trace that is read event by event, in bounded memory.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/recent_items.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// The sink for stream_trace(). It keeps what is said of the run, the actors, the source lines and the queues, the puts
/// of the items on their way, and of the events only the current one. So trace() answers for the current event as the
/// whole trace would: its sentence, names, and the label of its item.
class StreamedTrace : public Sink {
 public:
  /// Beyond so many items on their way at one time, the oldest ones lose their labels. Some 200 bytes each.
  static constexpr std::size_t most_items = 1u << 20;

  void run(RunFacts const&) final;
  void actor(ActorIndex, ActorFacts const&) final;
  void location(std::uint32_t index, Location const&) final;
  void event(Event const&, std::string_view text) final;

 protected:
  /// The current event is step() in the file; in trace() it stands at place().
  virtual void on_event(Event const&) = 0;

  Trace const& trace() const { return trace_; }
  Step step() const { return step_; }
  Step place() const { return trace_.size() - 1; }
  std::string_view text() const { return trace_.text(place()); }
  /// The process that an actor belongs to, itself where that is not known.
  ActorIndex process_of(ActorIndex) const;
  /// Events read so far.
  std::uint64_t events() const { return events_; }

 private:
  struct Put {
    Event event;
    std::string text;
  };

  void forget_current();
  void keep_queue(Event const&, std::string_view text);
  void forget_finished(Event const&);

  Trace trace_;  ///< its first events are the queue_news, one for each queue
  Step kept_ = 0;
  std::vector<Step> queues_;  ///< by queue: where its queue_new is kept
  Step step_ = no_step;
  std::uint64_t events_ = 0;
  RecentItems<Put> puts_{most_items};
};

}  // namespace qs
