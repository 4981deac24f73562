// How a scenario ended under each mechanism with otherwise equal parameters, to compare the two.
#pragma once

#include <map>
#include <string>

#include "sim/trace/trace.hpp"

namespace qs::gui {

class MechanismComparison {
 public:
  /// Records the end of a run. Another scenario or other parameters discard the earlier runs.
  void ended(RunFacts const& run, std::string const& line);
  /// "cpython: ..." for each recorded mechanism other than that of `parameters`.
  std::string others(std::string const& scenario, std::map<std::string, std::string> const& parameters) const;
  /// A line for each mechanism once two are recorded; else "".
  std::string compared() const;

 private:
  std::string scenario_;
  std::map<std::string, std::string> parameters_;  ///< without the mechanism
  std::map<std::string, std::string> lines_;       ///< by mechanism
};

}  // namespace qs::gui
