// The extension module _queuescope: how the hooks that are written in Python say what a program does.
#include "python.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "thread_state.hpp"
#include "trace/mapped_session.hpp"
#include "trace/recorder_watch.hpp"

namespace mp::python {

namespace {

pid_t ended = 0;  ///< the process that has said its end

void say_end(int code) {
  if (ended == getpid() || !hook::on()) return;
  ended = getpid();
  hook::emit(hook::Kind::process_end, {.argument = code});
}

/// The end of a process that leaves by exit().
void at_exit(int code, void*) {
  if (gettid() == getpid()) say_end(code);
}

/// attach(actor): -1 for a process that its parent does not know. False if there is no recorder.
PyObject* attach(PyObject*, PyObject* arguments) {
  int actor;
  if (PyArg_ParseTuple(arguments, "i", &actor) == 0) return nullptr;
  if (!hook::on()) {
    trace::SessionView const session = hook::map_session();
    if (!session) return share(Py_False).release();
    hook::watch_recorder(session.facts.recorder_pid);
    here().met = true;
    if (actor >= 0) {
      hook::record_as(session, static_cast<std::uint16_t>(actor));
    } else {
      hook::record_into(session);
      hook::emit(hook::Kind::program_begin, {.object = hook::self(), .argument = getpid()});
    }
    on_exit(at_exit, nullptr);
  }
  return share(Py_True).release();
}

/// emit(kind, object, argument, detail, item, text)
PyObject* emit(PyObject*, PyObject* arguments) {
  int kind, object, detail;
  long long argument;
  unsigned long long item;
  char const* text;
  Py_ssize_t length;
  if (PyArg_ParseTuple(arguments, "iiLiKs#", &kind, &object, &argument, &detail, &item, &text, &length) == 0)
    return nullptr;
  say(static_cast<hook::Kind>(kind),
      {.object = static_cast<std::uint16_t>(object),
       .item = hook::ItemId::unpack(item),
       .argument = argument,
       .detail = static_cast<std::uint8_t>(detail)},
      {text, static_cast<std::size_t>(length)});
  return share(Py_None).release();
}

/// enter(location): the thread is in one call of a queue more. Returns the location that it had.
PyObject* enter(PyObject*, PyObject* location) {
  ThreadState& thread = here();
  std::uint32_t const before = thread.location;
  thread.location = static_cast<std::uint32_t>(PyLong_AsUnsignedLong(location));
  thread.calls += 1;
  return PyLong_FromUnsignedLong(before);
}

PyObject* leave(PyObject*, PyObject* location) {
  ThreadState& thread = here();
  thread.location = static_cast<std::uint32_t>(PyLong_AsUnsignedLong(location));
  thread.calls -= 1;
  return share(Py_None).release();
}

PyObject* at(PyObject*, PyObject* where) {
  here().location = static_cast<std::uint32_t>(PyLong_AsUnsignedLong(where));
  return share(Py_None).release();
}

PyObject* new_queue(PyObject*, PyObject*) { return PyLong_FromLong(hook::new_queue()); }

/// hold(item, queue): the thread puts it, or its feeder sends it.
PyObject* hold(PyObject*, PyObject* arguments) {
  unsigned long long item;
  int queue;
  if (PyArg_ParseTuple(arguments, "Ki", &item, &queue) == 0) return nullptr;
  here().item = hook::ItemId::unpack(item);
  here().of = static_cast<std::uint16_t>(queue);
  return share(Py_None).release();
}

PyObject* held(PyObject*, PyObject*) { return PyLong_FromUnsignedLongLong(here().item.packed()); }

PyObject* held_queue(PyObject*, PyObject*) { return PyLong_FromLong(here().of); }

/// new_actor(kind, name)
PyObject* new_actor(PyObject*, PyObject* arguments) {
  int kind;
  char const* name;
  if (PyArg_ParseTuple(arguments, "is", &kind, &name) == 0) return nullptr;
  meet();
  return PyLong_FromLong(hook::new_actor(static_cast<trace::ActorKind>(kind), name));
}

/// become_process(actor): the parent's actor.
PyObject* become_process(PyObject*, PyObject* actor) {
  here() = ThreadState{};
  here().met = true;
  return PyLong_FromLong(hook::become(static_cast<std::uint16_t>(PyLong_AsLong(actor))));
}

/// become_feeder(actor, queue)
PyObject* become_feeder(PyObject*, PyObject* arguments) {
  int actor, queue;
  if (PyArg_ParseTuple(arguments, "ii", &actor, &queue) == 0) return nullptr;
  ThreadState& thread = here();
  thread.met = true;
  thread.ends = true;
  thread.queue = static_cast<std::uint16_t>(queue);
  hook::become(static_cast<std::uint16_t>(actor));
  say(hook::Kind::thread_begin, {.object = thread.queue, .argument = gettid()});
  return share(Py_None).release();
}

/// In the child of a fork.
PyObject* after_fork(PyObject*, PyObject*) {
  here() = ThreadState{};
  hook::forget_actor();
  return share(Py_None).release();
}

PyObject* end(PyObject*, PyObject* code) {
  say_end(static_cast<int>(PyLong_AsLong(code)));
  PyErr_Clear();
  return share(Py_None).release();
}

PyObject* thread_id(PyObject*, PyObject*) { return PyLong_FromLong(gettid()); }

struct sigaction interrupt;  ///< what Python does at SIGINT

/// The terminal's Ctrl-C is for queuescope, which then ends the run with the state that made the person press it. What
/// a process sends is for the program.
void on_interrupt(int number, siginfo_t* facts, void* context) {
  if (facts->si_code == SI_KERNEL) return;
  if ((interrupt.sa_flags & SA_SIGINFO) != 0) return interrupt.sa_sigaction(number, facts, context);
  if (interrupt.sa_handler != SIG_DFL && interrupt.sa_handler != SIG_IGN) interrupt.sa_handler(number);
}

/// After Python has put its own handler in place.
PyObject* ignore_terminal(PyObject*, PyObject*) {
  struct sigaction mine {};
  if (sigaction(SIGINT, nullptr, &interrupt) == 0 && interrupt.sa_handler != SIG_IGN) {
    mine = interrupt;
    mine.sa_flags |= SA_SIGINFO;
    mine.sa_sigaction = on_interrupt;
    sigaction(SIGINT, &mine, nullptr);
  }
  return share(Py_None).release();
}

bool add_numbers(PyObject* module) {
  for (std::size_t kind = 0; kind < trace::kind_count; ++kind) {
    std::string const name = std::string("KIND_") + trace::table::kinds[kind].name;
    if (PyModule_AddIntConstant(module, name.c_str(), static_cast<long>(kind)) != 0) return false;
  }
  for (std::size_t resource = 0; resource < trace::resource_count; ++resource) {
    std::string const name = std::string("RESOURCE_") + trace::table::resources[resource].name;
    if (PyModule_AddIntConstant(module, name.c_str(), static_cast<long>(resource)) != 0) return false;
  }
  return true;
}

PyMethodDef functions[] = {
    {"attach", attach, METH_VARARGS, nullptr},
    {"emit", emit, METH_VARARGS, nullptr},
    {"enter", enter, METH_O, nullptr},
    {"leave", leave, METH_O, nullptr},
    {"at", at, METH_O, nullptr},
    {"new_queue", new_queue, METH_NOARGS, nullptr},
    {"hold", hold, METH_VARARGS, nullptr},
    {"held_queue", held_queue, METH_NOARGS, nullptr},
    {"held", held, METH_NOARGS, nullptr},
    {"new_actor", new_actor, METH_VARARGS, nullptr},
    {"become_process", become_process, METH_O, nullptr},
    {"become_feeder", become_feeder, METH_VARARGS, nullptr},
    {"after_fork", after_fork, METH_NOARGS, nullptr},
    {"end", end, METH_O, nullptr},
    {"ignore_terminal", ignore_terminal, METH_NOARGS, nullptr},
    {"thread_id", thread_id, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_queuescope", nullptr, -1, functions, nullptr, nullptr, nullptr, nullptr};

}  // namespace

}  // namespace mp::python

// NOLINTNEXTLINE(readability-identifier-naming): the interpreter looks for this name
PyMODINIT_FUNC PyInit__queuescope() {
  using namespace mp::python;
  Reference module(PyModule_Create(&definition));
  bool const whole = module && add_numbers(module.get()) && add_wrapped_call(module.get()) &&
                     add_observed_lock(module.get()) && add_observed_queue(module.get()) &&
                     add_observed_connection(module.get()) && add_object_functions(module.get());
  return whole ? module.release() : nullptr;
}
