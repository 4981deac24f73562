// A function of CPython with a hook before and one after it. It is not a Python function, so it leaves no line in a
// traceback; what it is asked for and does not know, such as its name, the wrapped function answers.
#include "python.hpp"

#include <structmember.h>

namespace mp::python {

namespace {

struct WrappedCall {
  PyObject_HEAD PyObject* function;
  PyObject* before;  ///< called with the arguments; what it returns is given to `after`. None: not observed.
                     ///< A string: the name of the method of an ObservedLock that is called instead
  PyObject* after;   ///< called with that, the result and the exception, of which one is None
};

PyObject* method_type = nullptr;     ///< types.MethodType
PyObject* lock_attribute = nullptr;  ///< the name "_queuescope"

WrappedCall* wrapped(PyObject* object) { return reinterpret_cast<WrappedCall*>(object); }

PyObject* make(PyTypeObject* type, PyObject* arguments, PyObject*) {
  PyObject *function, *before, *after;
  if (PyArg_ParseTuple(arguments, "OOO", &function, &before, &after) == 0) return nullptr;
  auto* const allocate = reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc));
  PyObject* const object = allocate(type, 0);
  if (object == nullptr) return nullptr;
  wrapped(object)->function = share(function).release();
  wrapped(object)->before = share(before).release();
  wrapped(object)->after = share(after).release();
  return object;
}

void destroy(PyObject* object) {
  Reference const type = share(reinterpret_cast<PyObject*>(Py_TYPE(object)));
  for (PyObject* part : {wrapped(object)->function, wrapped(object)->before, wrapped(object)->after}) Py_XDECREF(part);
  reinterpret_cast<freefunc>(PyType_GetSlot(Py_TYPE(object), Py_tp_free))(object);
  Py_DECREF(type.get());
}

/// A mistake of a hook is not the program's; what a signal's handler raised is.
bool raised_by_program() {
  if (PyErr_ExceptionMatches(PyExc_Exception) == 0) return true;
  PyErr_Clear();
  return false;
}

/// The method of the observed lock that replaces this one, if `before` is its name; else nullptr without an error.
PyObject* instead(PyObject* before, PyObject* arguments) {
  PyObject* const self = PyTuple_Size(arguments) > 0 ? PyTuple_GetItem(arguments, 0) : nullptr;
  Reference const lock(self != nullptr ? PyObject_GetAttr(self, lock_attribute) : nullptr);
  PyObject* const method = lock ? PyObject_GetAttr(lock.get(), before) : nullptr;
  PyErr_Clear();
  return method;
}

PyObject* call(PyObject* object, PyObject* arguments, PyObject* keywords) {
  WrappedCall const& self = *wrapped(object);
  if (PyUnicode_Check(self.before)) {
    Reference const method(instead(self.before, arguments));
    return method ? PyObject_CallFunctionObjArgs(method.get(), nullptr)
                  : PyObject_Call(self.function, arguments, keywords);
  }
  Reference const token(PyObject_Call(self.before, arguments, keywords));
  if (!token && raised_by_program()) return nullptr;
  PyObject* const result = PyObject_Call(self.function, arguments, keywords);
  if (!token || token.get() == Py_None) return result;
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  if (type != nullptr) PyErr_NormalizeException(&type, &value, &traceback);
  Reference const heard(PyObject_CallFunctionObjArgs(self.after, token.get(), result != nullptr ? result : Py_None,
                                                     value != nullptr ? value : Py_None, nullptr));
  if (!heard && raised_by_program()) {
    for (PyObject* part : {type, value, traceback, result}) Py_XDECREF(part);
    return nullptr;
  }
  PyErr_Restore(type, value, traceback);
  return result;
}

PyObject* bind(PyObject* object, PyObject* instance, PyObject*) {
  if (instance == nullptr || instance == Py_None) return share(object).release();
  return PyObject_CallFunctionObjArgs(method_type, object, instance, nullptr);
}

PyObject* attribute(PyObject* object, PyObject* name) {
  PyObject* const own = PyObject_GenericGetAttr(object, name);
  if (own != nullptr || PyErr_ExceptionMatches(PyExc_AttributeError) == 0) return own;
  PyErr_Clear();
  return PyObject_GetAttr(wrapped(object)->function, name);
}

PyObject* text_of(PyObject* object) { return PyObject_Repr(wrapped(object)->function); }

}  // namespace

bool add_wrapped_call(PyObject* module) {
  Reference const types(PyImport_ImportModule("types"));
  method_type = types ? PyObject_GetAttrString(types.get(), "MethodType") : nullptr;
  lock_attribute = PyUnicode_InternFromString("_queuescope");
  if (method_type == nullptr || lock_attribute == nullptr) return false;
  static PyMemberDef members[] = {
      {"__wrapped__", T_OBJECT, offsetof(WrappedCall, function), READONLY, nullptr},
      {nullptr, 0, 0, 0, nullptr},
  };
  static PyType_Slot slots[] = {
      {Py_tp_new, reinterpret_cast<void*>(make)},
      {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
      {Py_tp_call, reinterpret_cast<void*>(call)},
      {Py_tp_descr_get, reinterpret_cast<void*>(bind)},
      {Py_tp_getattro, reinterpret_cast<void*>(attribute)},
      {Py_tp_repr, reinterpret_cast<void*>(text_of)},
      {Py_tp_members, members},
      {0, nullptr},
  };
  static PyType_Spec spec = {"_queuescope.WrappedCall", sizeof(WrappedCall), 0, Py_TPFLAGS_DEFAULT, slots};
  PyObject* const type = PyType_FromSpec(&spec);
  return type != nullptr && PyModule_AddObject(module, "WrappedCall", type) == 0;
}

}  // namespace mp::python
