import time
from multiprocessing import Process, Queue


def read(lines):
    print(lines.get(), flush=True)


if __name__ == "__main__":
    lines = Queue()
    first = Process(target=read, args=(lines,), name="first")
    first.start()
    while not lines._rlock._semlock._is_zero():
        time.sleep(0.01)
    first.terminate()
    first.join()
    second = Process(target=read, args=(lines,), name="second")
    second.start()
    lines.put("for the second")
    second.join()
