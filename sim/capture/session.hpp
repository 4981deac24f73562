// The recorder's side of a session: creates the memory that an observed program writes into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mp/trace/session.hpp>
#include <stdexcept>

#include <mp/detail/file_descriptor.hpp>

namespace qs {

/// Why there is no session: one clear sentence.
class SessionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Sizes are generous because untouched memory costs nothing.
struct SessionOptions {
  std::uint32_t actors = 4096;  ///< at most 65535
  std::uint32_t locations = 4096;
  std::uint32_t ring_events = 16384;  ///< of each actor; a power of two
  bool lossless = false;              ///< a full ring makes its writer wait for the recorder
  bool many_runs = false;             ///< the program becomes a server of runs; see Arena
  bool controlled = false;            ///< the gate may close: the program's waits stay shallow
};

class Session {
 public:
  /// Throws SessionError.
  explicit Session(SessionOptions const& options = {});
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  mp::trace::SessionView const& view() const { return view_; }
  /// To be inherited by the observed program. Closed on exec.
  int descriptor() const { return memory_.number(); }

  /// The session's clock, now.
  std::uint64_t ticks() const;
  /// What a reading of the session's clock is in nanoseconds since the session began; 0 for earlier ones.
  std::uint64_t nanoseconds(std::uint64_t ticks) const;
  std::uint64_t now() const { return nanoseconds(ticks()); }

  /// Prepares for the next of many runs. No process of the previous run may be left.
  void start_over();
  /// Gives the pages of a ring back to the system. Its writer must be dead.
  void free_ring(std::uint32_t actor);

 private:
  void unmap();

  mp::detail::FileDescriptor memory_;
  mp::trace::SessionView view_;
};

}  // namespace qs
