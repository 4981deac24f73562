// How a scenario ended under each mechanism, as long as nothing else of it changes: so that the two can be compared.
#pragma once

#include <map>
#include <string>

#include "sim/trace/trace.hpp"

namespace qs::gui {

class MechanismComparison {
 public:
  /// A run is over. One of another scenario, or with other parameters, makes those before it forgotten.
  void ended(RunFacts const& run, std::string const& line);
  /// "cpython: ..." for each mechanism but the one that this run has, if they are known.
  std::string others(std::string const& scenario, std::map<std::string, std::string> const& parameters) const;
  /// A line for each mechanism, once there are two; else "".
  std::string compared() const;

 private:
  std::string scenario_;
  std::map<std::string, std::string> parameters_;  ///< without the mechanism
  std::map<std::string, std::string> lines_;       ///< by mechanism
};

}  // namespace qs::gui
