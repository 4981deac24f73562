"""The initializer of a pool raises: each worker dies, and another takes its place."""
import multiprocessing as mp
import time


def prepare():
    time.sleep(0.1)
    raise OSError("no table")


def work(number):
    return number


if __name__ == "__main__":
    with mp.Pool(1, initializer=prepare) as pool:
        print(pool.map(work, range(2)))
