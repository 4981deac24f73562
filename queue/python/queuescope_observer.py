"""Says what the queues and processes of multiprocessing do, in the events of queue/include/mp/trace/events.def.

Each class keeps its identity and its methods do what they did: a method is wrapped by a `WrappedCall`, which calls a
function of this module before and one behind it and leaves no line in a traceback. The semaphores and the ends of the
pipe of a queue are observed one by one, by attributes of the program's own objects.
"""

import collections
import os
import sys
import threading
import types
import weakref

import _queuescope as hook

NO_OBJECT = 0xFFFF
OK, EMPTY, FULL, CLOSED, TIMED_OUT, ERROR, TOO_OFTEN = range(7)
QUEUE, JOINABLE, SIMPLE = range(3)
PROCESS, FEEDER = range(2)

_known = {}  # inode of the pipe: what a child that is no fork has to know of the queue


def emit(kind, queue=NO_OBJECT, argument=0, detail=0, item=0, text=""):
    hook.emit(kind, queue, argument, detail, item, text)


def wrap(owner, name, before, after):
    original = owner.__dict__[name]
    static = isinstance(original, staticmethod)
    call = hook.WrappedCall(original.__func__ if static else original, before, after)
    setattr(owner, name, staticmethod(call) if static else call)


# -- where the program is

_library = os.path.dirname(os.__file__) + os.sep
_hooks = os.path.join(os.path.dirname(__file__), "queuescope_")


def _is_library(code):
    name = code.co_filename
    if name.startswith("<frozen") or name.startswith(_hooks):
        return True
    return name.startswith(_library) and "-packages" not in name


location = hook.location  # the line of the program that led here, or 0


# -- values, without running a line of the program

_LONGEST = 60


def _atom(value):
    kind = type(value)
    if value is None or kind is bool or kind is float:
        return repr(value)
    if kind is int:
        return repr(value) if value.bit_length() < 200 else "<int of %d bits>" % value.bit_length()
    if kind is str or kind is bytes:
        return repr(value) if len(value) <= _LONGEST else repr(value[:_LONGEST]) + "..."
    if kind is types.FunctionType or kind is types.BuiltinFunctionType or kind is type:
        return value.__name__
    return "<%s>" % kind.__name__


_BRACKETS = {list: ("[", "]"), tuple: ("(", ")"), set: ("{", "}"), frozenset: ("{", "}")}


def preview(value):
    kind = type(value)
    if kind is int and -1_000_000 < value < 1_000_000:
        return str(value)
    if kind is dict:
        parts = [_atom(key) + ": " + _atom(value[key]) for key, _ in zip(value, range(4)) if type(key) in (str, int)]
        text = "{" + ", ".join(parts) + (", ..." if len(value) > 4 else "") + "}"
    elif kind in _BRACKETS:
        begin, end = _BRACKETS[kind]
        parts = [_atom(part) for part, _ in zip(value, range(6))]
        comma = "," if kind is tuple and len(value) == 1 else ""
        text = begin + ", ".join(parts) + (", ..." if len(value) > 6 else comma) + end
    else:
        text = _atom(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def nanoseconds(block, timeout):
    if not block:
        return 0
    if timeout is None:
        return -1
    try:
        return min(max(int(timeout * 1_000_000_000), 0), 2**62)
    except (TypeError, ValueError, OverflowError):
        return -1


# -- the name of a queue

_names = collections.Counter()
_assignment = r"^\s*(?:\w+\.)?_?(\w+)\s*(?::[^=]+)?=\s*([\w.\s(\[{]*)Queue\("
_assignments = r"^\s*((?:[\w.]+\s*,\s*)+[\w.]+)\s*=\s*(.*)"
_constructed = {}  # (file, line): how many queues it has made


def _name_of_queue():
    """The variable that it is assigned to, as far as the line says."""
    import linecache
    import re

    waiting = getattr(_starting, "names", None)
    if waiting:
        return waiting.pop(0)
    frame = sys._getframe(1)
    while frame is not None and _is_library(frame.f_code):
        frame = frame.f_back
    name, numbered = "queue", False
    if frame is not None:
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno or 0)
        several, match = re.match(_assignments, line), re.match(_assignment, line)
        if several:
            names = [part.strip().rsplit(".", 1)[-1].lstrip("_") for part in several.group(1).split(",")]
            key = frame.f_code.co_filename, frame.f_lineno
            made = _constructed[key] = _constructed.get(key, 0) + 1
            if several.group(2).count("Queue(") == len(names):
                name = names[(made - 1) % len(names)]
        elif match:
            name = match.group(1)
            numbered = numbered or "[" in match.group(2) or "{" in match.group(2)
    _names[name] += 1
    count = _names[name]
    return name if not numbered and name != "queue" and count == 1 else "%s-%d" % (name, count)


