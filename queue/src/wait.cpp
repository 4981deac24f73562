#include <mp/wait.hpp>

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <mp/errors.hpp>

#include "trace/attach.hpp"
#include "trace/hook.hpp"
#include "waiting/blocking_operation.hpp"
#include "waiting/ready.hpp"

namespace mp {

namespace {

/// How often a queue is checked that has no descriptor, and one whose writer may have died before it used the
/// descriptor.
constexpr Nanoseconds check_interval{5'000'000}, recheck_interval{1'000'000'000};

class WaitSet {
 public:
  WaitSet(std::span<Waitable const> objects, SourceLocation const& where) : objects_(objects) {
    for (auto const& object : objects) {
      int descriptor = object.descriptor();
      if (object.queue() != nullptr) {
        descriptor = object.queue()->watch();
        longest_sleep_ = std::min(longest_sleep_, descriptor < 0 ? check_interval : recheck_interval);
      } else if (descriptor < 0) {
        throw ValueError("cannot wait for a process that was not started", where);
      }
      if (descriptor >= 0) polled_.push_back({descriptor, POLLIN, 0});
    }
  }
  std::vector<std::size_t> ready() const {
    std::vector<std::size_t> indexes;
    for (std::size_t index = 0; index < objects_.size(); ++index) {
      Waitable const& object = objects_[index];
      if (object.queue() != nullptr ? object.queue()->can_get() : detail::ready(object.descriptor(), POLLIN))
        indexes.push_back(index);
    }
    return indexes;
  }
  /// Returns false after the time-out. Returns early.
  bool sleep(Timeout timeout) {
    bool const last = timeout && *timeout <= longest_sleep_;
    timespec const time = detail::to_timespec(last ? *timeout : longest_sleep_);
    bool const unlimited = !last && longest_sleep_ == Nanoseconds::max();
    int const ready = ppoll(polled_.data(), polled_.size(), unlimited ? nullptr : &time, nullptr);
    if (ready < 0 && errno != EINTR) throw OSError(std::string("cannot wait: ") + std::strerror(errno));
    return ready != 0 || !last;
  }

 private:
  std::span<Waitable const> objects_;
  std::vector<pollfd> polled_;
  Nanoseconds longest_sleep_ = Nanoseconds::max();
};

}  // namespace

std::vector<std::size_t> wait(std::span<Waitable const> objects, Timeout timeout, SourceLocation where) {
  hook::attach();
  hook::ScopedLocation const here(where);
  WaitSet set(objects, where);
  // A wait for several objects has no single resource: it is recorded as a wait for time, which is not taken for a
  // deadlock.
  bool const one_queue = objects.size() == 1 && objects.front().queue() != nullptr;
  auto const resource = one_queue ? hook::Resource::pipe_data : hook::Resource::deadline;
  detail::BlockingOperation operation({.kind = hook::Kind::woken,
                                       .resource = resource,
                                       .object = one_queue ? objects.front().queue()->trace_index() : trace::no_object,
                                       .time_over = one_queue ? hook::Kind::refused : hook::Kind::woken},
                                      Block::yes, timeout);
  for (;;) {
    bool const may_wait = operation.turn([&] { return set.ready().empty() ? resource : hook::Resource::nothing; });
    std::vector<std::size_t> indexes = set.ready();
    if (!indexes.empty() || !may_wait) return indexes;
    if (operation.wait([&](Timeout time) { return set.sleep(time) && !set.ready().empty(); }) ==
        detail::WaitOutcome::timed_out)
      return set.ready();
  }
}

}  // namespace mp
