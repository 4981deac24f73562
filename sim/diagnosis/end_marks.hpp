// End marks: the items by which the consumers of a queue learn that nothing more comes. Private to the diagnosis.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// An end mark is a sentinel of the library (std::nullopt, Python's None) or, on a queue without any, an ordinary value
/// that the program uses as one: a producer puts it last, a consumer stops after it (or several
/// producers put it last), and it is not one more item of the
/// others' kind (put at a line of its own, a word such as "STOP", or a negative number).
class EndMarks {
 public:
  /// Of the events up to the world's step.
  EndMarks(Trace const&, World const&);

  struct Use {
    std::uint64_t put = 0, got = 0;
    Step last_got = no_step;
  };

  bool is_mark(ItemId) const;
  Use of(QueueIndex, ActorIndex) const;
  /// The preview of the ordinary value that ends consumers of this queue; empty if it uses sentinels, or nothing.
  std::string value(QueueIndex) const;

 private:
  void find_values(Step end, World const&);
  void count_uses(Step end);

  Trace const& trace_;
  std::map<QueueIndex, std::string> values_;
  std::map<std::pair<QueueIndex, ActorIndex>, Use> uses_;
};

}  // namespace qs
