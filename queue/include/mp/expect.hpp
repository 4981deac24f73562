// What a program relies on, said where it relies on it: a tool that tries many schedules then knows a bad one.
#pragma once

#include <string>
#include <string_view>

#include <mp/errors.hpp>
#include <mp/source_location.hpp>

namespace mp {

/// Thrown by expect(). Its text is the expectation that did not hold.
class ExpectationFailed : public Error {
 public:
  using Error::Error;
  char const* kind() const noexcept override { return "ExpectationFailed"; }
};

/// Nothing when `condition` holds. Otherwise the trace has the failed expectation, and ExpectationFailed is
/// thrown: uncaught, it ends the process with exit code 1, as every exception does. `text` says what should
/// be: "both additions count". Unlike assert(), it is there in every build.
void expect(bool condition, std::string_view text, SourceLocation where = SourceLocation::current());

}  // namespace mp
