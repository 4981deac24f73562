// What the hooks of queuescope_objects.py call.
#include "python.hpp"

#include "thread_state.hpp"

namespace mp::python {

namespace {

/// set_up_objects(name_of_thread, remember_thread)
PyObject* set_up(PyObject*, PyObject* arguments) {
  PyObject *name, *remember;
  if (PyArg_ParseTuple(arguments, "OO", &name, &remember) == 0) return nullptr;
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
