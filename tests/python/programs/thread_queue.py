"""A queue.Queue is given to a process, which fills its own copy."""
import multiprocessing as mp
import queue


def work(results):
    results.put(1)


if __name__ == "__main__":
    results = queue.Queue()
    mp.Process(target=work, args=(results,), name="worker").start()
    print(results.get())
