"""A process is killed while it holds a lock."""
import multiprocessing as mp
import os
import signal


def write(lock, name):
    with lock:
        if name == "first":
            os.kill(os.getpid(), signal.SIGKILL)
        print(name)


if __name__ == "__main__":
    journal = mp.Lock()
    for name in ("first", "second"):
        process = mp.Process(target=write, args=(journal, name), name=name)
        process.start()
        process.join()
