#include "python.hpp"

#include "thread_state.hpp"

#include <unistd.h>

namespace mp::python {

namespace {

/// Says that a thread of the program ends, when it does.
struct Thread : ThreadState {
  ~Thread() {
    if (ends) hook::emit(hook::Kind::thread_end, {.object = queue});
  }
};

thread_local Thread thread;

}  // namespace

ThreadHooks thread_hooks;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

ThreadState& here() { return thread; }

void meet() {
  if (thread.met || !hook::on()) return;
  thread.met = true;
  if (gettid() == getpid()) return;
  thread.ends = true;
  PendingError const pending;
  Reference const threading(PyImport_ImportModule("threading"));
  Reference const current(threading ? PyObject_CallMethod(threading.get(), "current_thread", nullptr) : nullptr);
  Reference name(current && thread_hooks.name != nullptr
                     ? PyObject_CallFunctionObjArgs(thread_hooks.name, current.get(), nullptr)
                     : nullptr);
  PyErr_Clear();
  if (current && !name) name.reset(PyObject_GetAttrString(current.get(), "name"));
  Reference const bytes(name ? PyUnicode_AsUTF8String(name.get()) : nullptr);
  char const* const text = bytes ? PyBytes_AsString(bytes.get()) : nullptr;
  hook::become_thread(text != nullptr ? text : "thread");
  PyErr_Clear();
  Reference const actor(PyLong_FromLong(hook::self()));
  if (!current || !actor || thread_hooks.remember == nullptr) return;
  Reference const told(PyObject_CallFunctionObjArgs(thread_hooks.remember, current.get(), actor.get(), nullptr));
  PyErr_Clear();
}

void say(hook::Kind kind, hook::EventFields const& fields, std::string_view text) {
  if (!hook::on()) return;
  meet();
  hook::ScopedLocation const where(thread.location);
  hook::emit(kind, fields, text);
}

void say_at(std::uint64_t stamp, hook::Kind kind, hook::EventFields const& fields) {
  if (!hook::on()) return;
  meet();
  hook::ScopedLocation const where(thread.location);
  hook::emit_at(stamp, kind, fields);
}

}  // namespace mp::python
