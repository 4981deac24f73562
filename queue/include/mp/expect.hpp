// Checked assumptions: they tell a tool that tries many schedules which of them end badly.
#pragma once

#include <string>
#include <string_view>

#include <mp/errors.hpp>
#include <mp/source_location.hpp>

namespace mp {

/// Thrown by expect(); what() is the text of the failed expectation.
class ExpectationFailed : public Error {
 public:
  using Error::Error;
  char const* kind() const noexcept override { return "ExpectationFailed"; }
};

/// Does nothing if `condition` holds. Otherwise records the failed expectation in the trace and throws
/// ExpectationFailed, which ends the process with exit code 1 if uncaught, as any exception does. `text` states what
/// should hold: "both additions count". Unlike assert(), it is active in every build.
void expect(bool condition, std::string_view text, SourceLocation where = SourceLocation::current());

}  // namespace mp
