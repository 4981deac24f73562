// What happens with every item: put, get, the buffer between them and the pickling. In C++, because a hook that is
// written in Python costs as much as the call that it observes. Source: multiprocessing/queues.py.
#include "python.hpp"

#include <structmember.h>

#include <deque>
#include <string>

#include "program_location.hpp"
#include "thread_state.hpp"

namespace mp::python {

namespace {

// ------------------------------------------------------------------------------------ what is known of one queue

/// Holds no reference to the queue.
struct ObservedQueue {
  PyObject_HEAD PyObject* name;
  PyObject* feeder;  ///< its actor in this process; None: not started
  int index;
  int kind;
  char ends_by_pid;  ///< a worker of an executor ends its results by its pid
};

struct Names {
  PyObject* state = PyUnicode_InternFromString("_queuescope");
  PyObject* buffer_state = PyUnicode_InternFromString("state");
  PyObject* items = PyUnicode_InternFromString("items");
};
Names const& names() {
  static Names const all;
  return all;
}

PyTypeObject *queue_type = nullptr, *items_type = nullptr;

ObservedQueue* queue_of(PyObject* object) { return reinterpret_cast<ObservedQueue*>(object); }

PyObject* allocate(PyTypeObject* type) {
  return reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc))(type, 0);
}

void release(PyObject* object) {
  Reference const type = share(reinterpret_cast<PyObject*>(Py_TYPE(object)));
  reinterpret_cast<freefunc>(PyType_GetSlot(Py_TYPE(object), Py_tp_free))(object);
  Py_DECREF(type.get());
}

PyObject* make_queue(PyTypeObject* type, PyObject* arguments, PyObject*) {
  PyObject* name;
  int index, kind, ends_by_pid;
  if (PyArg_ParseTuple(arguments, "iUip", &index, &name, &kind, &ends_by_pid) == 0) return nullptr;
  PyObject* const object = allocate(type);
  if (object == nullptr) return nullptr;
  ObservedQueue& self = *queue_of(object);
  self.name = share(name).release();
  self.feeder = share(Py_None).release();
  self.index = index;
  self.kind = kind;
  self.ends_by_pid = static_cast<char>(ends_by_pid);
  return object;
}

void destroy_queue(PyObject* object) {
  Py_XDECREF(queue_of(object)->name);
  Py_XDECREF(queue_of(object)->feeder);
  release(object);
}

/// The state of a queue of the program; nullptr without an exception where it is not observed.
ObservedQueue* state_of(PyObject* queue, Reference& keep) {
  keep.reset(PyObject_GetAttr(queue, names().state));
  if (!keep) PyErr_Clear();
  return keep && Py_TYPE(keep.get()) == queue_type ? queue_of(keep.get()) : nullptr;
}

/// Whether a value says that nothing more comes.
bool is_end(ObservedQueue const& queue, PyObject* value) {
  return value == Py_None || (queue.ends_by_pid != 0 && PyLong_CheckExact(value));
}

// ------------------------------------------------------------------------------------------------------ previews

PyObject* preview_of_others = nullptr;  ///< the Python function; None: values are not shown

/// A short text for a value, without running a line of the program.
std::string preview(PyObject* value) {
  constexpr Py_ssize_t longest = 60;
  if (preview_of_others == nullptr || preview_of_others == Py_None) return {};
  bool const text = PyUnicode_CheckExact(value) && PyUnicode_GetLength(value) <= longest;
  bool const bytes = PyBytes_CheckExact(value) && PyBytes_Size(value) <= longest;
  Reference words;
  if (PyLong_CheckExact(value)) {
    int overflow = 0;
    long long const number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow == 0) return std::to_string(number);
  } else if (value == Py_None || PyBool_Check(value) || PyFloat_CheckExact(value) || text || bytes) {
    words.reset(PyObject_Repr(value));
    if (words && PyUnicode_GetLength(words.get()) > longest) words.reset();
  }
  if (!words) words.reset(PyObject_CallFunctionObjArgs(preview_of_others, value, nullptr));
  Reference const utf8(words ? PyUnicode_AsUTF8String(words.get()) : nullptr);
  PyErr_Clear();
  return utf8 ? std::string(PyBytes_AsString(utf8.get()), static_cast<std::size_t>(PyBytes_Size(utf8.get())))
              : std::string{};
}

