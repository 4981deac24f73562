// Starts a program so that no process of it can be left behind.
//
//   queuescope ──spawns──> queuescope supervise ──forks──> the program ──forks──> its processes
//        │   control pipe ──>  │   <── orphans come to the supervisor, not to init
//        │ <── status pipe     │
//
// When the control pipe is closed (by queuescope, or because it died), the supervisor kills every descendant until none
// is left. When the supervisor dies, the program dies with it (PR_SET_PDEATHSIG), and queuescope, which becomes the
// parent of the orphans, kills them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <mp/detail/file_descriptor.hpp>
#include "sim/process/limits.hpp"

namespace qs {

/// What the supervisor tells through the status pipe.
struct SupervisorReport {
  enum class What : std::int32_t { not_started, program_ended, orphan_ended, limit_reached, nobody_left } what;
  std::int32_t value;  ///< errno; exit code, or a signal's number, negative; a Limit
  std::int32_t pid;    ///< who ended
};

struct SupervisorOptions {
  std::vector<std::string> command;           ///< the program, found as a shell would, and its arguments
  std::vector<std::string> environment = {};  ///< "NAME=value", beside what is inherited
  int session = -1;     ///< a descriptor that the program inherits, with its number in the environment; -1: none
  bool silent = false;  ///< what the program writes goes nowhere
  bool output_to_stderr = false;  ///< the program's standard output goes where its errors go
  int output = -1;                ///< descriptor for what the program writes; -1: as ours
  ProcessLimits limits = {};      ///< for the program and all its descendants
  std::string executable;         ///< that calls supervisor_main(); empty: this one
};

/// The name of the hidden command: `queuescope supervise ...`.
inline constexpr char supervise_command[] = "supervise";
/// The other side; only an executable's main calls it, when argv[1] is supervise_command.
int supervisor_main(int argc, char** argv);

class Supervisor {
 public:
  /// A failure is found in error().
  explicit Supervisor(SupervisorOptions const& options);
  /// Leaves no process.
  ~Supervisor();
  Supervisor(Supervisor const&) = delete;
  Supervisor& operator=(Supervisor const&) = delete;

  /// Takes in what the other side has reported. Does not wait.
  void poll();
  /// Readable when there is something to poll(); for waiting.
  int descriptor() const { return status_.number(); }

  /// Why the program did not start, as a sentence; empty when it did, or when that is not known yet.
  std::string const& error() const { return error_; }
  /// How the program's own process ended: exit code, or a signal's number, negative.
  std::optional<int> exit_code() const { return exit_code_; }
  /// Those of the program's processes that have ended since the last call and that their own parent, if it lived, did
  /// not wait for: pid, and exit code or a signal's number, negative.
  std::vector<std::pair<pid_t, int>> take_ended() { return std::exchange(ended_, {}); }
  /// Which limit ended the program, if one did.
  std::optional<Limit> limit_reached() const { return limit_reached_; }
  /// The program and all its descendants are gone.
  bool nobody_left() const { return nobody_left_; }

  /// Kills the program and all its descendants and waits till they are gone.
  void kill_all();

 private:
  void spawn(SupervisorOptions const& options);
  void wait_for_supervisor();

  std::string program_;
  mp::detail::FileDescriptor control_;
  mp::detail::FileDescriptor status_;
  pid_t pid_ = -1;            ///< the supervisor; -1 once it has been waited for
  std::set<pid_t> not_mine_;  ///< children that this process had before
  std::string error_;
  std::optional<int> exit_code_;
  std::vector<std::pair<pid_t, int>> ended_;
  std::optional<Limit> limit_reached_;
  bool nobody_left_ = false;
};

}  // namespace qs