# -- queues

def new_observed(index, name, kind):
    return hook.ObservedQueue(index, name, kind, name.startswith("results of executor-"))


def observed(queue):
    return queue.__dict__.get("_queuescope")


class Buffer(collections.deque):
    """A queue's buffer, which says what goes in and out: the extension gives it append() and popleft()."""

    __slots__ = ("state", "items")

    def clear(self):
        collections.deque.clear(self)
        self.items.clear()


hook.observe_buffer(Buffer)


class NotEmpty(threading.Condition):
    """A queue's condition, which says when its feeder waits, and when a thread waits for its lock."""

    def __enter__(self):
        if self._lock.acquire(False):
            return True
        emit(hook.KIND_blocked, self.state.index, -1, hook.RESOURCE_buffer_lock)
        try:
            return self._lock.__enter__()
        finally:
            emit(hook.KIND_woken, self.state.index, 0, hook.RESOURCE_buffer_lock)

    def wait(self, timeout=None):
        hook.hold(0, NO_OBJECT)
        emit(hook.KIND_blocked, self.state.index, -1, hook.RESOURCE_buffered_item)
        got = threading.Condition.wait(self, timeout)
        emit(hook.KIND_woken, self.state.index, 0, hook.RESOURCE_buffered_item)
        return got


def observe_lock(lock, queue, resource):
    if lock is None or "_queuescope" in lock.__dict__:
        return
    mine = hook.ObservedLock(lock._semlock, queue, resource)
    lock._queuescope = mine
    lock.acquire = mine.acquire
    lock.release = mine.release


def observe_connection(connection, queue):
    if "_queuescope" in connection.__dict__:
        return
    cls = type(connection)
    mine = hook.ObservedConnection(weakref.ref(connection), cls._send, cls._recv, cls._poll, queue)
    connection._queuescope = mine
    connection._send = mine.send
    connection._recv = mine.receive
    connection._poll = mine.poll


def observe_local(queue, state):
    """What a process has of its own, fresh after each reset."""
    buffer = Buffer()
    buffer.state, buffer.items = state, hook.BufferedItems()
    queue._buffer = buffer
    if type(queue._notempty) is threading.Condition:
        condition = NotEmpty(queue._notempty._lock)
        condition.state = state
        queue._notempty = condition


def observe_queue(queue, state):
    queue._queuescope = state
    observe_lock(queue._rlock, state.index, hook.RESOURCE_read_lock)
    observe_lock(queue._wlock, state.index, hook.RESOURCE_write_lock)
    observe_connection(queue._reader, state.index)
    observe_connection(queue._writer, state.index)
    if state.kind != SIMPLE:
        observe_lock(queue._sem, state.index, hook.RESOURCE_slot)
        observe_local(queue, state)


def observe_tasks(queue, state):
    observe_lock(queue._unfinished_tasks, state.index, hook.RESOURCE_unfinished)
    condition = queue._cond
    observe_lock(condition._lock, state.index, hook.RESOURCE_condition_lock)
    observe_lock(condition._sleeping_count, state.index, hook.RESOURCE_sleeping)
    observe_lock(condition._woken_count, state.index, hook.RESOURCE_woken_joiner)
    observe_lock(condition._wait_semaphore, state.index, hook.RESOURCE_barrier)
    condition._make_methods()


def _pipe_of(queue):
    return os.fstat(queue._reader.fileno()).st_ino


