"""Runs a list of queue operations on CPython's own multiprocessing, one line of outcome for each.

Reads the list from stdin. tests/programs/queue_script.cpp does the same with ours; README.md has the language.
"""

import array
import fcntl
import multiprocessing
import os
import queue
import sys
import termios
import time
from multiprocessing.reduction import ForkingPickler

NAME = "jobs"
TIMEOUT = 10.0  # seconds until an event that must come is given up
WHILE = 0.15     # seconds after which a process that has not ended is taken to hang

context = multiprocessing.get_context("fork")


class Broken:
    """Cannot be pickled."""

    def __reduce__(self):
        raise ValueError("cannot be serialised")


def value_of(word):
    return Broken() if word == "broken" else ForkingPickler.loads(bytes.fromhex(word[1:]))


def word_of(value):
    return "x" + bytes(ForkingPickler.dumps(value)).hex()


class Script:
    def __init__(self, kind, maxsize):
        if kind == "SimpleQueue":
            self.queue = context.SimpleQueue()
        else:
            self.queue = getattr(context, kind)(maxsize)
            self.queue._on_queue_feeder_error = self.on_feeder_error
        self.errors = 0
        self.children = {}

    def on_feeder_error(self, error, item):
        self.errors += 1

    def semaphores(self):
        q = self.queue
        named = {"read_lock": q._rlock, "write_lock": q._wlock}
        if hasattr(q, "_sem"):
            named["slot"] = q._sem
        if hasattr(q, "_cond"):
            named["unfinished"] = q._unfinished_tasks
            named["condition_lock"] = q._cond._lock
            named["sleeping"] = q._cond._sleeping_count
            named["woken_joiner"] = q._cond._woken_count
            named["barrier"] = q._cond._wait_semaphore
        return {name: semaphore._semlock._get_value() for name, semaphore in named.items()}

    def pipe_bytes(self):
        if self.queue._reader.closed:
            return "closed"
        count = array.array("i", [0])
        fcntl.ioctl(self.queue._reader.fileno(), termios.FIONREAD, count)
        return count[0]

    def await_(self, what, look):
        end = time.monotonic() + TIMEOUT
        while not look():
            if time.monotonic() > end:
                return f"{what} never came: {self.pipe_bytes()} bytes, {self.semaphores()}"
            time.sleep(0.0005)
        return "ok"

    def operation(self, words):
        q = self.queue
        name, *arguments = words
        if name in ("put", "get"):
            item = [value_of(arguments.pop(0))] if name == "put" else []
            how = {}
            if arguments[:1] == ["nowait"]:
                how = {"block": False}
            elif arguments:
                how = {"timeout": float(arguments[1])}
            result = getattr(q, name)(*item, **how)
            return word_of(result) if name == "get" else "ok"
        if name in ("qsize", "empty", "full"):
            return str(getattr(q, name)())
        if name in ("task_done", "join", "close", "join_thread", "cancel_join_thread"):
            getattr(q, name)()
            return "ok"
        if name == "errors":
            return self.await_("errors", lambda: self.errors == int(arguments[0]))
        if name == "state":
            values = " ".join(f"{name}={value}" for name, value in sorted(self.semaphores().items()))
            return f"bytes={self.pipe_bytes()} {values}"
        if name == "settle":
            return self.await_("settle", lambda: self.pipe_bytes() == int(arguments[0])
                               and self.semaphores()["write_lock"] == int(arguments[1]))
        if name == "await":
            return self.await_(arguments[0], lambda: self.semaphores()[arguments[0]] == int(arguments[1]))
        if name == "raw":
            return os.read(self.queue._reader.fileno(), int(arguments[0])).hex()
        raise KeyError(name)

    def outcome(self, words):
        try:
            return self.operation(words)
        except (queue.Empty, queue.Full) as error:
            return type(error).__name__
        except Exception as error:
            return f"{type(error).__name__}: {str(error).replace(repr(self.queue), NAME)}"

    def line(self, line):
        words = line.split()
        if words[0] == "start":
            self.children[words[1]] = Child(self)
            return "ok"
        child = self.children.get(words[0].rstrip("&"))
        if child is None:
            return self.outcome(words)
        if words[0].endswith("&"):
            child.tell(words[1:])
            return "told"
        return child.operation(words[1:])


class Child:
    def __init__(self, script):
        commands, self.commands = os.pipe()
        self.answers, answers = os.pipe()
        self.process = context.Process(target=self.run, args=(script, commands, answers))
        self.process.start()
        self.answers = os.fdopen(self.answers)

    @staticmethod
    def run(script, commands, answers):
        for line in os.fdopen(commands):
            if line.strip() == "exit":
                return
            os.write(answers, (script.outcome(line.split()) + "\n").encode())

    def tell(self, words):
        os.write(self.commands, (" ".join(words) + "\n").encode())

    def operation(self, words):
        if words == ["answer"]:
            return self.answers.readline().strip()
        if words == ["blocked"]:
            time.sleep(WHILE)
            return str(self.process.is_alive())
        if words == ["kill"]:
            self.process.kill()
            words = ["joined"]
        if words == ["joined"]:
            self.process.join()
            return str(self.process.exitcode)
        self.tell(words)
        return self.answers.readline().strip()


def main():
    _, kind, maxsize = sys.stdin.readline().split()
    script = Script(kind, int(maxsize))
    for line in sys.stdin:
        if line.strip() == "finish":
            print("finishing", flush=True)
            return
        print(script.line(line), flush=True)
    for child in script.children.values():
        child.process.kill()
        child.process.join()
    os._exit(0)


main()
