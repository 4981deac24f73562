#include <mp/expect.hpp>

#include "trace/attach.hpp"
#include "trace/hook.hpp"

namespace mp {

void expect(bool condition, std::string_view text, SourceLocation where) {
  if (condition) return;
  hook::attach();
  hook::ScopedLocation const here(where);
  hook::emit(hook::Kind::expectation_failed, {}, text);
  throw ExpectationFailed(std::string(text), where);
}

}  // namespace mp
