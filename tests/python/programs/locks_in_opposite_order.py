"""Two processes take two locks, each in its own order."""
import multiprocessing as mp


def move(first, second, both):
    with first:
        both.wait()
        with second:
            print("moved")


if __name__ == "__main__":
    left, right, both = mp.Lock(), mp.Lock(), mp.Barrier(2)
    workers = [mp.Process(target=move, args=(left, right, both), name="east"),
               mp.Process(target=move, args=(right, left, both), name="west")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
