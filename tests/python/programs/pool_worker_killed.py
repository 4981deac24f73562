"""A worker of a pool is killed with a task in hand."""
import multiprocessing as mp
import os
import signal


def work(number):
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


if __name__ == "__main__":
    with mp.Pool(1) as pool:
        print(pool.map(work, range(3), chunksize=1))
