// Where a graded program writes: a file in memory, which is read when a run is over.
#pragma once

#include <cstdint>
#include <string>

#include <mp/detail/file_descriptor.hpp>

namespace qs::grade {

class ProgramOutput {
 public:
  /// Throws SessionError.
  ProgramOutput();
  /// All processes that inherit it append.
  int descriptor() const { return file_.number(); }
  std::uint64_t size() const;
  std::string text() const;
  void cut(std::uint64_t size) const;

 private:
  mp::detail::FileDescriptor file_;
};

}  // namespace qs::grade
