"""The result of a task is asked for after the pool has been terminated."""
import multiprocessing as mp
import time


def work(number):
    time.sleep(0.3)
    return number


if __name__ == "__main__":
    with mp.Pool(1) as pool:
        result = pool.apply_async(work, (1,))
    print(result.get())
