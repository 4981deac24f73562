#include "trace/mapped_session.hpp"

#include <sys/mman.h>
#include <sys/stat.h>

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

}  // namespace

trace::SessionView map_session() noexcept {
  char const* const variable = std::getenv(trace::session_variable);
  if (variable == nullptr) return {};
  char* end = nullptr;
  long const descriptor = std::strtol(variable, &end, 10);
  if (end == variable || *end != '\0' || descriptor < 0) {
    return refuse("the session descriptor is not a number", variable);
  }
  struct stat facts {};
  if (fstat(static_cast<int>(descriptor), &facts) != 0) return refuse("the session descriptor is not open", variable);
  auto const bytes = static_cast<std::size_t>(facts.st_size);
  if (bytes < sizeof(trace::Header)) return refuse("the descriptor does not refer to a session", variable);
  void* const memory =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, static_cast<int>(descriptor), 0);
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

}  // namespace mp::hook
