// boost::interprocess::message_queue as a peer: 64 messages of the size of an item, from and into a buffer of the
// caller.
#pragma once

#include "peer.hpp"

namespace benchmarks {

Peer boost_message_queue();

}  // namespace benchmarks
