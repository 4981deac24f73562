from multiprocessing import Process, Queue


def work(jobs):
    while jobs.get() is not None:
        pass


if __name__ == "__main__":
    jobs = Queue()
    workers = [Process(target=work, args=(jobs,), name=f"worker-{n}") for n in range(3)]
    for worker in workers:
        worker.start()
    for job in range(6):
        jobs.put(job)
    jobs.put(None)
    for worker in workers:
        worker.join()
