"""CPython's side of queue_benchmark: the processes of one cell. What they say goes into the Board of team.hpp."""
import ctypes
import mmap
import multiprocessing
import os
import signal
import sys
import time

WORDS = 128 // 8  # of a place; the first place's room is the board's own
PLACES = 64
kind, mode, producers, consumers, size, bound, most, memory, gate = sys.argv[1:3] + [int(word) for word in sys.argv[3:]]
board = memoryview(mmap.mmap(memory, 0))
words = board[: (1 + PLACES) * 128].cast("Q")
samples = board[(1 + PLACES) * 128 :].cast("I")
item = b"x" * size


class Pipe:
    def __init__(self):
        reader, writer = multiprocessing.Pipe(duplex=False)
        self.get, self.put = reader.recv, writer.send


def make():
    if kind == "pipe":
        return Pipe()
    return multiprocessing.SimpleQueue() if kind == "simple" else multiprocessing.Queue(bound)


def at_place(place, work, *arguments):
    """The body of a process: Team.fork_at."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    base = (1 + place) * WORDS
    words[base] = os.getpid()
    os.read(gate, 1)
    work(base + 1, *arguments)
    words[base + 2] = 1
    signal.pause()


def produce(count, queue):
    put = queue.put
    while words[count] < most and not words[0]:
        put(item)
        words[count] += 1


def consume(count, queue):
    get = queue.get
    while True:
        get()
        words[count] += 1


def ping(count, there, back):
    clock = time.perf_counter_ns
    taken = 0
    while not words[0] and taken < len(samples):
        begin = clock()
        there.put(item)
        back.get()
        samples[taken] = min(clock() - begin, 0xFFFFFFFF)
        taken += 1
        words[count] = taken


def pong(_, there, back):
    while True:
        there.get()
        back.put(item)


def main():
    multiprocessing.set_start_method("fork")
    if mode == "round_trip":
        there, back = make(), make()
        bodies = [(ping, there, back), (pong, there, back)]
    else:
        queue = make()
        bodies = [(produce, queue)] * producers + [(consume, queue)] * consumers
    for place, body in enumerate(bodies):
        multiprocessing.Process(target=at_place, args=(place, *body)).start()
    signal.pause()


main()
