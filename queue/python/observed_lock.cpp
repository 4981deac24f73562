// A semaphore of a queue. Source: _multiprocessing/semaphore.c, acquire and release. The program's SemLock stays what
// it is: its methods acquire and release are these, and its __enter__ and __exit__ find them by an attribute.
#include "python.hpp"

#include "program_location.hpp"
#include "thread_state.hpp"

namespace mp::python {

namespace {

struct ObservedLock {
  PyObject_HEAD PyObject* acquire;  ///< SemLock's own
  PyObject* release;
  PyObject* count;  ///< SemLock's _count, of a recursive lock; else nullptr
  std::uint16_t queue;
  hook::Resource resource;
  bool alone;  ///< no part of a queue: a call of it is a call of the program's
};

ObservedLock* lock_of(PyObject* object) { return reinterpret_cast<ObservedLock*>(object); }

PyObject* make(PyTypeObject* type, PyObject* arguments, PyObject*) {
  PyObject* semaphore;
  int queue, resource, recursive = 0, alone = 0;
  if (PyArg_ParseTuple(arguments, "Oii|pp", &semaphore, &queue, &resource, &recursive, &alone) == 0) return nullptr;
  Reference acquire(PyObject_GetAttrString(semaphore, "acquire"));
  Reference release(PyObject_GetAttrString(semaphore, "release"));
  Reference count(recursive != 0 ? PyObject_GetAttrString(semaphore, "_count") : nullptr);
  if (!acquire || !release || (recursive != 0 && !count)) return nullptr;
  PyObject* const object = reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc))(type, 0);
  if (object == nullptr) return nullptr;
  lock_of(object)->acquire = acquire.release();
  lock_of(object)->release = release.release();
  lock_of(object)->count = count.release();
  lock_of(object)->alone = alone != 0;
  lock_of(object)->queue = static_cast<std::uint16_t>(queue);
  lock_of(object)->resource = static_cast<hook::Resource>(resource);
  return object;
}

void destroy(PyObject* object) {
  Reference const type = share(reinterpret_cast<PyObject*>(Py_TYPE(object)));
  Py_XDECREF(lock_of(object)->acquire);
  Py_XDECREF(lock_of(object)->release);
  Py_XDECREF(lock_of(object)->count);
  reinterpret_cast<freefunc>(PyType_GetSlot(Py_TYPE(object), Py_tp_free))(object);
  Py_DECREF(type.get());
}

void tell(ObservedLock const& lock, hook::Kind kind, std::int64_t argument = 0) {
  say(kind, {.object = lock.queue, .item = here().item, .argument = argument, .detail = hook::code(lock.resource)});
}

/// Whether the calling thread has a recursive lock more than once.
bool is_held_again(ObservedLock const& lock) {
  if (lock.count == nullptr) return false;
  Reference const count(PyObject_CallFunctionObjArgs(lock.count, nullptr));
  long const times = count ? PyLong_AsLong(count.get()) : 0;
  PyErr_Clear();
  return times > 1;
}

void note_place(ObservedLock const& lock) {
  if (lock.alone && here().calls == 0) here().location = program_location();
}

/// ns; negative: for ever.
std::int64_t nanoseconds(PyObject* timeout) {
  if (timeout == nullptr || timeout == Py_None) return -1;
  double const seconds = PyFloat_AsDouble(timeout);
  if (PyErr_Occurred() != nullptr) PyErr_Clear();
  return seconds <= 0 ? 0 : seconds > 9e9 ? INT64_MAX : static_cast<std::int64_t>(seconds * 1e9);
}

PyObject* acquire(PyObject* object, PyObject* arguments, PyObject* keywords) {
  static char block_name[] = "block", timeout_name[] = "timeout";
  static char* names[] = {block_name, timeout_name, nullptr};
  ObservedLock const& lock = *lock_of(object);
  int block = 1;
  PyObject* timeout = Py_None;
  if (!hook::on() || PyArg_ParseTupleAndKeywords(arguments, keywords, "|pO", names, &block, &timeout) == 0) {
    PyErr_Clear();
    return PyObject_Call(lock.acquire, arguments, keywords);
  }
  Reference const tried(PyObject_CallFunctionObjArgs(lock.acquire, Py_False, nullptr));
  if (!tried) return nullptr;
  note_place(lock);
  if (PyObject_IsTrue(tried.get()) == 1) {
    if (!is_held_again(lock)) tell(lock, hook::Kind::acquired);
    return share(Py_True).release();
  }
  std::int64_t const allowed = nanoseconds(timeout);
  bool const waits = block != 0 && allowed != 0;
  if (waits) tell(lock, hook::Kind::blocked, allowed);
  PyObject* const got = PyObject_Call(lock.acquire, arguments, keywords);
  PendingError const pending;
  bool const taken = got != nullptr && PyObject_IsTrue(got) == 1;
  tell(lock, taken ? hook::Kind::acquired : hook::Kind::refused);
  return got;
}

PyObject* release(PyObject* object, PyObject*) {
  ObservedLock const& lock = *lock_of(object);
  note_place(lock);
  if (!is_held_again(lock)) tell(lock, hook::Kind::released);
  return PyObject_CallFunctionObjArgs(lock.release, nullptr);
}

}  // namespace

bool add_observed_lock(PyObject* module) {
  static PyMethodDef methods[] = {
      {"acquire", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(acquire)), METH_VARARGS | METH_KEYWORDS,
       nullptr},
      {"release", release, METH_NOARGS, nullptr},
      {nullptr, nullptr, 0, nullptr},
  };
  static PyType_Slot slots[] = {
      {Py_tp_new, reinterpret_cast<void*>(make)},
      {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
      {Py_tp_methods, methods},
      {0, nullptr},
  };
  static PyType_Spec spec = {"_queuescope.ObservedLock", sizeof(ObservedLock), 0, Py_TPFLAGS_DEFAULT, slots};
  PyObject* const type = PyType_FromSpec(&spec);
  return type != nullptr && PyModule_AddObject(module, "ObservedLock", type) == 0;
}

}  // namespace mp::python