// --------------------------------------------------------------------------------------------------- put and get

PyObject* failure = nullptr;  ///< the Python function that says which Outcome an exception is

/// The positional or named argument, borrowed; nullptr where it is not given.
PyObject* argument(PyObject* arguments, PyObject* keywords, Py_ssize_t index, char const* name) {
  if (index < PyTuple_Size(arguments)) return PyTuple_GetItem(arguments, index);
  return keywords != nullptr ? PyDict_GetItemString(keywords, name) : nullptr;
}

/// How long a call may wait, in ns; negative: for ever.
std::int64_t allowed(PyObject* block, PyObject* timeout) {
  if (block != nullptr && block != Py_True && PyObject_IsTrue(block) == 0) return 0;
  if (timeout == nullptr || timeout == Py_None) return -1;
  double const seconds = PyFloat_CheckExact(timeout) || PyLong_CheckExact(timeout) ? PyFloat_AsDouble(timeout) : -1;
  PyErr_Clear();
  if (!(seconds > 0)) return PyFloat_CheckExact(timeout) || PyLong_CheckExact(timeout) ? 0 : -1;
  return seconds > 4e9 ? std::int64_t{1} << 62 : static_cast<std::int64_t>(seconds * 1e9);
}

void enter(ThreadState& thread) {
  thread.saved.push_back({thread.item, thread.of, thread.location});
  thread.location = program_location();
  thread.calls += 1;
}

/// A fork within the call has left nothing to come back to.
void leave(ThreadState& thread) {
  if (thread.saved.empty()) return;
  SavedState const& before = thread.saved.back();
  thread.item = before.item;
  thread.of = before.of;
  thread.location = before.location;
  thread.saved.pop_back();
  thread.calls -= 1;
}

/// before_put(self, obj, block=True, timeout=None)
PyObject* before_put(PyObject*, PyObject* arguments, PyObject* keywords) {
  PyObject* const self = argument(arguments, nullptr, 0, "");
  PyObject* const value = argument(arguments, keywords, 1, "obj");
  Reference keep;
  ObservedQueue const* const queue = self != nullptr && value != nullptr ? state_of(self, keep) : nullptr;
  if (queue == nullptr) return share(Py_None).release();
  meet();
  ThreadState& thread = here();
  enter(thread);
  thread.item = hook::new_item();
  thread.of = static_cast<std::uint16_t>(queue->index);
  say(hook::Kind::put_begin,
      {.object = thread.of,
       .item = thread.item,
       .argument = allowed(argument(arguments, keywords, 2, "block"), argument(arguments, keywords, 3, "timeout")),
       .detail = is_end(*queue, value) ? trace::item_sentinel : trace::item_plain},
      preview(value));
  return share(self).release();
}

/// before_get(self, block=True, timeout=None)
PyObject* before_get(PyObject*, PyObject* arguments, PyObject* keywords) {
  PyObject* const self = argument(arguments, nullptr, 0, "");
  Reference keep;
  ObservedQueue const* const queue = self != nullptr ? state_of(self, keep) : nullptr;
  if (queue == nullptr) return share(Py_None).release();
  meet();
  enter(here());
  say(hook::Kind::get_begin,
      {.object = static_cast<std::uint16_t>(queue->index),
       .argument = allowed(argument(arguments, keywords, 1, "block"), argument(arguments, keywords, 2, "timeout"))});
  return share(self).release();
}

