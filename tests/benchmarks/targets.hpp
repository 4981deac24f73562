// The targets of the queues, held against results.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "report.hpp"

namespace benchmarks {

struct Target {
  std::string what;
  bool at_least = true;  ///< or at most
  double wanted = 1;
  std::optional<double> measured = {};  ///< in the cell in which it is worst
  std::string where = {};

  bool met() const { return at_least ? *measured >= wanted : *measured <= wanted; }
};

/// For the mechanism whose queues are called "queue-MECHANISM" and so on.
std::vector<Target> targets(Results const& results, std::string const& mechanism);

}  // namespace benchmarks
