// One end of the pipe of a queue. Source: multiprocessing/connection.py, Connection._send, _recv and _poll, which stay
// what does it: they are handed a read and a write that say what they do. So errors and tracebacks are CPython's own.
#include "python.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <string>

#include "item_ids.hpp"
#include "thread_state.hpp"

namespace mp::python {

namespace {

/// How much of the message that is on its way is still to come.
struct Message {
  std::uint64_t missing = 0;
  bool header_is_next = true;
};

struct ObservedConnection {
  PyObject_HEAD PyObject* connection;  ///< a weak reference: the connection has to close when the program lets go of it
  PyObject* send;                      ///< Connection._send, a function
  PyObject* receive;                   ///< Connection._recv
  PyObject* poll;                      ///< Connection._poll
  std::uint16_t queue;                 ///< that it reads from
  std::uint16_t out_queue;             ///< that it writes to: another one if it is a socket
  Message out, in;
  hook::ItemId reading;
};

PyObject *write_name = nullptr, *read_name = nullptr;

ObservedConnection* connection_of(PyObject* object) { return reinterpret_cast<ObservedConnection*>(object); }

PyObject* make(PyTypeObject* type, PyObject* arguments, PyObject*) {
  PyObject *reference, *send, *receive, *poll;
  int queue, out_queue = -1;
  if (PyArg_ParseTuple(arguments, "OOOOi|i", &reference, &send, &receive, &poll, &queue, &out_queue) == 0)
    return nullptr;
  PyObject* const object = reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc))(type, 0);
  if (object == nullptr) return nullptr;
  ObservedConnection& self = *connection_of(object);
  self.connection = share(reference).release();
  self.send = share(send).release();
  self.receive = share(receive).release();
  self.poll = share(poll).release();
  self.queue = static_cast<std::uint16_t>(queue);
  self.out_queue = out_queue < 0 ? self.queue : static_cast<std::uint16_t>(out_queue);
  self.out = self.in = Message{};
  return object;
}

void destroy(PyObject* object) {
  Reference const type = share(reinterpret_cast<PyObject*>(Py_TYPE(object)));
  ObservedConnection const& self = *connection_of(object);
  for (PyObject* part : {self.connection, self.send, self.receive, self.poll}) Py_XDECREF(part);
  reinterpret_cast<freefunc>(PyType_GetSlot(Py_TYPE(object), Py_tp_free))(object);
  Py_DECREF(type.get());
}

Reference connection(ObservedConnection const& self) {
  return Reference(PyObject_CallFunctionObjArgs(self.connection, nullptr));
}

std::uint64_t big_endian(char const* bytes, int count) {
  std::uint64_t value = 0;
  for (int index = 0; index < count; ++index) value = value << 8 | static_cast<unsigned char>(bytes[index]);
  return value;
}

std::uint32_t clamp(std::uint64_t bytes) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes, UINT32_MAX));
}

/// Accounts for bytes that go by; `bytes` are their beginning.
trace::Chunk pass(Message& message, char const* bytes, std::uint64_t count) {
  constexpr std::uint64_t long_mark = 0xffffffff;
  if (message.header_is_next) {
    std::uint64_t const size = count >= 4 ? big_endian(bytes, 4) : 0;
    message.missing = size == long_mark ? 8 : size;
    message.header_is_next = size == long_mark;  // then the real size follows, in a piece of its own
    if (count > 4) message.missing -= std::min(message.missing, count - 4);
  } else {
    message.missing -= std::min(message.missing, count);
  }
  if (message.missing == 0) message.header_is_next = true;
  return {clamp(count), clamp(message.missing)};
}

bool is_ready(int descriptor, short events) {
  pollfd waiting{descriptor, events, 0};
  return ::poll(&waiting, 1, 0) > 0;
}

