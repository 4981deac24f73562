"""A queue is an argument of a pool's task: the error stays in a result that nobody asks."""
import multiprocessing as mp


def work(number, progress):
    progress.put(number)


if __name__ == "__main__":
    progress = mp.Queue()
    with mp.Pool(1) as pool:
        job = pool.apply_async(work, (1, progress))
        print(progress.get())