def after_new_queue(token, result, error):
    if error is not None:
        return
    queue, kind = token
    import fcntl

    if not hook.attach(-1):
        return
    state = new_observed(hook.new_queue(), _name_of_queue(), kind)
    capacity = fcntl.fcntl(queue._writer.fileno(), getattr(fcntl, "F_GETPIPE_SZ", 1032))
    maxsize = getattr(queue, "_maxsize", 0x7FFFFFFF)
    hook.at(location())
    emit(hook.KIND_queue_new, state.index, capacity << 32 | maxsize, kind, text=state.name)
    observe_queue(queue, state)
    _known[_pipe_of(queue)] = (state.index, state.name, kind)


def before_new_queue(self, *args, **kwargs):
    queues = sys.modules["multiprocessing.queues"]
    if isinstance(self, queues.SimpleQueue):
        return self, SIMPLE
    return self, JOINABLE if isinstance(self, queues.JoinableQueue) else QUEUE


def before_self(self, *args, **kwargs):
    return self


def after_new_tasks(queue, result, error):
    state = observed(queue)
    if error is None and state is not None:
        observe_tasks(queue, state)


def after_set_state(queue, result, error):
    """A queue that a child has been sent, which its parent has told it about."""
    known = _known.get(_pipe_of(queue)) if error is None else None
    if known is not None:
        observe_queue(queue, new_observed(*known))


def after_reset(queue, result, error):
    state = observed(queue)
    if error is None and state is not None:
        observe_local(queue, state)


def failed(queue, error, refusal, outcome):
    if type(error).__name__ == refusal:
        return outcome
    return CLOSED if getattr(queue, "_closed", False) else ERROR


def call_hooks(begin, end, too_often=False):
    """For a call without arguments that matter."""

    def before(self, *args, **kwargs):
        state = observed(self)
        if state is None:
            return None
        earlier = hook.enter(location())
        if begin is not None:
            emit(begin, state.index)
        return state, earlier

    def after(token, result, error):
        state, earlier = token
        if end is not None:
            outcome = OK if error is None else TOO_OFTEN if too_often and type(error) is ValueError else ERROR
            emit(end, state.index, 0, outcome)
        hook.leave(earlier)

    return before, after


def look_hooks(kind):
    def before(self):
        state = observed(self)
        if state is None:
            return None
        # The poll below says nothing of its own: it is not a call that may wait.
        hook.at(location())
        return state

    def after(state, result, error):
        if error is None:
            emit(kind, state.index, int(result))

    return before, after


# -- the feeder

def before_start_thread(self):
    state = observed(self)
    if state is None:
        return None
    process = sys.modules["multiprocessing.process"].current_process()
    name = "main" if process._parent_pid is None else process.name
    state.feeder = hook.new_actor(FEEDER, "%s feeder of %s" % (name, state.name))
    emit(hook.KIND_thread_start, state.feeder, state.index)
    return self


def after_start_thread(queue, result, error):
    if error is None:
        queue._thread._queuescope = observed(queue)


def before_feed(buffer, *args):
    state = getattr(buffer, "state", None)
    if state is None or state.feeder is None:
        return None
    hook.become_feeder(state.feeder, state.index)
    return state


def before_finalize_join(reference):
    thread = reference()
    state = getattr(thread, "_queuescope", None)
    if state is None or not thread.is_alive():
        return None
    emit(hook.KIND_blocked, state.index, -1, hook.RESOURCE_feeder_end)
    return state


def after_finalize_join(state, result, error):
    emit(hook.KIND_woken, state.index, 0, hook.RESOURCE_feeder_end)


def serialise_failed(error):
    if threading.current_thread().name == "QueueFeederThread":
        emit(hook.KIND_serialise_failed, hook.held_queue(), item=hook.held(), text=words(error))


def words(error):
    """The exception in words, if that runs nothing of the program's."""
    text = type(error).__name__
    first = error.args[0] if error.args else None
    if type(error).__module__ == "builtins" or type(error).__module__.startswith("_pickle"):
        text += ": " + str(error) if str(error) else ""
    elif type(first) is str:
        text += ": " + first
    return text[:80]


# -- processes

_actors = weakref.WeakKeyDictionary()


def before_start(self):
    if self._popen is not None or not hook.attach(-1):
        return None
    hook.at(location())
    actor = hook.new_actor(PROCESS, self.name)
    emit(hook.KIND_process_start, actor, int(bool(self.daemon)))
    _actors[self] = _starting.actor = actor
    return self


