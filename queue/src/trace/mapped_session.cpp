#include "trace/mapped_session.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace mp::hook {

namespace {

trace::SessionView refuse(char const* reason, char const* variable) noexcept {
  std::fprintf(stderr, "queuescope: %s, so this run is not recorded (%s=%s)\n", reason, trace::session_variable,
               variable);
  return {};
}

/// Opens the session as the supervisor has it. Negative when that cannot be done.
int open_by_path() noexcept {
  char const* const path = std::getenv(trace::session_path_variable);
  return path == nullptr ? -1 : open(path, O_RDWR | O_CLOEXEC);
}

trace::SessionView map_descriptor(int descriptor, char const* variable) noexcept {
  struct stat facts {};
  if (fstat(descriptor, &facts) != 0) return refuse("the session descriptor is not open", variable);
  auto const bytes = static_cast<std::size_t>(facts.st_size);
  if (bytes < sizeof(trace::Header)) return refuse("the descriptor does not refer to a session", variable);
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor, 0);
  if (memory == MAP_FAILED) return refuse("the memory of the session cannot be mapped", variable);
  auto* const header = static_cast<trace::Header*>(memory);
  trace::SessionView const found{header};
  if (std::memcmp(header->magic, trace::session_magic, sizeof header->magic) != 0 ||
      header->version != trace::session_version || header->bytes != bytes || found.size() != bytes) {
    munmap(memory, bytes);
    return refuse("the session was made by another version of queuescope", variable);
  }
  return found;
}

}  // namespace

trace::SessionView map_session() noexcept {
  char const* const variable = std::getenv(trace::session_variable);
  if (variable == nullptr) return {};
  int const opened = open_by_path();
  if (opened >= 0) {
    trace::SessionView const session = map_descriptor(opened, variable);
    close(opened);
    return session;
  }
  char* end = nullptr;
  long const descriptor = std::strtol(variable, &end, 10);
  if (end == variable || *end != '\0' || descriptor < 0) {
    return refuse("the session descriptor is not a number", variable);
  }
  return map_descriptor(static_cast<int>(descriptor), variable);
}

}  // namespace mp::hook
