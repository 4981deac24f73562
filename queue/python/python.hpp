// CPython's C API, as the stable ABI of 3.9 has it: one binary for all later versions.
#pragma once

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x03090000
#include <Python.h>

#include <memory>

namespace mp::python {

struct Release {
  void operator()(PyObject* object) const { Py_XDECREF(object); }
};
/// A reference that this holder owns.
using Reference = std::unique_ptr<PyObject, Release>;

inline Reference share(PyObject* object) {
  Py_XINCREF(object);
  return Reference(object);
}

/// Keeps a pending exception out of the way of calls in between, and puts it back.
class PendingError {
 public:
  PendingError() { PyErr_Fetch(&type_, &value_, &traceback_); }
  ~PendingError() { PyErr_Restore(type_, value_, traceback_); }
  PendingError(PendingError const&) = delete;
  PendingError& operator=(PendingError const&) = delete;
  explicit operator bool() const { return type_ != nullptr; }

 private:
  PyObject *type_ = nullptr, *value_ = nullptr, *traceback_ = nullptr;
};

/// The types of this module; each adds itself under its name. False with an exception set.
bool add_wrapped_call(PyObject* module);
bool add_observed_lock(PyObject* module);
bool add_observed_queue(PyObject* module);
bool add_observed_connection(PyObject* module);
bool add_object_functions(PyObject* module);

}  // namespace mp::python
