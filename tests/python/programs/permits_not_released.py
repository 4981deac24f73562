"""Workers acquire a permit and forget to release it."""
import multiprocessing as mp


def fetch(seats):
    seats.acquire()


if __name__ == "__main__":
    seats = mp.Semaphore(2)
    for number in range(3):
        worker = mp.Process(target=fetch, args=(seats,), name="fetch-%d" % number)
        worker.start()
        worker.join()
