"""Says what the objects of multiprocessing do that are no queues: locks, semaphores, conditions, events, barriers, pipes,
and the waits inside one process that a chain of waiting can lead to. Part of queuescope_observer."""

import os
import re
import sys
import threading
import weakref

import _queuescope as hook
import queuescope_observer as observer
from queuescope_observer import ERROR, NO_OBJECT, OK, emit, location, nanoseconds, observe_lock, wrap

PIPE, LOCK, SEMAPHORE, CONDITION, EVENT, BARRIER, PRIVATE = range(3, 10)
UNBOUNDED = 0x7FFFFFFF

_making = threading.local()  # whether an object is being made that consists of others
_with_values = True


# -- names

_assignment = re.compile(r"^\s*([\w.]+(?:\s*,\s*[\w.]+)*)\s*(?::[^=]+)?=(?!=)")


def _program_frame():
    frame = sys._getframe(1)
    while frame is not None and observer._is_library(frame.f_code):
        frame = frame.f_back
    return frame


def _assigned_names():
    """The variables that the program's line assigns to, as far as it says."""
    import linecache

    frame = _program_frame()
    if frame is None:
        return []
    match = _assignment.match(linecache.getline(frame.f_code.co_filename, frame.f_lineno or 0))
    return [part.strip().rsplit(".", 1)[-1].lstrip("_") for part in match.group(1).split(",")] if match else []


_made_at = {}  # (code, line): how many objects were named there


def _unique(name):
    observer._names[name] += 1
    count = observer._names[name]
    return name if count == 1 else "%s-%d" % (name, count)


def name_of(kind):
    frame, names = _program_frame(), _assigned_names()
    if not names:
        return _unique(kind)
    place = (id(frame.f_code), frame.f_lineno)
    count = _made_at.get(place, 0)
    _made_at[place] = count + 1
    return _unique(names[count % len(names)])


def new_object(name, kind, maxsize=UNBOUNDED, capacity=0):
    index = hook.new_queue()
    hook.at(location())
    emit(hook.KIND_queue_new, index, capacity << 32 | maxsize, kind, text=name)
    return index


# -- locks and what is made of them

def composite_hooks(after_made=None):
    """While an object is made, the objects that it consists of are not objects of their own."""

    def before(self, *args, **kwargs):
        outer = getattr(_making, "now", False)
        _making.now = True
        return self, outer, args, kwargs

    def after(token, result, error):
        self, outer, args, kwargs = token
        _making.now = outer
        if error is None and not outer and after_made is not None and hook.attach(-1):
            after_made(self, *args, **kwargs)

    return before, after


def _observe(lock, index, resource, recursive=False):
    """As observe_lock, for a lock or semaphore that stands alone."""
    if "_queuescope" in lock.__dict__:
        return
    mine = hook.ObservedLock(lock._semlock, index, resource, recursive, True)
    lock._queuescope = mine
    lock.acquire, lock.release = mine.acquire, mine.release
    if lock._semlock.name is not None:
        observer._known["semaphore", lock._semlock.name] = (index, resource, recursive)


def _observe_condition(condition, index, lock, resource):
    parts = [(condition._sleeping_count, hook.RESOURCE_sleeper),
             (condition._woken_count, hook.RESOURCE_acknowledgement), (condition._wait_semaphore, resource)]
    if lock:
        _observe(condition._lock, index, hook.RESOURCE_mutex, type(condition._lock).__name__ == "RLock")
    for semaphore, what in parts:
        _observe(semaphore, index, what)
    condition._make_methods()


def made_lock(self, *args, **kwargs):
    _observe(self, new_object(name_of("lock"), LOCK), hook.RESOURCE_mutex, type(self).__name__ == "RLock")


def made_semaphore(self, value=1, *args, **kwargs):
    _observe(self, new_object(name_of("semaphore"), SEMAPHORE, maxsize=value), hook.RESOURCE_permit)


def made_condition(self, lock=None, *args, **kwargs):
    _observe_condition(self, new_object(name_of("condition"), CONDITION), lock is None, hook.RESOURCE_notice)


def made_event(self, *args, **kwargs):
    _observe_condition(self._cond, new_object(name_of("event"), EVENT), True, hook.RESOURCE_flag)


