// The queues of Mechanism::cpython, for the one place that chooses.
#pragma once

#include <memory>

#include <mp/byte_queue.hpp>
#include <mp/trace/event.hpp>

namespace mp::detail {

std::shared_ptr<ByteQueue> make_simple_pipe_queue(QueueOptions const& options);
std::shared_ptr<JoinableByteQueue> make_buffered_pipe_queue(trace::QueueClass type, QueueOptions const& options);
/// `describe`: what an item is, for people, by its body.
std::shared_ptr<JoinableByteQueue> make_hardened_queue(trace::QueueClass type, QueueOptions const& options,
                                                       Describe describe);

}  // namespace mp::detail
