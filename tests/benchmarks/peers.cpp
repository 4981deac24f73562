#include <limits.h>

#include <memory>

#include "ours.hpp"
#include "peer.hpp"
#include "semaphore_loop.hpp"
#include "system_peers.hpp"
#ifdef WITH_BOOST
#include "boost_peer.hpp"
#endif

namespace benchmarks {

namespace {

Peer raw_pipe(std::string id, std::string title, std::uint64_t messages) {
  return {.id = std::move(id),
          .title = std::move(title),
          .bounds = Bounds::never,
          .refusal = [=](Cell const& cell) { return RawPipe::refusal(cell, messages); },
          .start = forked([=](Cell const& cell) { return std::make_shared<RawPipe>(cell, messages); })};
}

/// `kind` is what cpython_peer.py calls it.
Peer cpython(std::string kind, std::string title, Bounds bounds) {
  return {.id = "python-" + kind,
          .title = std::move(title),
          .bounds = bounds,
          .refusal = [=](Cell const& cell) -> std::string {
            bool const alone = cell.shape.producers <= 1 && cell.shape.consumers <= 1;
            return kind == "pipe" && !alone ? "a connection is for one process at each end" : "";
          },
          .start = [=](Cell const& cell, Team& team) -> std::shared_ptr<void> {
            team.execute({PYTHON, PYTHON_PEER, kind, cell.kind == Kind::round_trip ? "round_trip" : "throughput",
                          std::to_string(cell.shape.producers), std::to_string(cell.shape.consumers),
                          std::to_string(cell.size), std::to_string(cell.bound == Bound::items ? bound_items : 0),
                          std::to_string(most_items_of_a_producer(cell))});
            return nullptr;
          }};
}

}  // namespace

std::vector<Peer> peers() {
  using enum mp::Mechanism;
  return {
      ours<mp::Queue>("queue-cpython", "Queue, cpython", cpython),
      ours<mp::JoinableQueue>("joinable-cpython", "JoinableQueue, cpython", cpython),
      ours<mp::Queue>("queue-hardened", "Queue, hardened", hardened),
      ours<mp::JoinableQueue>("joinable-hardened", "JoinableQueue, hardened", hardened),
      ours<mp::SimpleQueue>("simple-hardened", "SimpleQueue, hardened", hardened, Bounds::never),
      ours<mp::SimpleQueue>("simple-cpython", "SimpleQueue, cpython", cpython, Bounds::never),
      {.id = "c-loop", .title = "C loop, 3 semaphores", .start = forked([](Cell const& cell) {
                                                          return std::make_shared<SemaphoreLoop>(cell);
                                                        })},
      benchmarks::cpython("queue", "CPython Queue", Bounds::either),
      benchmarks::cpython("simple", "CPython SimpleQueue", Bounds::never),
      benchmarks::cpython("pipe", "CPython Pipe", Bounds::never),
#ifdef WITH_BOOST
      boost_message_queue(),
#endif
      {.id = "posix-mq",
       .title = "POSIX mq",
       .bounds = Bounds::always,
       .refusal = PosixQueue::refusal,
       .start = forked([](Cell const& cell) { return std::make_shared<PosixQueue>(cell); })},
      raw_pipe("pipe", "raw pipe", 1),
      raw_pipe("pipe-64", "raw pipe, 64 a write", 64),
  };
}

std::vector<std::string> absent_peers() {
  std::vector<std::string> absent;
#ifndef WITH_BOOST
  absent.push_back("boost message_queue: libboost-dev was not there at the build");
#endif
  return absent;
}

}  // namespace benchmarks
