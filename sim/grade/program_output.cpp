#include "sim/grade/program_output.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/capture/session.hpp"

namespace qs::grade {

ProgramOutput::ProgramOutput() : file_(memfd_create("queuescope-output", MFD_CLOEXEC)) {
  if (!file_ || fcntl(file_.number(), F_SETFL, O_APPEND) != 0) {
    throw SessionError("cannot make a file in memory for the program's output");
  }
}

std::uint64_t ProgramOutput::size() const {
  struct stat facts {};
  return fstat(file_.number(), &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

std::string ProgramOutput::text() const {
  std::string text(size(), '\0');
  ssize_t const got = pread(file_.number(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

void ProgramOutput::cut(std::uint64_t size) const { (void)!ftruncate(file_.number(), static_cast<off_t>(size)); }

}  // namespace qs::grade