def made_barrier(self, parties, *args, **kwargs):
    _observe_condition(self._cond, new_object(name_of("barrier"), BARRIER, maxsize=parties), True, hook.RESOURCE_parties)


def after_set_lock(lock, result, error):
    """A lock that a child has been sent, which its parent has told it about."""
    known = observer._known.get(("semaphore", lock._semlock.name)) if error is None else None
    if known is not None:
        _observe(lock, *known)


def on_synchronize(module):
    for name, made in (("Lock", made_lock), ("RLock", made_lock), ("Semaphore", made_semaphore),
                       ("BoundedSemaphore", made_semaphore), ("Condition", made_condition), ("Event", made_event),
                       ("Barrier", made_barrier)):
        wrap(getattr(module, name), "__init__", *composite_hooks(made))
    wrap(module.SemLock, "__setstate__", observer.before_self, after_set_lock)


def on_queues(module):
    for cls in (module.Queue, module.SimpleQueue, module.JoinableQueue):
        wrap(cls, "__init__", *composite_hooks())


# -- pipes

class Ends:
    """Of one connection: the pipe that it reads from and the one that it writes to, or NO_OBJECT."""

    __slots__ = ("inwards", "outwards")

    def __init__(self, inwards, outwards):
        self.inwards, self.outwards = inwards, outwards


def _ends(connection):
    return connection.__dict__.get("_queuescope_ends")


def _observe_connection(connection, ends):
    cls = type(connection)
    mine = hook.ObservedConnection(weakref.ref(connection), cls._send, cls._recv, cls._poll, ends.inwards, ends.outwards)
    connection._queuescope, connection._queuescope_ends = mine, ends
    connection._send, connection._recv, connection._poll = mine.send, mine.receive, mine.poll
    key = "pipe", os.fstat(connection.fileno()).st_ino, connection.readable
    observer._known[key] = (ends.inwards, ends.outwards)


def before_pipe(duplex=True):
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.endswith("multiprocessing/context.py"):
        frame = frame.f_back
    inside = frame is None or observer._is_library(frame.f_code) or getattr(_making, "now", False)
    return None if inside or not hook.attach(-1) else (duplex,)


def after_pipe(token, result, error):
    if error is not None:
        return
    import fcntl

    duplex, = token
    first, second = result
    names = _assigned_names()
    here, there = names if len(names) == 2 else ((names or ["pipe"])[0],) * 2

    def one_way(writer, reader, capacity):
        name = reader if writer == reader else "%s->%s" % (writer, reader)
        return new_object(_unique(name), PIPE, capacity=capacity)

    if duplex:
        forth, back = one_way(here, there, 0), one_way(there, here, 0)
        _observe_connection(first, Ends(back, forth))
        _observe_connection(second, Ends(forth, back))
    else:
        capacity = fcntl.fcntl(second.fileno(), getattr(fcntl, "F_GETPIPE_SZ", 1032))
        pipe = one_way(there, here, capacity)
        _observe_connection(first, Ends(pipe, NO_OBJECT))
        _observe_connection(second, Ends(NO_OBJECT, pipe))


def after_new_connection(connection, result, error):
    """One that a child has been sent, which its parent has told it about."""
    if error is None and observer._spawned:
        known = observer._known.get(("pipe", os.fstat(connection.fileno()).st_ino, connection.readable))
        if known is not None:
            _observe_connection(connection, Ends(*known))


def before_close(self, *args):
    ends = _ends(self)
    if ends is not None:
        hook.at(location())
        if ends.inwards != NO_OBJECT:
            emit(hook.KIND_read_end_closed, ends.inwards)
        if ends.outwards != NO_OBJECT:
            emit(hook.KIND_write_end_closed, ends.outwards)
    return None


def before_send(self, obj):
    ends = _ends(self)
    if ends is None or ends.outwards == NO_OBJECT:
        return None
    earlier = hook.enter(location())
    item = hook.next_item()
    hook.hold(item, ends.outwards)
    text = observer.preview(obj) if _with_values else ""
    emit(hook.KIND_put_begin, ends.outwards, -1, obj is None, item, text)
    return earlier, item, ends.outwards