std::uint8_t outcome_of(PyObject* queue, PyObject* error, char const* refusal, hook::Outcome refused) {
  if (error == Py_None) return hook::code(hook::Outcome::ok);
  Reference const code(PyObject_CallFunction(failure, "OOsi", queue, error, refusal, int{hook::code(refused)}));
  long const outcome = code ? PyLong_AsLong(code.get()) : -1;
  PyErr_Clear();
  return outcome < 0 ? hook::code(hook::Outcome::error) : static_cast<std::uint8_t>(outcome);
}

/// after_put(queue, result, error)
PyObject* after_put(PyObject*, PyObject* arguments) {
  PyObject *self, *result, *error;
  if (PyArg_ParseTuple(arguments, "OOO", &self, &result, &error) == 0) return nullptr;
  Reference keep;
  ThreadState& thread = here();
  if (ObservedQueue const* const queue = state_of(self, keep))
    say(hook::Kind::put_end, {.object = static_cast<std::uint16_t>(queue->index),
                              .item = thread.item,
                              .detail = outcome_of(self, error, "Full", hook::Outcome::full)});
  leave(thread);
  return share(Py_None).release();
}

/// after_get(queue, result, error)
PyObject* after_get(PyObject*, PyObject* arguments) {
  PyObject *self, *result, *error;
  if (PyArg_ParseTuple(arguments, "OOO", &self, &result, &error) == 0) return nullptr;
  Reference keep;
  ThreadState& thread = here();
  if (ObservedQueue const* const queue = state_of(self, keep))
    say(hook::Kind::get_end, {.object = static_cast<std::uint16_t>(queue->index),
                              .item = error == Py_None ? thread.got : hook::ItemId{},
                              .detail = outcome_of(self, error, "Empty", hook::Outcome::empty)});
  leave(thread);
  return share(Py_None).release();
}

// ----------------------------------------------------------------------------------------------------- the buffer

PyObject* feeder_sentinel = nullptr;  ///< multiprocessing.queues._sentinel
PyObject *append_to_deque = nullptr, *pop_from_deque = nullptr;

/// The ids of what is in a buffer, in its order. No id: the sentinel that ends the feeder.
struct BufferedItems {
  struct Entry {
    hook::ItemId item;
    std::uint32_t location;
  };
  PyObject_HEAD std::deque<Entry>* entries;
};

BufferedItems* items_of(PyObject* object) { return reinterpret_cast<BufferedItems*>(object); }

PyObject* make_items(PyTypeObject* type, PyObject*, PyObject*) {
  PyObject* const object = allocate(type);
  if (object != nullptr) items_of(object)->entries = new std::deque<BufferedItems::Entry>;
  return object;
}

void destroy_items(PyObject* object) {
  delete items_of(object)->entries;
  release(object);
}

PyObject* clear_items(PyObject* object, PyObject*) {
  items_of(object)->entries->clear();
  return share(Py_None).release();
}

struct BufferParts {
  explicit BufferParts(PyObject* buffer)
      : state(PyObject_GetAttr(buffer, names().buffer_state)), kept(PyObject_GetAttr(buffer, names().items)) {
    if (!state || !kept) PyErr_Clear();
    if (!state || Py_TYPE(state.get()) != queue_type || !kept || Py_TYPE(kept.get()) != items_type) return;
    queue = queue_of(state.get());
    entries = items_of(kept.get())->entries;
  }
  Reference state, kept;
  ObservedQueue const* queue = nullptr;
  std::deque<BufferedItems::Entry>* entries = nullptr;
};

