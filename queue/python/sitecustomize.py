"""Found by Python at its start because `queuescope record` has put this folder on PYTHONPATH. Prepares the hooks, takes
itself out of sight, and hands on to the sitecustomize module that would have been found without it."""

import os
import sys


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


def _install():
    folder, values = _take_out_of_sight()
    if values["SESSION"] is None:
        return
    sys.path.insert(0, folder)
    try:
        import queuescope_observer
    finally:
        sys.path.remove(folder)
    queuescope_observer.install(with_values=values["VALUES"] != b"none")


try:
    _install()
except Exception as error:  # the program runs as it would without us
    sys.stderr.write(f"queuescope: this Python program is not recorded: {error}\n")

# Its ImportError, should there be no other one, is what Python expects.
import sitecustomize  # noqa: E402,F401
