"""Found by Python at its start because `queuescope record` has put this folder on PYTHONPATH. Waits for multiprocessing to
be imported, takes itself out of sight, and hands on to the sitecustomize module that would have been found without it."""

import os
import sys

_OBSERVED = {"multiprocessing." + name for name in ("queues", "connection", "shared_memory", "synchronize", "process", "popen_fork", "popen_spawn_posix",
                                                    "popen_forkserver", "util", "spawn", "pool")}
_OBSERVED.add("concurrent.futures.process")


class _Loader:
    """Loads a module as its own loader does, and patches it before anybody sees it."""

    def __init__(self, original, patch):
        self.original, self.patch = original, patch

    def create_module(self, spec):
        return self.original.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self.original
        self.original.exec_module(module)
        self.patch(module)


class _Finder:
    def __init__(self, folder, with_values):
        self.folder, self.with_values = folder, with_values
        self.patches = None

    def load_hooks(self):
        sys.path.insert(0, self.folder)
        try:
            import queuescope_observer
        finally:
            sys.path.remove(self.folder)
        queuescope_observer.install(self.with_values)
        return queuescope_observer.PATCHES

    def find_spec(self, name, path=None, target=None):
        if name not in _OBSERVED:
            return None
        try:
            self.patches = self.patches or self.load_hooks()
        except Exception as error:  # the program runs as it would without us
            sys.stderr.write(f"queuescope: this Python program is not recorded: {error}\n")
            sys.meta_path.remove(self)
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                spec.loader = _Loader(spec.loader, self.patches[name])
                return spec
        return None


def _take_out_of_sight():
    """The program sees the path and the environment that it would have; its children inherit what it does not see."""
    folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != folder]
    sys.modules.pop("sitecustomize", None)
    # Only Python's view of the environment: what is not unset there is still inherited.
    seen = os.environ._data
    path = seen.pop(os.environ.encodekey("QUEUESCOPE_PYTHONPATH"), None)
    if path is None:
        seen.pop(os.environ.encodekey("PYTHONPATH"), None)
    else:
        seen[os.environ.encodekey("PYTHONPATH")] = path
    hidden = ("SESSION", "SESSION_PATH", "ITEM_IDS", "VALUES")
    values = {name: seen.pop(os.environ.encodekey("QUEUESCOPE_" + name), None) for name in hidden}
    return folder, values


def _take_interrupts():
    """The supervisor starts the program with SIGINT ignored; here it is what Python makes of it."""
    import _signal

    if _signal.getsignal(_signal.SIGINT) == _signal.SIG_IGN:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)


def _install():
    folder, values = _take_out_of_sight()
    if values["SESSION"] is not None:
        _take_interrupts()
        sys.meta_path.insert(0, _Finder(folder, values["VALUES"] != b"none"))


_install()

# Its ImportError, should there be no other one, is what Python expects.
import sitecustomize  # noqa: E402,F401
