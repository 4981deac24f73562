#include "program_location.hpp"

#include <unordered_map>

#include "trace/hook.hpp"

namespace mp::python {

namespace {

struct CodeFacts {
  Reference code;  ///< kept, so that no other code object gets its address
  bool library = true;
  std::unordered_map<int, std::uint32_t> locations;  ///< by line
};

PyObject* library_test = nullptr;

CodeFacts& facts_of(PyObject* code) {
  static auto& all = *new std::unordered_map<PyObject*, CodeFacts>;
  CodeFacts& facts = all[code];
  if (!facts.code) {
    facts.code = share(code);
    Reference const library(PyObject_CallFunctionObjArgs(library_test, code, nullptr));
    facts.library = !library || PyObject_IsTrue(library.get()) == 1;
    PyErr_Clear();
  }
  return facts;
}

std::uint32_t new_location(PyObject* code, int line) {
  Reference const file(PyObject_GetAttrString(code, "co_filename"));
  Reference const path(PyImport_ImportModule("os.path"));
  Reference const whole(file && path ? PyObject_CallMethod(path.get(), "abspath", "O", file.get()) : nullptr);
  Reference const name(PyObject_GetAttrString(code, "co_name"));
  Reference const file_bytes(whole ? PyUnicode_AsUTF8String(whole.get()) : nullptr);
  Reference const name_bytes(name ? PyUnicode_AsUTF8String(name.get()) : nullptr);
  PyErr_Clear();
  if (!file_bytes || !name_bytes) return 0;
  return hook::location_of(PyBytes_AsString(file_bytes.get()), static_cast<std::uint32_t>(line),
                           PyBytes_AsString(name_bytes.get()));
}

}  // namespace

std::uint32_t program_location() {
  static PyObject* const back = PyUnicode_InternFromString("f_back");
  if (library_test == nullptr) return 0;
  PendingError const pending;
  Reference frame(reinterpret_cast<PyObject*>(PyThreadState_GetFrame(PyThreadState_Get())));
  while (frame && frame.get() != Py_None) {
    auto* const raw = reinterpret_cast<PyFrameObject*>(frame.get());
    Reference const code(reinterpret_cast<PyObject*>(PyFrame_GetCode(raw)));
    CodeFacts& facts = facts_of(code.get());
    if (!facts.library) {
      int const line = PyFrame_GetLineNumber(raw);
      auto const [place, fresh] = facts.locations.try_emplace(line, 0);
      if (fresh) place->second = new_location(code.get(), line);
      return place->second;
    }
    frame.reset(PyObject_GetAttr(frame.get(), back));
  }
  PyErr_Clear();
  return 0;
}

void set_library_test(PyObject* function) {
  Py_XDECREF(library_test);
  library_test = share(function).release();
}

}  // namespace mp::python