def after_send(token, result, error):
    earlier, item, pipe = token
    if error is not None and not isinstance(error, OSError):
        emit(hook.KIND_serialise_failed, pipe, item=item, text=observer.words(error))
    emit(hook.KIND_put_end, pipe, 0, OK if error is None else ERROR, item)
    hook.hold(0, NO_OBJECT)
    hook.leave(earlier)


def before_recv(self, *args, **kwargs):
    ends = _ends(self)
    if ends is None or ends.inwards == NO_OBJECT:
        return None
    earlier = hook.enter(location())
    emit(hook.KIND_get_begin, ends.inwards, -1)
    return earlier, ends.inwards


def after_recv(token, result, error):
    earlier, pipe = token
    emit(hook.KIND_get_end, pipe, 0, OK if error is None else ERROR, hook.got() if error is None else 0)
    hook.leave(earlier)


def before_poll(self, timeout=0.0):
    ends = _ends(self)
    if ends is None or ends.inwards == NO_OBJECT:
        return None
    hook.at(location())
    return ends.inwards, timeout == 0


def after_poll(token, result, error):
    pipe, at_once = token
    if error is None and at_once:
        emit(hook.KIND_empty, pipe, not result)


def before_wait(object_list, timeout=None):
    caller = sys._getframe(1).f_code
    inside = caller.co_name == "_poll" or caller.co_filename.endswith("popen_fork.py")
    if inside or timeout == 0 or not hook.recording():
        return None
    hook.at(location())
    objects = list(object_list) if isinstance(object_list, (list, tuple)) else ()
    ends = _ends(objects[0]) if len(objects) == 1 and hasattr(objects[0], "__dict__") else None
    token = (NO_OBJECT, hook.RESOURCE_any_ready) if ends is None else (ends.inwards, hook.RESOURCE_pipe_data)
    emit(hook.KIND_blocked, token[0], nanoseconds(True, timeout), token[1])
    return token


def after_wait(token, result, error):
    emit(hook.KIND_woken if result else hook.KIND_refused, token[0], 0, token[1])


def on_connection(module):
    base = module._ConnectionBase
    wrap(base, "__init__", observer.before_self, after_new_connection)
    for name in ("send", "send_bytes"):
        wrap(base, name, before_send if name == "send" else before_send_bytes, after_send)
    for name in ("recv", "recv_bytes", "recv_bytes_into"):
        wrap(base, name, before_recv, after_recv)
    wrap(base, "poll", before_poll, after_poll)
    wrap(module.Connection, "_close", before_close, observer.nothing)
    module.Pipe = hook.WrappedCall(module.Pipe, before_pipe, after_pipe)
    module.wait = hook.WrappedCall(module.wait, before_wait, after_wait)


def before_send_bytes(self, buf, *args, **kwargs):
    return before_send(self, buf)


# -- waits inside one process

_thread_actors = weakref.WeakKeyDictionary()
_private = weakref.WeakKeyDictionary()  # queue.Queue: its index
_executors = weakref.WeakSet()
_handlers = {"_handle_workers": "worker handler", "_handle_tasks": "task handler", "_handle_results": "result handler"}


def _owner(results):
    """"pool-1", by the queue of its results."""
    state = observer.observed(results)
    return None if state is None else state.name.rsplit(" ", 1)[-1]


def name_of_thread(thread):
    target = getattr(thread, "_target", None)
    role = _handlers.get(getattr(target, "__name__", None))
    queue = sys.modules.get("multiprocessing.queues")
    if role is not None and queue is not None:
        results = [part for part in thread._args if isinstance(part, queue.SimpleQueue)]
        owner = _owner(results[1 if role == "worker handler" and len(results) > 1 else 0]) if results else None
        return thread.name if owner is None else "%s of %s" % (role, owner)
    results = thread.__dict__.get("result_queue")
    owner = _owner(results) if results is not None and queue is not None and hasattr(results, "__dict__") else None
    return thread.name if owner is None else "manager of " + owner


def remember_thread(thread, actor):
    _thread_actors[thread] = actor