/// In the place of deque.append, on the type of the buffer.
PyObject* append(PyObject* self, PyObject* value) {
  BufferParts const parts(self);
  if (parts.queue != nullptr && value == feeder_sentinel) {
    parts.entries->push_back({});
  } else if (parts.queue != nullptr) {
    auto const queue = static_cast<std::uint16_t>(parts.queue->index);
    ThreadState const& thread = here();
    hook::ItemId item = thread.item;
    bool const bare = !item;  // the program appends to the queue's buffer without put
    if (bare) {
      meet();
      item = hook::new_item();
      say(hook::Kind::put_begin,
          {.object = queue,
           .item = item,
           .argument = -1,
           .detail = is_end(*parts.queue, value) ? trace::item_sentinel : trace::item_plain},
          preview(value));
    }
    parts.entries->push_back({item, thread.location});
    say(hook::Kind::buffer_append, {.object = queue, .item = item});
    if (bare) say(hook::Kind::put_end, {.object = queue, .item = item});
  }
  return PyObject_CallFunctionObjArgs(append_to_deque, self, value, nullptr);
}

/// In the place of deque.popleft.
PyObject* pop_left(PyObject* self, PyObject*) {
  PyObject* const value = PyObject_CallFunctionObjArgs(pop_from_deque, self, nullptr);
  BufferParts const parts(self);
  if (value == nullptr || parts.queue == nullptr) return value;
  BufferedItems::Entry entry{};
  if (!parts.entries->empty()) {
    entry = parts.entries->front();
    parts.entries->pop_front();
  }
  auto const queue = static_cast<std::uint16_t>(parts.queue->index);
  ThreadState& thread = here();
  if (value == feeder_sentinel) {
    say(hook::Kind::feeder_stop, {.object = queue});
    thread.item = {};
    thread.of = trace::no_object;
  } else if (entry.item) {
    thread.location = entry.location;
    thread.item = entry.item;
    thread.of = queue;
    say(hook::Kind::buffer_take, {.object = queue, .item = entry.item});
  }
  return value;
}

/// observe_buffer(type): a subclass of deque gets the methods above.
PyObject* observe_buffer(PyObject*, PyObject* type) {
  static PyMethodDef append_method = {"append", append, METH_O, nullptr};
  static PyMethodDef pop_method = {"popleft", pop_left, METH_NOARGS, nullptr};
  for (PyMethodDef* method : {&append_method, &pop_method}) {
    Reference const descriptor(PyDescr_NewMethod(reinterpret_cast<PyTypeObject*>(type), method));
    if (!descriptor || PyObject_SetAttrString(type, method->ml_name, descriptor.get()) != 0) return nullptr;
  }
  return share(Py_None).release();
}

// --------------------------------------------------------------------------------------------------- the pickling

PyObject* serialise_failed = nullptr;  ///< the Python function that tells of it

/// before_dumps(...): whether the thread holds an item.
PyObject* before_dumps(PyObject*, PyObject*, PyObject*) { return share(here().item ? Py_True : Py_None).release(); }

/// after_dumps(token, result, error)
PyObject* after_dumps(PyObject*, PyObject* arguments) {
  PyObject *token, *result, *error;
  if (PyArg_ParseTuple(arguments, "OOO", &token, &result, &error) == 0) return nullptr;
  ThreadState const& thread = here();
  if (error != Py_None) return PyObject_CallFunctionObjArgs(serialise_failed, error, nullptr);
  Py_ssize_t const size = PyObject_Length(result);
  if (size < 0) PyErr_Clear();
  say(hook::Kind::serialised, {.object = thread.of, .item = thread.item, .argument = size < 0 ? 0 : size});
  return share(Py_None).release();
}

/// set_up_queues(library_test, preview or None, failure, serialise_failed)
PyObject* set_up(PyObject*, PyObject* arguments) {
  PyObject *library_test, *others, *failed, *not_serialised;
  if (PyArg_ParseTuple(arguments, "OOOO", &library_test, &others, &failed, &not_serialised) == 0) return nullptr;
  set_library_test(library_test);
  preview_of_others = share(others).release();
  failure = share(failed).release();
  serialise_failed = share(not_serialised).release();
  return share(Py_None).release();
}

PyObject* set_feeder_sentinel(PyObject*, PyObject* sentinel) {
  feeder_sentinel = share(sentinel).release();
  return share(Py_None).release();
}

