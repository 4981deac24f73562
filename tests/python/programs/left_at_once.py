import os
import time
from multiprocessing import Process, Queue


def report(state):
    state.put("a" * 100_000)
    os._exit(0)


if __name__ == "__main__":
    state = Queue()
    child = Process(target=report, args=(state,), name="reporter")
    child.start()
    child.join()
    print(state.get())
