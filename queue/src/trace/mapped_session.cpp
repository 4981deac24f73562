#include "trace/mapped_session.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
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

/// Why memory of this size is not a session that this version of the library can write to; nullptr: it is one.
char const* fault_of(trace::Header const& header, trace::SessionFacts const& facts, std::size_t bytes) noexcept {
  if (std::memcmp(header.magic, trace::session_magic, sizeof header.magic) != 0)
    return "the descriptor does not refer to a session";
  if (header.version != trace::session_version) return "the session was made by another version of queuescope";
  if (facts.actors == 0 || facts.actors > trace::no_object || facts.locations == 0 || facts.ring_events < 16 ||
      !std::has_single_bit(facts.ring_events))
    return "the header of the session is damaged";
  if (facts.bytes() != bytes) return "the session's size does not match its header";
  return nullptr;
}

/// Opens the session as the supervisor has it. Negative when that cannot be done.
int open_by_path() noexcept {
  char const* const path = secure_getenv(trace::session_path_variable);
  return path == nullptr ? -1 : ::open(path, O_RDWR | O_CLOEXEC);
}

trace::SessionView map_descriptor(int descriptor, char const* variable) noexcept {
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return refuse("the session descriptor is not open", variable);
  auto const bytes = static_cast<std::size_t>(status.st_size);
  if (bytes < sizeof(trace::Header)) return refuse("the descriptor does not refer to a session", variable);
  // If the memory could be shrunk, any event could end this process by SIGBUS.
  int const seals = fcntl(descriptor, F_GET_SEALS);
  if (seals < 0 || (seals & F_SEAL_SHRINK) == 0) return refuse("the memory of the session is not sealed", variable);
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor, 0);
  if (memory == MAP_FAILED) return refuse("the memory of the session cannot be mapped", variable);
  trace::SessionView const found(*static_cast<trace::Header*>(memory));
  if (char const* const fault = fault_of(*found.header, found.facts, bytes)) {
    munmap(memory, bytes);
    return refuse(fault, variable);
  }
  return found;
}

}  // namespace

trace::SessionView map_session() noexcept {
  // A program that runs with more rights than its caller must not write to memory that the caller provides.
  char const* const variable = secure_getenv(trace::session_variable);
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
