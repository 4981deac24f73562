#include "sim/capture/session.hpp"

#include <algorithm>
#include <memory>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <new>
#include <string>
#include <thread>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace qs {

using mp::trace::Clock;
using mp::trace::Header;
using mp::trace::SessionFacts;
using mp::trace::SessionView;

namespace {

[[noreturn]] void fail(char const* doing) {
  throw SessionError(fmt::format("cannot {}: {}", doing, std::strerror(errno)));
}

std::uint64_t monotonic_ns() {
  auto const since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(since).count());
}

/// The time stamp counter, where the kernel itself keeps time by it.
Clock best_clock() {
#if defined(__x86_64__)
  std::ifstream source("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  std::string name;
  if (source >> name && name == "tsc") return Clock::tsc;
#endif
  return Clock::monotonic_ns;
}

std::uint64_t read_clock([[maybe_unused]] Clock clock) {
#if defined(__x86_64__)
  if (clock == Clock::tsc) return __rdtsc();
#endif
  return monotonic_ns();
}

/// Measured once a process: the counter's rate is a constant of the machine.
double nanoseconds_per_tick(Clock clock) {
  if (clock == Clock::monotonic_ns) return 1.0;
  static double const measured = [clock] {
    auto const time = monotonic_ns();
    auto const ticks = read_clock(clock);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    auto const later = monotonic_ns();
    return static_cast<double>(later - time) / static_cast<double>(read_clock(clock) - ticks);
  }();
  return measured;
}

void check(SessionOptions const& options) {
  if (options.actors == 0 || options.actors > mp::trace::no_object) {
    throw SessionError(fmt::format("a session has 1 to {} actors, not {}", mp::trace::no_object, options.actors));
  }
  if (options.locations == 0) throw SessionError("a session has at least one source location");
  if (!std::has_single_bit(options.ring_events) || options.ring_events < 16) {
    throw SessionError(fmt::format("a ring holds a power of two of events, at least 16, not {}", options.ring_events));
  }
}

}  // namespace

Session::Session(SessionOptions const& options) {
  check(options);
  SessionFacts const sizes{options.actors, options.locations, options.ring_events};
  std::uint64_t const bytes = sizes.bytes();

  memory_ = mp::detail::FileDescriptor(memfd_create("queuescope", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory_) fail("create the session's memory");
  if (ftruncate(memory_.number(), static_cast<off_t>(bytes)) != 0) fail("size the session's memory");
  // Sealed, the program cannot take pages away under the recorder's feet.
  if (fcntl(memory_.number(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    fail("seal the session's memory");
  }
  void* const mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, memory_.number(), 0);
  if (mapped == MAP_FAILED) fail("map the session's memory");

  auto* const header = new (mapped) Header{};
  std::memcpy(header->magic, mp::trace::session_magic, sizeof header->magic);
  header->version = mp::trace::session_version;
  header->actors = options.actors;
  header->locations = options.locations;
  header->ring_events = options.ring_events;
  header->lossless = options.lossless ? 1 : 0;
  header->controlled = options.controlled ? 1 : 0;
  header->many_runs = options.many_runs ? 1 : 0;
  header->bytes = bytes;
  header->recorder_pid = getpid();
  header->location_count = 1;  // 0 is "unknown"
  header->clock = best_clock();
  header->nanoseconds_per_tick = nanoseconds_per_tick(header->clock);
  header->start_ticks = read_clock(header->clock);
  view_ = SessionView(*header);
}

Session::Session(Session&& other) noexcept : memory_(std::move(other.memory_)), view_(std::exchange(other.view_, {})) {}

Session& Session::operator=(Session&& other) noexcept {
  if (this != &other) {
    unmap();
    memory_ = std::move(other.memory_);
    view_ = std::exchange(other.view_, {});
  }
  return *this;
}

Session::~Session() { unmap(); }

void Session::unmap() {
  if (view_) munmap(view_.header, view_.size());
  view_ = {};
}

std::uint64_t Session::ticks() const { return read_clock(view_.facts.clock); }

std::uint64_t Session::nanoseconds(std::uint64_t ticks) const {
  std::uint64_t const start = view_.facts.start_ticks;
  if (ticks <= start) return 0;
  double const nanoseconds = static_cast<double>(ticks - start) * view_.facts.nanoseconds_per_tick;
  constexpr double latest = 9e18;  // beyond that, no program of ours has written this reading
  return static_cast<std::uint64_t>(std::min(nanoseconds, latest));
}

void Session::start_over() {
  auto& header = *view_.header;
  std::uint32_t const count = std::min(header.actor_count.load(), view_.facts.actors);
  for (std::uint32_t actor = 0; actor < count; ++actor) {
    auto* const slot = &view_.actor(actor);
    std::destroy_at(slot);
    std::construct_at(slot);
  }
  header.actor_count = 0;
  header.queue_count = 0;
  header.frozen = 0;
}

void Session::free_ring(std::uint32_t actor) {
  auto const bytes = static_cast<off_t>(sizeof(mp::trace::Event) * view_.facts.ring_events);
  auto const begin = static_cast<off_t>(view_.rings_at()) + bytes * static_cast<off_t>(actor);
  // A kernel that cannot do it only keeps the memory longer.
  (void)fallocate(memory_.number(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, begin, bytes);
}

}  // namespace qs
