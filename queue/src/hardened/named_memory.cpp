#include "hardened/named_memory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include <mp/errors.hpp>

namespace mp::detail {

namespace {

constexpr char magic[8] = {'M', 'P', 'Q', 'U', 'E', 'U', 'E', '1'};

std::string file_of(std::string const& name) {
  if (name.size() < 2 || name.size() > 200 || name.front() != '/' || name.find('/', 1) != std::string::npos)
    throw ValueError("'" + name + "' is not a name of a queue; write it as '/jobs', without another slash");
  return "/mp." + name.substr(1);
}

[[noreturn]] void refuse(std::string const& name, std::string const& reason) {
  throw OSError("cannot open the queue '" + name + "': " + reason);
}

/// Exclusive among all that open the file; released with the descriptor.
bool lock_file(int descriptor) {
  while (flock(descriptor, LOCK_EX) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

/// Whether the name still refers to this file, which may have been removed before it was locked.
bool is_named(std::string const& file, int descriptor) {
  FileDescriptor const now(shm_open(file.c_str(), O_RDWR | O_CLOEXEC, 0));
  struct stat mine {};
  struct stat theirs {};
  return now && fstat(descriptor, &mine) == 0 && fstat(now.number(), &theirs) == 0 && mine.st_ino == theirs.st_ino;
}

}  // namespace

struct NamedMemory::Header {
  char magic[sizeof mp::detail::magic];
  std::uint64_t bytes;  ///< of the whole memory: differs between incompatible versions of the library
  std::int32_t maxsize;
  std::int32_t producers;
  char item_type[1024];
};

std::size_t NamedMemory::bytes() { return header_bytes + sizeof(HardenedState) + SegmentedLog::bytes(segments); }

NamedMemory::Header& NamedMemory::header() const { return *static_cast<Header*>(memory_); }
HardenedState& NamedMemory::state() const {
  return *reinterpret_cast<HardenedState*>(static_cast<std::byte*>(memory_) + header_bytes);
}
SegmentedLog NamedMemory::log() const {
  return {state().log, &state() + 1, segments, {descriptor_.number(), static_cast<std::byte*>(memory_)}};
}

NamedMemory::NamedMemory(std::string const& name, Agreement const& wanted) : name_(name), file_(file_of(name)) {
  for (;;) {
    descriptor_ = FileDescriptor(shm_open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!descriptor_) refuse(name, std::strerror(errno));
    // Locked by a description of its own: a forked child shares descriptor_ with its parent.
    FileDescriptor const lock(shm_open(file_.c_str(), O_RDWR | O_CLOEXEC, 0));
    if (!lock || !lock_file(lock.number()) || !is_named(file_, descriptor_.number()) || !is_named(file_, lock.number()))
      continue;
    struct stat status {};
    if (fstat(descriptor_.number(), &status) != 0) refuse(name, std::strerror(errno));
    if (status.st_uid != geteuid() || (status.st_mode & 077) != 0) refuse(name, "it belongs to another user");
    bool const complete = static_cast<std::size_t>(status.st_size) == bytes();
    if (complete) map();
    if (!complete || std::memcmp(header().magic, magic, sizeof magic) != 0 || !state().open_handles.others(0)) {
      if (!complete && status.st_size != 0) refuse(name, "it was made by another version of the library");
      initialise(wanted);
    } else {
      check(wanted);
    }
    state().open_handles.enter(ProcessIdentity::mine());
    return;
  }
}

NamedMemory::~NamedMemory() {
  if (memory_ != nullptr) munmap(memory_, bytes());
}

void NamedMemory::map() {
  memory_ = mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor_.number(), 0);
  if (memory_ == MAP_FAILED) {
    memory_ = nullptr;
    refuse(name_, std::string("cannot map its memory: ") + std::strerror(errno));
  }
  madvise(memory_, bytes(), MADV_DONTDUMP);
}

/// Whatever is written must have pages: without them, a full /dev/shm would end the process by SIGBUS.
void NamedMemory::reserve(std::size_t from, std::size_t count) const {
  if (fallocate(descriptor_.number(), 0, static_cast<off_t>(from), static_cast<off_t>(count)) == 0) return;
  std::string const reason = std::strerror(errno);
  shm_unlink(file_.c_str());
  refuse(name_, "no memory in /dev/shm: " + reason);
}

void NamedMemory::initialise(Agreement const& wanted) {
  int const descriptor = descriptor_.number();
  if (ftruncate(descriptor, 0) != 0 || ftruncate(descriptor, static_cast<off_t>(bytes())) != 0)
    refuse(name_, std::string("cannot size its memory: ") + std::strerror(errno));
  if (memory_ == nullptr) map();
  auto const* const base = static_cast<std::byte const*>(memory_);
  auto const offset = [base](void const* at) {
    return static_cast<std::size_t>(static_cast<std::byte const*>(at) - base);
  };
  // All of the state but the task ledger, which only a JoinableQueue uses.
  reserve(0, offset(&state().ledger) + 4096);
  reserve(offset(&state() + 1), std::size_t{segments} * 2 * sizeof(std::uint32_t));
  Header& facts = header();
  facts.bytes = bytes();
  facts.maxsize = wanted.maxsize;
  facts.producers = wanted.producers;
  std::memcpy(facts.item_type, wanted.item_type.data(), std::min(wanted.item_type.size(), sizeof facts.item_type - 1));
  new (&state().write_lock) RobustMutex;
  new (&state().read_lock) RobustMutex;
  state().log.fresh.store(1);                       // segment 0 is in the log from the start
  if (!log().reserve_first()) reserve(0, bytes());  // reports why
  std::memcpy(facts.magic, magic, sizeof magic);
}

void NamedMemory::check(Agreement const& wanted) const {
  Header const& facts = header();
  auto const differ = [this](std::string const& what, std::string const& theirs, std::string const& mine) {
    throw ValueError("the queue '" + name_ + "' is open with " + what + " " + theirs + ", not " + mine);
  };
  std::string_view const item_type(facts.item_type, strnlen(facts.item_type, sizeof facts.item_type));
  if (item_type != wanted.item_type.substr(0, sizeof facts.item_type - 1))
    differ("the item type", std::string(item_type), std::string(wanted.item_type));
  if (facts.maxsize != wanted.maxsize) differ("maxsize", std::to_string(facts.maxsize), std::to_string(wanted.maxsize));
  if (facts.producers != wanted.producers)
    differ("producers", std::to_string(facts.producers), std::to_string(wanted.producers));
}

bool NamedMemory::same_file(NamedMemory const& other) const {
  struct stat mine {};
  struct stat theirs {};
  return fstat(descriptor_.number(), &mine) == 0 && fstat(other.descriptor_.number(), &theirs) == 0 &&
         mine.st_ino == theirs.st_ino;
}

void NamedMemory::release() noexcept {
  FileDescriptor const lock(shm_open(file_.c_str(), O_RDWR | O_CLOEXEC, 0));
  bool const named = lock && lock_file(lock.number()) && is_named(file_, descriptor_.number());
  state().open_handles.leave(getpid());
  if (named && !state().open_handles.others(getpid())) shm_unlink(file_.c_str());
}

bool NamedMemory::remove_dead(std::string const& name) {
  std::string const file = file_of(name);
  FileDescriptor const lock(shm_open(file.c_str(), O_RDWR | O_CLOEXEC, 0));
  if (!lock || !lock_file(lock.number()) || !is_named(file, lock.number())) return false;
  struct stat status {};
  if (fstat(lock.number(), &status) != 0) return false;
  if (static_cast<std::size_t>(status.st_size) == bytes()) {
    void* const memory = mmap(nullptr, bytes(), PROT_READ, MAP_SHARED | MAP_NORESERVE, lock.number(), 0);
    if (memory == MAP_FAILED) return false;
    auto const* const state =
        reinterpret_cast<HardenedState const*>(static_cast<std::byte const*>(memory) + header_bytes);
    bool const alive = state->open_handles.others(0);
    munmap(memory, bytes());
    if (alive) return false;
  }
  return shm_unlink(file.c_str()) == 0;
}

}  // namespace mp::detail
