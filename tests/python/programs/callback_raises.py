"""A callback of a pool raises in the thread that hands out the results."""
import multiprocessing as mp


def work(number):
    return number


def store(number):
    raise ValueError("no column %d" % number)


if __name__ == "__main__":
    pool = mp.Pool(1)
    pool.apply_async(work, (1,), callback=store)
    pool.apply_async(work, (2,))
    pool.close()
    pool.join()
