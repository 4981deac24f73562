// A grade for a student, for an autograder (JSON) and for a CI server (JUnit XML).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/grade/grade.hpp"

namespace qs::grade {

std::string to_text(Grade const&);
nlohmann::ordered_json to_json(Grade const&);
std::string to_junit(Grade const&);

}  // namespace qs::grade
