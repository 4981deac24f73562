"""CPython's side of queue_benchmark: seconds for COUNT items of SIZE bytes from one child to its parent."""
import multiprocessing
import sys
import time


def produce(queue, item, count):
    for _ in range(count):
        queue.put(item)


def main():
    kind, size, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue() if kind == "simple" else context.Queue()
    child = context.Process(target=produce, args=(queue, b"x" * size, count))
    child.start()
    queue.get()
    start = time.perf_counter()
    for _ in range(count - 1):
        queue.get()
    print((time.perf_counter() - start) * count / (count - 1))
    child.join()


main()