/// Waits in the kernel as os.read and os.write do. False with an exception set: a signal's handler raised it.
bool wait_for(int descriptor, short events) {
  for (;;) {
    pollfd waiting{descriptor, events, 0};
    int count;
    int error;
    Py_BEGIN_ALLOW_THREADS count = ::poll(&waiting, 1, -1);
    error = errno;
    Py_END_ALLOW_THREADS if (count >= 0 || error != EINTR) return true;
    if (PyErr_CheckSignals() != 0) return false;
  }
}

bool wait_and_say(ObservedConnection const& self, int descriptor, short events, hook::Resource resource) {
  bool const writes = resource == hook::Resource::pipe_room;
  hook::EventFields fields{
      .object = writes ? self.out_queue : self.queue, .argument = -1, .detail = hook::code(resource)};
  fields.item = writes ? here().item : self.reading;
  say(hook::Kind::blocked, fields);
  bool const came = wait_for(descriptor, events);
  PendingError const pending;
  fields.argument = 0;
  say(came ? hook::Kind::woken : hook::Kind::refused, fields);
  return came;
}

/// The same pipe, opened once more so that a write does not wait: the program's own descriptor is not made
/// non-blocking, because other processes share it.
class NonBlocking {
 public:
  /// Does nothing for a negative descriptor.
  explicit NonBlocking(int descriptor) {
    if (descriptor < 0) return;
    char path[40];
    std::snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    descriptor_ = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  }
  ~NonBlocking() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  NonBlocking(NonBlocking const&) = delete;
  NonBlocking& operator=(NonBlocking const&) = delete;
  int number() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

bool is_socket(int descriptor) {
  struct stat facts {};
  return fstat(descriptor, &facts) == 0 && S_ISSOCK(facts.st_mode);
}

ssize_t write_some(int descriptor, bool socket, char const* bytes, std::size_t count, int& error) {
  ssize_t wrote;
  Py_BEGIN_ALLOW_THREADS wrote =
      socket ? ::send(descriptor, bytes, count, MSG_DONTWAIT) : ::write(descriptor, bytes, count);
  error = errno;
  Py_END_ALLOW_THREADS return wrote;
}

/// As os.write, but says what it does, and that it waits. It may write less than it could.
PyObject* write_observed(PyObject* object, PyObject* arguments) {
  constexpr Py_ssize_t most_at_once = 1 << 20;
  ObservedConnection& self = *connection_of(object);
  int descriptor;
  PyObject* buffer;
  if (PyArg_ParseTuple(arguments, "iO", &descriptor, &buffer) == 0) return nullptr;
  Reference const piece(PyObject_Length(buffer) > most_at_once ? PySequence_GetSlice(buffer, 0, most_at_once)
                                                               : share(buffer).release());
  Reference const bytes(piece ? PyBytes_FromObject(piece.get()) : nullptr);
  if (!bytes) return nullptr;
  char const* const data = PyBytes_AsString(bytes.get());
  auto const size = static_cast<std::size_t>(PyBytes_Size(bytes.get()));
  bool const fits = size <= PIPE_BUF && is_ready(descriptor, POLLOUT);  // a free page takes it whole
  bool const socket = !fits && is_socket(descriptor);
  NonBlocking const again(fits || socket ? -1 : descriptor);
  int const target = fits || again.number() < 0 ? descriptor : again.number();
  for (;;) {
    std::uint64_t const stamp = hook::now();  // before the effect: a reader's event must not come first
    int error = 0;
    ssize_t const wrote = write_some(target, socket, data, size, error);
    if (wrote >= 0) {
      trace::Chunk const chunk = pass(self.out, data, static_cast<std::uint64_t>(wrote));
      say_at(stamp, hook::Kind::pipe_write,
             {.object = self.out_queue, .item = here().item, .argument = chunk.packed()});
      return PyLong_FromSsize_t(wrote);
    }
    if (error == EINTR) {
      if (PyErr_CheckSignals() != 0) return nullptr;
    } else if (error == EAGAIN && (socket || target != descriptor)) {
      if (!wait_and_say(self, target, POLLOUT, hook::Resource::pipe_room)) return nullptr;
    } else {
      self.out = Message{};
      say(hook::Kind::pipe_broken, {.object = self.out_queue, .item = here().item});
      errno = error;
      return PyErr_SetFromErrno(PyExc_OSError);
    }
  }
}

/// As os.read.
PyObject* read_observed(PyObject* object, PyObject* arguments) {
  ObservedConnection& self = *connection_of(object);
  int descriptor;
  Py_ssize_t count;
  if (PyArg_ParseTuple(arguments, "in", &descriptor, &count) == 0) return nullptr;
  if (!is_ready(descriptor, POLLIN) && !wait_and_say(self, descriptor, POLLIN, hook::Resource::pipe_data))
    return nullptr;
  Reference const room(PyBytes_FromStringAndSize(nullptr, count));
  if (!room) return nullptr;
  char* const data = PyBytes_AsString(room.get());
  ssize_t got;
  int error;
  do {
    if (PyErr_CheckSignals() != 0) return nullptr;
    Py_BEGIN_ALLOW_THREADS got = ::read(descriptor, data, static_cast<std::size_t>(count));
    error = errno;
    Py_END_ALLOW_THREADS
  } while (got < 0 && error == EINTR);
  if (got < 0) {
    errno = error;
    return PyErr_SetFromErrno(PyExc_OSError);
  }
  Reference chunk(got == count ? share(room.get()).release() : PyBytes_FromStringAndSize(data, got));
  if (!chunk) return nullptr;
  auto const size = static_cast<std::uint64_t>(got);
  if (size == 0) {
    say(hook::Kind::pipe_end, {.object = self.queue, .item = self.reading});
    self.in = Message{};
    return chunk.release();
  }
  if (!self.reading) {
    if (ItemIds* const ids = item_ids(self.queue)) {
      self.reading = hook::ItemId::unpack(ids->ids[ids->read % ItemIds::size]);
      ++ids->read;
    }
    here().got = self.reading;
  }
  trace::Chunk const moved = pass(self.in, PyBytes_AsString(chunk.get()), size);
  say(hook::Kind::pipe_read, {.object = self.queue, .item = self.reading, .argument = moved.packed()});
  if (moved.missing == 0) self.reading = {};
  return chunk.release();
}

/// A pool sends its tasks, and None at their end, past the queue.
bool is_pickled_none(PyObject* frame) {
  if (PyObject_Length(frame) != 8) return false;  // 4 bytes of length, then 80 04 'N' '.'
  Reference const bytes(PyBytes_FromObject(frame));
  char const* const data = bytes ? PyBytes_AsString(bytes.get()) : nullptr;
  PyErr_Clear();
  return data != nullptr && data[4] == '\x80' && data[6] == 'N' && data[7] == '.';
}

/// In the place of connection._send.
PyObject* send(PyObject* object, PyObject* buffer) {
  ObservedConnection& self = *connection_of(object);
  Reference const owner = connection(self);
  if (!owner) return nullptr;
  bool const begins = self.out.header_is_next && self.out.missing == 0;
  ThreadState& thread = here();
  hook::ItemId const before = thread.item;
  bool const bare = thread.calls == 0 && !thread.item;  // a send on the connection, not a put of the queue
  if (begins && bare) {
    thread.item = hook::new_item();
    bool const end = is_pickled_none(buffer);
    say(hook::Kind::put_begin,
        {.object = self.out_queue,
         .item = thread.item,
         .argument = -1,
         .detail = end ? trace::item_sentinel : trace::item_plain},
        end ? "None" : "");
  }
  if (begins) {
    if (ItemIds* const ids = item_ids(self.out_queue)) {
      ids->ids[ids->written % ItemIds::size] = thread.item.packed();
      ++ids->written;
    }
  }
  Reference const write(PyObject_GetAttr(object, write_name));
  PyObject* const result =
      write ? PyObject_CallFunctionObjArgs(self.send, owner.get(), buffer, write.get(), nullptr) : nullptr;
  if (bare && (result == nullptr || self.out.missing == 0)) {
    PendingError const pending;
    say(hook::Kind::put_end, {.object = self.out_queue,
                              .item = thread.item,
                              .detail = hook::code(pending ? hook::Outcome::error : hook::Outcome::ok)});
    thread.item = before;
  }
  return result;
}

/// In the place of connection._recv.
PyObject* receive(PyObject* object, PyObject* size) {
  ObservedConnection& self = *connection_of(object);
  Reference const owner = connection(self);
  if (!owner) return nullptr;
  bool const begins = self.in.header_is_next && self.in.missing == 0;
  bool const bare = here().calls == 0;
  if (begins && bare) say(hook::Kind::get_begin, {.object = self.queue, .argument = -1});
  Reference const read(PyObject_GetAttr(object, read_name));
  PyObject* const result =
      read ? PyObject_CallFunctionObjArgs(self.receive, owner.get(), size, read.get(), nullptr) : nullptr;
  if (bare && (result == nullptr || (self.in.header_is_next && self.in.missing == 0))) {
    PendingError const pending;
    say(hook::Kind::get_end, {.object = self.queue,
                              .item = pending ? hook::ItemId{} : here().got,
                              .detail = hook::code(pending ? hook::Outcome::error : hook::Outcome::ok)});
  }
  return result;
}

/// In the place of connection._poll.
PyObject* poll_observed(PyObject* object, PyObject* timeout) {
  ObservedConnection& self = *connection_of(object);
  Reference const owner = connection(self);
  if (!owner) return nullptr;
  Reference const number(PyObject_CallMethod(owner.get(), "fileno", nullptr));
  if (!number) return nullptr;
  int const descriptor = static_cast<int>(PyLong_AsLong(number.get()));
  double const seconds = timeout == Py_None ? -1 : PyFloat_AsDouble(timeout);
  if (PyErr_Occurred() != nullptr) PyErr_Clear();
  bool const waits = (timeout == Py_None || seconds > 0) && !is_ready(descriptor, POLLIN);
  hook::EventFields fields{.object = self.queue,
                           .argument = seconds < 0 ? -1 : static_cast<std::int64_t>(std::min(seconds, 9e9) * 1e9),
                           .detail = hook::code(hook::Resource::pipe_data)};
  if (waits) say(hook::Kind::blocked, fields);
  PyObject* const result = PyObject_CallFunctionObjArgs(self.poll, owner.get(), timeout, nullptr);
  PendingError const pending;
  fields.argument = 0;
  bool const came = result != nullptr && PyObject_IsTrue(result) == 1;
  if (waits) say(came ? hook::Kind::woken : hook::Kind::refused, fields);
  if (!waits && !came && here().calls > 0) say(hook::Kind::refused, fields);
  return result;
}

}  // namespace

bool add_observed_connection(PyObject* module) {
  write_name = PyUnicode_InternFromString("write");
  read_name = PyUnicode_InternFromString("read");
  if (write_name == nullptr || read_name == nullptr) return false;
  static PyMethodDef methods[] = {
      {"send", send, METH_O, nullptr},
      {"receive", receive, METH_O, nullptr},
      {"poll", poll_observed, METH_O, nullptr},
      {"write", write_observed, METH_VARARGS, nullptr},
      {"read", read_observed, METH_VARARGS, nullptr},
      {nullptr, nullptr, 0, nullptr},
  };
  static PyType_Slot slots[] = {
      {Py_tp_new, reinterpret_cast<void*>(make)},
      {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
      {Py_tp_methods, methods},
      {0, nullptr},
  };
  static PyType_Spec spec = {"_queuescope.ObservedConnection", sizeof(ObservedConnection), 0, Py_TPFLAGS_DEFAULT,
                             slots};
  PyObject* const type = PyType_FromSpec(&spec);
  return type != nullptr && PyModule_AddObject(module, "ObservedConnection", type) == 0;
}

}  // namespace mp::python
