"""A barrier for three, at which only two arrive."""
import multiprocessing as mp


def step(start, number):
    if number != 1:
        start.wait()


if __name__ == "__main__":
    start = mp.Barrier(3)
    workers = [mp.Process(target=step, args=(start, number), name="step-%d" % number) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