def after_start(process, result, error):
    _starting.actor = None


def begin_process(actor):
    parent = hook.become_process(actor)
    emit(hook.KIND_process_begin, parent, os.getpid())


def before_bootstrap(self, *args, **kwargs):
    if _spawned:
        return self
    actor = _actors.get(self)
    if actor is None:
        return None
    begin_process(actor)
    return self


def after_bootstrap(process, result, error):
    if error is None:
        hook.end(int(result) & 255)


def before_exit_function(*args, **kwargs):
    error = sys.exc_info()[1] or getattr(sys, "last_value", None)
    code = 0 if error is None else 1
    if isinstance(error, SystemExit):
        code = error.code if type(error.code) is int else 0 if error.code is None else 1
    elif error is not None:
        emit(hook.KIND_uncaught, text=words(error))
    hook.at(0)
    emit(hook.KIND_exit_begin, argument=code)
    return None


def before_process_join(self, timeout=None):
    actor = _actors.get(self)
    if actor is None or self._popen is None or self._parent_pid != os.getpid():
        return None
    before = hook.enter(location())
    allowed = nanoseconds(True, timeout)
    emit(hook.KIND_process_join_begin, actor, allowed)
    if self._popen.returncode is None:
        emit(hook.KIND_blocked, actor, allowed, hook.RESOURCE_child_exit)
    return self, actor, before


def after_process_join(token, result, error):
    process, actor, before = token
    over = error is None and process._popen is not None and process._popen.returncode is not None
    emit(hook.KIND_woken if over else hook.KIND_refused, actor, 0, hook.RESOURCE_child_exit)
    emit(hook.KIND_process_join_end, actor, 0, OK if over else TIMED_OUT)
    hook.leave(before)


def before_poll(self, *args, **kwargs):
    return (self,) if self.returncode is None else None


def after_poll(token, result, error):
    popen = token[0]
    actor = getattr(popen, "_queuescope", None)
    if actor is not None and popen.returncode is not None:
        emit(hook.KIND_process_reaped, actor, popen.returncode)


def signal_hooks(number):
    def before(self):
        actor = _actors.get(self)
        if actor is not None and self._popen is not None and self._popen.returncode is None:
            hook.at(location())
            emit(hook.KIND_process_signal, actor, number)
        return None

    return before


def before_popen(self, process):
    self._queuescope = _actors.get(process)
    return None


def before_os_exit(status):
    queuescope_objects.before_os_exit()
    return None


def nothing(*args):
    return None


def before_preparation_data(name):
    return ()


def after_preparation_data(token, result, error):
    """What a child that is no fork is told: who it is, and the queues. It ignores what it does not know."""
    if error is None:
        result["_queuescope"] = (getattr(_starting, "actor", None), dict(_known))


def before_prepare(data):
    actor, known = data.get("_queuescope", (None, {}))
    if actor is not None and hook.attach(actor):
        _known.update(known)
        _spawned.append(actor)
        begin_process(actor)
    return None


_spawned = []


# -- pools and executors, as what they are made of

def names_hooks(kind, parts):
    """The queues that a method makes, in this order, are named after their pool."""

    def before(self, *args, **kwargs):
        _names[kind] += 1
        _starting.names = ["%s of %s-%d" % (part, kind, _names[kind]) for part in parts]
        return ()

    def after(token, result, error):
        _starting.names = None

    return before, after


# -- putting the hooks in their places

