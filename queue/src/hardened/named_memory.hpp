// The shared memory of a queue that unrelated processes open by name: a file below /dev/shm, readable by its owner
// only.
//
//   +--------------+---------------+------------------------+----------+
//   | Header, page | HardenedState | links and pins of log  | segments |
//   +--------------+---------------+------------------------+----------+
//
// The memory ends with the last process that has it open. A process that closes it, or exits in an orderly way, removes
// the name if no other live process has the queue open; if all were killed, the next open finds no live process and
// starts with an empty queue. Both decisions are made under an exclusive flock of the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <mp/detail/file_descriptor.hpp>

#include "hardened/hardened_state.hpp"

namespace mp::detail {

class NamedMemory {
 public:
  /// What all processes that open a name must agree on.
  struct Agreement {
    std::string_view item_type;
    std::int32_t maxsize;
    std::int32_t producers;
  };
  /// Opens the memory, or creates it, and registers this process. Throws ValueError for a name that is not one or that
  /// is used with other options, OSError when the system or the owner of the memory refuses.
  NamedMemory(std::string const& name, Agreement const& wanted);
  ~NamedMemory();
  NamedMemory(NamedMemory const&) = delete;
  NamedMemory& operator=(NamedMemory const&) = delete;

  HardenedState& state() const;
  SegmentedLog log() const;
  /// This process has closed the queue.
  void release() noexcept;
  [[nodiscard]] bool same_file(NamedMemory const& other) const;
  /// Removes a name whose processes were all killed. Returns false if there is none, or a live process has it open.
  static bool remove_dead(std::string const& name);

 private:
  struct Header;
  static constexpr std::uint32_t segments = 16384;  ///< 1 GiB of items, or what /dev/shm has room for
  static constexpr std::size_t header_bytes = 4096;
  static std::size_t bytes();

  void map();
  void initialise(Agreement const& wanted);
  void check(Agreement const& wanted) const;
  Header& header() const;
  void reserve(std::size_t from, std::size_t count) const;

  std::string name_;  ///< as given
  std::string file_;  ///< for shm_open
  FileDescriptor descriptor_;
  void* memory_ = nullptr;
};

}  // namespace mp::detail