def _results_of_pool(frame):
    pool = getattr(frame.f_locals.get("self"), "_pool", None)
    state = observer.observed(pool._outqueue) if pool is not None and hasattr(pool, "_outqueue") else None
    return hook.RESOURCE_result, NO_OBJECT if state is None else state.index


def _results_of_executor(frame):
    mine = frame.f_locals.get("self") or frame.f_locals.get("fs")
    futures = list(mine) if isinstance(mine, (list, set, tuple, dict)) else [mine]
    for executor in list(_executors):
        items = list((getattr(executor, "_pending_work_items", None) or {}).values())
        queue = getattr(executor, "_result_queue", None)
        if queue is not None and any(item.future is future for item in items for future in futures):
            return hook.RESOURCE_result, observer.observed(queue).index
    return hook.RESOURCE_neighbour, NO_OBJECT


def index_of_private(queue, frame=None):
    index = _private.get(queue)
    if index is None:
        while frame is not None and observer._is_library(frame.f_code):
            frame = frame.f_back
        names = [name for name, value in (frame.f_locals.items() if frame is not None else ()) if value is queue]
        maxsize = queue.maxsize if queue.maxsize > 0 else UNBOUNDED
        index = _private[queue] = new_object(_unique(names[0] if names else "queue"), PRIVATE, maxsize=maxsize)
    return index


def _private_item(frame):
    return hook.RESOURCE_private_item, index_of_private(frame.f_locals["self"], frame)


def _private_room(frame):
    return hook.RESOURCE_private_room, index_of_private(frame.f_locals["self"], frame)


_waits = {("queue.py", "get"): _private_item, ("queue.py", "put"): _private_room, ("pool.py", "wait"): _results_of_pool,
          ("pool.py", "next"): _results_of_pool, ("_base.py", "result"): _results_of_executor,
          ("_base.py", "exception"): _results_of_executor, ("_base.py", "wait"): _results_of_executor,
          ("_base.py", "as_completed"): _results_of_executor, ("threading.py", "start"): None}


def before_condition_wait(self, timeout=None):
    if not hook.recording() or hasattr(self, "state"):
        return None
    what = hook.RESOURCE_neighbour, NO_OBJECT
    frame = sys._getframe(1)
    for _ in range(5):
        if frame is None or not observer._is_library(frame.f_code):
            break
        code = frame.f_code
        key = os.path.basename(code.co_filename), code.co_name
        if key in _waits:
            if _waits[key] is None:
                return None
            what = _waits[key](frame)
            break
        frame = frame.f_back
    hook.at(location())
    emit(hook.KIND_blocked, what[1], nanoseconds(True, timeout), what[0])
    return what


def after_condition_wait(what, result, error):
    emit(hook.KIND_woken if result else hook.KIND_refused, what[1], 0, what[0])


def before_thread_join(self, timeout=None):
    actor = _thread_actors.get(self)
    if actor is None or not self.is_alive() or not hook.recording():
        return None
    hook.at(location())
    emit(hook.KIND_blocked, actor, nanoseconds(True, timeout), hook.RESOURCE_thread_end)
    return self, actor


def after_thread_join(token, result, error):
    thread, actor = token
    over = error is None and not thread.is_alive()
    emit(hook.KIND_woken if over else hook.KIND_refused, actor, 0, hook.RESOURCE_thread_end)


def before_excepthook(thread):
    error = sys.exc_info()[1]
    if error is not None and hook.recording() and not isinstance(error, SystemExit):
        emit(hook.KIND_thread_failed, text=observer.words(error))
    return None


def make_invoke_excepthook():
    return hook.WrappedCall(_make_invoke_excepthook(), before_excepthook, observer.nothing)


_make_invoke_excepthook = threading._make_invoke_excepthook


# -- pools, executors, processes

def after_pool_queues(pool, result, error):
    state = observer.observed(pool._inqueue) if error is None else None
    if state is not None:
        pool._inqueue._writer._queuescope_ends = Ends(NO_OBJECT, state.index)


def before_terminate(self):
    state = observer.observed(self._outqueue)
    if state is not None:
        hook.at(location())
        emit(hook.KIND_queue_shutdown, state.index, 1)
    return None


