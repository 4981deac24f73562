// What the hooks know of the calling thread.
#pragma once

#include "python.hpp"

#include <vector>

#include "trace/hook.hpp"

namespace mp::python {

/// What a call of a queue changes for as long as it lasts.
struct SavedState {
  hook::ItemId item;
  std::uint16_t of = trace::no_object;
  std::uint32_t location = 0;
};

struct ThreadState {
  hook::ItemId item;                       ///< what it puts or its feeder sends
  std::uint16_t of = trace::no_object;     ///< the queue of that item
  hook::ItemId got;                        ///< what it read last
  std::uint32_t location = 0;              ///< of the program's line that called
  int calls = 0;                           ///< how many observed calls of queues it is in
  std::vector<SavedState> saved;           ///< of the puts and gets that it is in, the innermost last
  bool met = false;                        ///< it is an actor
  bool ends = false;                       ///< its end is an event
  std::uint16_t queue = trace::no_object;  ///< whose feeder it is
};

ThreadState& here();
/// Makes the calling thread an actor with its Python name, unless it is one.
void meet();
/// Two functions of Python, or nullptr: one names a new thread's actor, the other is told of it.
struct ThreadHooks {
  PyObject* name = nullptr;
  PyObject* remember = nullptr;
};
extern ThreadHooks thread_hooks;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
/// An event at the program's line. The caller holds the GIL.
void say(hook::Kind kind, hook::EventFields const& fields, std::string_view text = {});
void say_at(std::uint64_t stamp, hook::Kind kind, hook::EventFields const& fields);

}  // namespace mp::python
