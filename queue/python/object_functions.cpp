// What the hooks of queuescope_objects.py call.
#include "python.hpp"

#include "thread_state.hpp"

namespace mp::python {

namespace {

PyObject* locate = nullptr;  ///< gives the program's line

/// set_up_objects(location, name_of_thread, remember_thread)
PyObject* set_up(PyObject*, PyObject* arguments) {
  PyObject *location, *name, *remember;
  if (PyArg_ParseTuple(arguments, "OOO", &location, &name, &remember) == 0) return nullptr;
  locate = share(location).release();
  thread_hooks = {share(name).release(), share(remember).release()};
  return share(Py_None).release();
}

PyObject* recording(PyObject*, PyObject*) { return share(hook::on() ? Py_True : Py_False).release(); }

PyObject* next_item(PyObject*, PyObject*) {
  meet();
  return PyLong_FromUnsignedLongLong(hook::new_item().packed());
}

/// The item that the thread read last.
PyObject* got(PyObject*, PyObject*) { return PyLong_FromUnsignedLongLong(here().got.packed()); }

}  // namespace

std::uint32_t place_of_call() {
  PendingError const pending;
  Reference const place(locate != nullptr ? PyObject_CallFunctionObjArgs(locate, nullptr) : nullptr);
  auto const number = place ? static_cast<std::uint32_t>(PyLong_AsUnsignedLong(place.get())) : 0;
  PyErr_Clear();
  return number;
}

bool add_object_functions(PyObject* module) {
  static PyMethodDef functions[] = {
      {"set_up_objects", set_up, METH_VARARGS, nullptr},
      {"recording", recording, METH_NOARGS, nullptr},
      {"next_item", next_item, METH_NOARGS, nullptr},
      {"got", got, METH_NOARGS, nullptr},
      {nullptr, nullptr, 0, nullptr},
  };
  return PyModule_AddFunctions(module, functions) == 0;
}

}  // namespace mp::python
