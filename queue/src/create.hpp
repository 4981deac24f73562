// The constructors of the concrete queues.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <mp/byte_queue.hpp>
#include <mp/trace/event.hpp>

namespace mp::detail {

std::shared_ptr<ByteQueue> make_simple_pipe_queue(QueueOptions const& options);
std::shared_ptr<JoinableByteQueue> make_buffered_pipe_queue(trace::QueueClass type, QueueOptions const& options);
/// `describe`: see Describe.
std::shared_ptr<JoinableByteQueue> make_hardened_queue(trace::QueueClass type, QueueOptions const& options,
                                                       Describe describe);

/// See mp::remove_queue.
bool remove_dead_queue(std::string const& name);
/// A queue that unrelated processes open by its name.
std::shared_ptr<JoinableByteQueue> open_hardened_queue(QueueOptions const& options, std::string_view item_type,
                                                       Describe describe);

}  // namespace mp::detail
