#include "boost_peer.hpp"

#include <unistd.h>

#include <boost/interprocess/ipc/message_queue.hpp>
#include <cstdint>
#include <memory>
#include <vector>

namespace benchmarks {

namespace {

namespace bi = boost::interprocess;

class BoostQueue {
 public:
  explicit BoostQueue(Cell const& cell)
      : name_("queue_benchmark_" + std::to_string(getpid())),
        queue_(bi::create_only, name_.c_str(), bound_items, cell.size),
        buffer_(cell.size) {
    bi::message_queue::remove(name_.c_str());  // the children have the mapping: nothing can be left behind
  }

  std::uint64_t put() {
    queue_.send(buffer_.data(), buffer_.size(), 0);
    return 1;
  }
  std::uint64_t get() {
    bi::message_queue::size_type size = 0;
    unsigned priority = 0;
    queue_.receive(buffer_.data(), buffer_.size(), size, priority);
    return 1;
  }

 private:
  std::string name_;
  bi::message_queue queue_;
  std::vector<char> buffer_;
};

}  // namespace

Peer boost_message_queue() {
  return {.id = "boost",
          .title = "boost message_queue",
          .bounds = Bounds::always,
          .start = forked([](Cell const& cell) { return std::make_shared<BoostQueue>(cell); })};
}

}  // namespace benchmarks