PyObject* location(PyObject*, PyObject*) { return PyLong_FromUnsignedLong(program_location()); }

template <typename Function>
PyCFunction with_keywords(Function* function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

PyTypeObject* add_type(PyObject* module, char const* name, PyType_Spec& spec) {
  PyObject* const type = PyType_FromSpec(&spec);
  if (type == nullptr) return nullptr;
  Py_INCREF(type);
  if (PyModule_AddObject(module, name, type) != 0) return nullptr;
  return reinterpret_cast<PyTypeObject*>(type);
}

}  // namespace

bool add_observed_queue(PyObject* module) {
  static PyMemberDef members[] = {
      {"name", T_OBJECT, offsetof(ObservedQueue, name), READONLY, nullptr},
      {"feeder", T_OBJECT, offsetof(ObservedQueue, feeder), 0, nullptr},
      {"index", T_INT, offsetof(ObservedQueue, index), READONLY, nullptr},
      {"kind", T_INT, offsetof(ObservedQueue, kind), READONLY, nullptr},
      {nullptr, 0, 0, 0, nullptr},
  };
  static PyType_Slot queue_slots[] = {
      {Py_tp_new, reinterpret_cast<void*>(make_queue)},
      {Py_tp_dealloc, reinterpret_cast<void*>(destroy_queue)},
      {Py_tp_members, members},
      {0, nullptr},
  };
  static PyType_Spec queue_spec = {"_queuescope.ObservedQueue", sizeof(ObservedQueue), 0, Py_TPFLAGS_DEFAULT,
                                   queue_slots};
  static PyMethodDef items_methods[] = {{"clear", clear_items, METH_NOARGS, nullptr}, {nullptr, nullptr, 0, nullptr}};
  static PyType_Slot items_slots[] = {
      {Py_tp_new, reinterpret_cast<void*>(make_items)},
      {Py_tp_dealloc, reinterpret_cast<void*>(destroy_items)},
      {Py_tp_methods, items_methods},
      {0, nullptr},
  };
  static PyType_Spec items_spec = {"_queuescope.BufferedItems", sizeof(BufferedItems), 0, Py_TPFLAGS_DEFAULT,
                                   items_slots};
  static PyMethodDef functions[] = {
      {"before_put", with_keywords(before_put), METH_VARARGS | METH_KEYWORDS, nullptr},
      {"after_put", after_put, METH_VARARGS, nullptr},
      {"before_get", with_keywords(before_get), METH_VARARGS | METH_KEYWORDS, nullptr},
      {"after_get", after_get, METH_VARARGS, nullptr},
      {"before_dumps", with_keywords(before_dumps), METH_VARARGS | METH_KEYWORDS, nullptr},
      {"after_dumps", after_dumps, METH_VARARGS, nullptr},
      {"observe_buffer", observe_buffer, METH_O, nullptr},
      {"set_up_queues", set_up, METH_VARARGS, nullptr},
      {"set_feeder_sentinel", set_feeder_sentinel, METH_O, nullptr},
      {"location", location, METH_NOARGS, nullptr},
      {nullptr, nullptr, 0, nullptr},
  };
  Reference const collections(PyImport_ImportModule("collections"));
  Reference const deque(collections ? PyObject_GetAttrString(collections.get(), "deque") : nullptr);
  if (!deque) return false;
  append_to_deque = PyObject_GetAttrString(deque.get(), "append");
  pop_from_deque = PyObject_GetAttrString(deque.get(), "popleft");
  queue_type = add_type(module, "ObservedQueue", queue_spec);
  items_type = add_type(module, "BufferedItems", items_spec);
  return append_to_deque != nullptr && pop_from_deque != nullptr && queue_type != nullptr && items_type != nullptr &&
         PyModule_AddFunctions(module, functions) == 0;
}

}  // namespace mp::python
