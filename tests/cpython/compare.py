"""Compares this library with CPython's multiprocessing, operation by operation: see README.md."""

import argparse
import ast
import itertools
import os
import pathlib
import random
import signal
import subprocess
import sys
from multiprocessing.reduction import ForkingPickler

HERE = pathlib.Path(__file__).parent
DEADLINE = 40  # seconds per list


def pickled(value):
    return bytes(ForkingPickler.dumps(value))


def body_of(size):
    """Pickle of a value that has exactly this size."""
    shapes = (lambda n: b"x" * n, lambda n: "x" * n, lambda n: (b"x" * n, None), lambda n: [b"x" * n, 1, 2])
    for shape, short in itertools.product(shapes, range(64)):
        body = pickled(shape(max(0, size - short)))
        if len(body) == size:
            return body
    raise ValueError(f"no value has a pickle of {size} bytes")


def encoded(word):
    if word == "broken":
        return word
    body = body_of(int(word[5:])) if word.startswith("size:") else pickled(ast.literal_eval(word))
    return "x" + body.hex()


def translated(lines):
    """The list for the interpreters, with each value as the bytes of its pickle."""
    for line in lines:
        words = line.split()
        if "put" in words:
            value = words.index("put") + 1
            words[value] = encoded(words[value])
        yield " ".join(words)


def result_of(command, text):
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, start_new_session=True)
    try:
        out, _ = process.communicate(text, timeout=DEADLINE)
        return out.splitlines() + [f"exit code {process.returncode}"]
    except subprocess.TimeoutExpired as late:
        out = late.stdout or b""
        return out.decode().splitlines() + ["hangs"]
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def shortened(line):
    return line if len(line) < 120 else line[:100] + f"... ({len(line)} characters)"


def compare(name, lines, ours):
    """Whether both print the same lines."""
    text = "\n".join(translated(lines)) + "\n"
    theirs = result_of([sys.executable, str(HERE / "interpret.py")], text)
    mine = result_of([ours], text)
    if theirs == mine and theirs[-1] == "exit code 0" and not any("never came" in line for line in theirs):
        return True
    print(f"{name}: CPython and this library differ, or wait in vain.", file=sys.stderr)
    for line, his, my in itertools.zip_longest(lines[1:] + ["(end)"], theirs, mine, fillvalue="-"):
        mark = "  " if his == my else "! "
        print(f"  {mark}{line:30} CPython: {shortened(his)}   ours: {shortened(my)}", file=sys.stderr)
    return False


class RandomList:
    """Random operations that never block for ever, chosen from what the queue must contain."""

    VALUES = ["0", "7", "-1", "None", "''", "'text'", "b'bytes'", "(1,(2,3))", "2.5", "size:300", "size:5000"]

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.kind = self.random.choice(["Queue", "JoinableQueue", "SimpleQueue"])
        self.maxsize = 0 if self.kind == "SimpleQueue" else self.random.choice([0, 1, 2, 3, -1])
        self.buffered = self.kind != "SimpleQueue"
        self.lines = [f"queue {self.kind} {self.maxsize}", "start c1", "start c2"]
        self.frames = []    # sizes of the frames in the pipe
        self.unfinished = 0
        self.fed = set()    # processes with a feeder
        self.closed = set()
        self.broken = dict.fromkeys(["", "c1 ", "c2 "], 0)

    def build(self, length):
        while len(self.lines) < length:
            who = self.random.choice(["", "", "c1 ", "c2 "])
            self.random.choice([self.put, self.put, self.get, self.get, self.look, self.tasks, self.put_broken, self.end])(who)
        return self.lines

    def say(self, line):
        self.lines.append(line)

    def settle(self):
        """In a process whose end is still open: after each operation that leaves a feeder at work."""
        for who in ("", "c1 ", "c2 "):
            if who not in self.closed:
                self.say(f"{who}settle {sum(self.frames)} 1")
                self.say(f"{who}state")
                return
        self.closed.clear()

    def free(self):
        return self.maxsize <= 0 or len(self.frames) < self.maxsize

    def put(self, who):
        how = self.random.choice(["", "nowait", "timeout 0.01", "timeout 0", "timeout -1"]) if self.buffered else ""
        value = self.random.choice(self.VALUES).replace(" ", "")
        usable = who not in self.closed
        size = 4 + (len(encoded(value)) - 1) // 2
        if usable and sum(self.frames) + size > 40000:
            return
        if usable and not self.free() and how == "":
            how = "nowait"
        self.say(f"{who}put {value} {how}".strip())
        if usable and self.free():
            self.frames.append(size)
            self.unfinished += self.kind == "JoinableQueue"
            self.fed.add(who)
            self.settle()

    def put_broken(self, who):
        if who in self.closed or not self.buffered or not self.free():
            return
        self.say(f"{who}put broken")
        self.fed.add(who)
        self.unfinished += self.kind == "JoinableQueue"
        self.broken[who] += 1
        self.say(f"{who}errors {self.broken[who]}")
        self.settle()

    def get(self, who):
        if who in self.closed:
            self.say(f"{who}get")
            return
        how = self.random.choice(["", "nowait", "timeout 5"]) if self.buffered else ""
        if not self.frames:
            if not self.buffered:
                return
            how = self.random.choice(["nowait", "timeout 0.01", "timeout 0", "timeout -1"])
        self.say(f"{who}get {how}".strip())
        if self.frames:
            self.frames.pop(0)
            self.settle()

    def look(self, who):
        self.say(who + self.random.choice(["qsize", "empty", "full"] if self.buffered else ["empty"]))

    def tasks(self, who):
        if self.kind != "JoinableQueue":
            return
        if self.unfinished == 0 and self.random.random() < 0.5:
            self.say(f"{who}join")
        else:
            self.say(f"{who}task_done")
            self.unfinished = max(0, self.unfinished - 1)
        self.settle()

    def end(self, who):
        if self.random.random() < 0.8 or len(self.closed - {who}) == 2:
            return
        if self.buffered:
            self.say(f"{who}join_thread")
            self.say(f"{who}cancel_join_thread" if self.random.random() < 0 else f"{who}close")
            self.say(f"{who}join_thread")
        else:
            self.say(f"{who}close")
        self.closed.add(who)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="queue_script")
    parser.add_argument("--script", action="append", default=[], help="only this file")
    parser.add_argument("--random", type=int, default=0, metavar="COUNT", help="this many random lists instead")
    parser.add_argument("--seed", type=int, default=1, help="of the first of them")
    parser.add_argument("--length", type=int, default=120, help="operations in each")
    options = parser.parse_args()
    if options.random:
        lists = [(f"seed {seed}", RandomList(seed).build(options.length))
                 for seed in range(options.seed, options.seed + options.random)]
    else:
        files = options.script or sorted(HERE.glob("scripts/*.txt"))
        lists = [(pathlib.Path(file).name, [line for line in pathlib.Path(file).read_text().splitlines()
                                            if line.strip() and not line.startswith("#")]) for file in files]
    same = sum(compare(name, lines, options.program) for name, lines in lists)
    print(f"{same} of {len(lists)} lists give the same {sum(len(lines) - 1 for _, lines in lists)} lines on both.")
    return 0 if same == len(lists) else 1


if __name__ == "__main__":
    sys.exit(main())
