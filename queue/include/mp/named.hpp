// Queues that unrelated processes open by name:
//
//     mp::Queue<Job> jobs = mp::open<Job>("/jobs", {.maxsize = 100});
//
// The first process that opens a name creates the queue; all must use the same item type, maxsize and producers. It is
// a queue of Mechanism::hardened in /dev/shm, which only its owner can open (mode 0600). The queue ends with its last
// process: a process that closes it, destroys its last handle or exits removes the name, unless another live process
// has it open, and what is still in the queue is lost. If the last process was killed, the next open starts with an
// empty queue; remove_queue() frees the memory until then. Forked children have the queue, as with any other.
//
// For queues that are created without mp::open, a name is only a label: two of one name are two queues.
#pragma once

#include <string>
#include <typeinfo>

#include <mp/queue.hpp>

namespace mp {

/// Opens the queue, or creates it. `name` begins with a slash and has no other. Throws ValueError for another name and
/// for options that differ from those of the live queue, OSError if the system refuses, the memory is full, or the
/// queue belongs to another user. `options.name` and `options.mechanism` are ignored.
template <typename T>
Queue<T> open(std::string const& name, QueueOptions options = {}, SourceLocation where = SourceLocation::current()) {
  options.name = name;
  return Queue<T>(detail::BufferedByteQueue::open(options, typeid(T).name(), &detail::describe<T>, where));
}

/// Removes what killed processes have left of a queue. Returns false if there is nothing, or a live process has it
/// open.
bool remove_queue(std::string const& name);

}  // namespace mp