def on_queues(module):
    hook.set_feeder_sentinel(module._sentinel)
    for cls in (module.Queue, module.SimpleQueue):
        wrap(cls, "__init__", before_new_queue, after_new_queue)
        wrap(cls, "__setstate__", before_self, after_set_state)
        wrap(cls, "put", hook.before_put, hook.after_put)
        wrap(cls, "get", hook.before_get, hook.after_get)
        wrap(cls, "empty", *look_hooks(hook.KIND_empty))
    queue, joinable = module.Queue, module.JoinableQueue
    wrap(module.SimpleQueue, "close", *call_hooks(hook.KIND_queue_close, None))
    wrap(queue, "close", *call_hooks(hook.KIND_queue_close, None))
    wrap(queue, "_reset", before_self, after_reset)
    wrap(queue, "qsize", *look_hooks(hook.KIND_qsize))
    wrap(queue, "full", *look_hooks(hook.KIND_full))
    wrap(queue, "join_thread", *call_hooks(hook.KIND_join_thread_begin, hook.KIND_join_thread_end))
    wrap(queue, "cancel_join_thread", *call_hooks(hook.KIND_cancel_join_thread, None))
    wrap(queue, "_start_thread", before_start_thread, after_start_thread)
    wrap(queue, "_feed", before_feed, nothing)
    wrap(queue, "_finalize_join", before_finalize_join, after_finalize_join)
    wrap(joinable, "__init__", before_self, after_new_tasks)
    wrap(joinable, "__setstate__", before_self, after_new_tasks)
    wrap(joinable, "put", hook.before_put, hook.after_put)
    wrap(joinable, "task_done", *call_hooks(hook.KIND_task_done_begin, hook.KIND_task_done_end, too_often=True))
    wrap(joinable, "join", *call_hooks(hook.KIND_join_begin, hook.KIND_join_end))
    pickler = module._ForkingPickler
    dumps = hook.WrappedCall(pickler.dumps, hook.before_dumps, hook.after_dumps)
    module._ForkingPickler = type(sys.implementation)(dumps=dumps, loads=pickler.loads)


def on_synchronize(module):
    wrap(module.SemLock, "__enter__", "acquire", None)
    wrap(module.SemLock, "__exit__", "release", None)


def on_process(module):
    import signal

    process = module.BaseProcess
    wrap(process, "start", before_start, after_start)
    wrap(process, "_bootstrap", before_bootstrap, after_bootstrap)
    wrap(process, "join", before_process_join, after_process_join)
    wrap(process, "terminate", signal_hooks(int(signal.SIGTERM)), nothing)
    wrap(process, "kill", signal_hooks(int(signal.SIGKILL)), nothing)


def on_popen(module):
    popen = module.Popen
    if "__init__" in popen.__dict__:
        wrap(popen, "__init__", before_popen, nothing)
    wrap(popen, "poll", before_poll, after_poll) if "poll" in popen.__dict__ else None


def on_util(module):
    import atexit

    original = module._exit_function
    module._exit_function = hook.WrappedCall(original, before_exit_function, nothing)
    atexit.unregister(original)
    atexit.register(module._exit_function)


def on_pool(module):
    wrap(module.Pool, "__init__", *names_hooks("pool", ("tasks", "results", "changes")))


def on_executor(module):
    wrap(module.ProcessPoolExecutor, "__init__", *names_hooks("executor", ("calls", "results")))


def on_spawn(module):
    module.get_preparation_data = hook.WrappedCall(
        module.get_preparation_data, before_preparation_data, after_preparation_data
    )
    module.prepare = hook.WrappedCall(module.prepare, before_prepare, nothing)


_starting = threading.local()
PATCHES = {
    "multiprocessing.queues": on_queues,
    "multiprocessing.synchronize": on_synchronize,
    "multiprocessing.process": on_process,
    "multiprocessing.popen_fork": on_popen,
    "multiprocessing.popen_spawn_posix": on_popen,
    "multiprocessing.popen_forkserver": on_popen,
    "multiprocessing.util": on_util,
    "multiprocessing.spawn": on_spawn,
    "multiprocessing.pool": on_pool,
    "concurrent.futures.process": on_executor,
}


def install(with_values):
    """Once, before the first module of multiprocessing is loaded."""
    hook.set_up_queues(_is_library, preview if with_values else None, failed, serialise_failed)
    hook.ignore_terminal()
    os._exit = hook.WrappedCall(os._exit, before_os_exit, nothing)
    queuescope_objects.install(with_values)
    os.register_at_fork(after_in_child=hook.after_fork)


def _both(first, second):
    def patch(module):
        first(module)
        second(module)

    return patch


import queuescope_objects  # noqa: E402  it needs what is above

for _name, _patch in queuescope_objects.PATCHES.items():
    PATCHES[_name] = _both(PATCHES[_name], _patch) if _name in PATCHES else _patch
