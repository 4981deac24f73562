// What every actor does and waits in, as nested slices with flows between them: for the formats of timeline viewers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/export/exporter.hpp"
#include "sim/export/queue_counts.hpp"
#include "sim/trace/recent_items.hpp"

namespace qs {

/// How an item's flow passes through a slice: from its put through its feeder to its get and its task_done.
enum class Flow : std::uint8_t { none, begin, step, end };

struct Slice {
  enum class What : std::uint8_t {
    call,  ///< a public call
    wait,  ///< blocked or asleep; the innermost one
    feed,  ///< a feeder has an item in its hands
    exit,  ///< the exit steps of a process
  };
  What what;
  std::string name;
  std::string_view category;
  std::uint64_t begin;  ///< ns
  Step step;            ///< of the event that began it
  Event event;          ///< that one
  std::string queue;    ///< the name of the queue that it is about; may be empty
  std::string where;    ///< "file:line" of the call; may be empty
  ItemId item{};
  std::string label{};  ///< of the item
  Flow flow = Flow::none;
  bool flow_is_out = false;  ///< for the format: it has written the flow already
};

/// An exporter that receives slices, instants and counters. Slices of one actor nest: the last one that was opened is
/// closed first, and flow() comes while its slice is open.
class Activity : public Exporter {
 public:
  void before_range(Current const&) final;
  void event(Current const&) final;
  void finish(Trace const& facts, std::uint64_t time) final;

 protected:
  static constexpr std::size_t most_flows = 1u << 20;  ///< open at one time; beyond, the oldest ones end unfinished

  virtual void open(ActorIndex, Slice& slice) = 0;
  /// `outcome` is how it ended: "ok", "Empty", "killed"; empty for a wait that was over.
  virtual void close(ActorIndex, Slice& slice, std::uint64_t time, std::string const& outcome) = 0;
  virtual void flow(ActorIndex, Slice&, std::uint64_t /*time*/) {}
  virtual void instant(Current const&, std::string_view name) = 0;
  virtual void count(Trace const&, QueueIndex, Count, std::uint64_t time, std::int64_t value) = 0;
  /// Before the first slice or instant of an actor.
  virtual void meet(Trace const&, ActorIndex) = 0;
  virtual void end(Trace const& facts, std::uint64_t time) = 0;

  std::string_view count_name(Count, bool hardened) const;

 private:
  struct Actor {
    std::vector<Slice> slices;
    std::uint64_t last = 0;  ///< time of its last event
    bool met = false;
  };

  Actor& at(Trace const&, ActorIndex);
  void take(Current const&);
  void on_event(Current const&, Actor&);
  void open(Current const&, ActorIndex, Slice slice);
  void close_one(ActorIndex, std::uint64_t time, std::string const& outcome);
  void close_down_to(ActorIndex, std::size_t height, std::uint64_t time, std::string const& outcome);
  void bury(Current const&, ActorIndex process, std::string const& outcome);
  void know_item(Current const&, ActorIndex, Slice&);
  Flow next_flow(Current const&, ItemId, Slice const&);
  void begin_range(Current const&);

  bool shown_ = false;
  std::vector<Actor> actors_;
  RecentItems<bool> flows_{most_flows};
  Current const* now_ = nullptr;
  QueueCounts counts_{[this](QueueIndex queue, Count which, std::int64_t value) {
    if (shown_) count(now_->trace, queue, which, now_->time, value);
  }};
};

}  // namespace qs