def before_task(self, *args, **kwargs):
    if not hook.recording():
        return None
    hook.at(location())
    emit(hook.KIND_blocked, NO_OBJECT, -1, hook.RESOURCE_neighbour)
    return ()


def after_task(token, result, error):
    emit(hook.KIND_woken, NO_OBJECT, 0, hook.RESOURCE_neighbour)


class Names:
    """What a module sees of another one, with some names that mean something else."""

    def __init__(self, module, **others):
        self.__dict__.update(others)
        self._module = module

    def __getattr__(self, name):
        return getattr(self._module, name)


def on_pool(module):
    wrap(module.Pool, "_setup_queues", observer.before_self, after_pool_queues)
    wrap(module.Pool, "terminate", before_terminate, observer.nothing)
    plain = module.queue.SimpleQueue
    tasks = type("SimpleQueue", (plain,), {"get": hook.WrappedCall(plain.get, before_task, after_task)})
    module.queue = Names(module.queue, SimpleQueue=tasks)


def after_new_executor(executor, result, error):
    if error is None:
        _executors.add(executor)


def on_executor(module):
    wrap(module.ProcessPoolExecutor, "__init__", observer.before_self, after_new_executor)


def before_start(self):
    import queue

    values = list(self.__dict__.get("_args", ())) + list(self.__dict__.get("_kwargs", {}).values())
    copies = [value for value in values if type(value).__module__ == "queue" and isinstance(value, queue.Queue)]
    return (self, copies, sys._getframe(1)) if copies else None


def after_start(token, result, error):
    process, copies, frame = token
    actor = observer._actors.get(process)
    if error is not None or actor is None:
        return
    for queue in copies:
        emit(hook.KIND_copied, index_of_private(queue, frame), actor)


def on_process(module):
    wrap(module.BaseProcess, "start", before_start, after_start)


_exit_steps_have_run = False


def before_exit_function(*args, **kwargs):
    global _exit_steps_have_run
    _exit_steps_have_run = True
    return None


def before_os_exit():
    """Says what is left behind by a process that leaves without its exit steps."""
    synchronize, util = sys.modules.get("multiprocessing.synchronize"), sys.modules.get("multiprocessing.util")
    if synchronize is None or util is None or _exit_steps_have_run:
        return
    left = [each for each in util._finalizer_registry.values() if each._callback is synchronize.SemLock._cleanup]
    if left:
        hook.at(location())
        emit(hook.KIND_semaphores_left, argument=len(left))


def on_util(module):
    function = module._exit_function
    atexit = sys.modules["atexit"]
    module._exit_function = hook.WrappedCall(function, before_exit_function, observer.nothing)
    atexit.unregister(function)
    atexit.register(module._exit_function)


# -- shared memory

def before_memory(self, name=None, create=False, *args, **kwargs):
    return self, name, create


def after_memory(token, result, error):
    memory, name, create = token
    if error is None and create and hook.attach(-1):
        hook.at(location())
        emit(hook.KIND_memory_new, text=memory.name)
    elif isinstance(error, FileNotFoundError) and name is not None and hook.recording():
        hook.at(location())
        emit(hook.KIND_memory_missing, text=str(name))


def before_unlink(self):
    hook.at(location())
    emit(hook.KIND_memory_unlinked, text=self.name)
    return None


def on_shared_memory(module):
    wrap(module.SharedMemory, "__init__", before_memory, after_memory)
    wrap(module.SharedMemory, "unlink", before_unlink, observer.nothing)


PATCHES = {
    "multiprocessing.util": on_util,
    "multiprocessing.shared_memory": on_shared_memory,
    "multiprocessing.synchronize": on_synchronize,
    "multiprocessing.queues": on_queues,
    "multiprocessing.connection": on_connection,
    "multiprocessing.pool": on_pool,
    "multiprocessing.process": on_process,
    "concurrent.futures.process": on_executor,
}


def install(with_values):
    global _with_values
    _with_values = with_values
    hook.set_up_objects(name_of_thread, remember_thread)
    wrap(threading.Condition, "wait", before_condition_wait, after_condition_wait)
    wrap(threading.Thread, "join", before_thread_join, after_thread_join)
    threading._make_invoke_excepthook = make_invoke_excepthook
