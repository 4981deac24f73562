from multiprocessing import JoinableQueue, Process


def work(jobs):
    while True:
        if jobs.get() != 1:
            jobs.task_done()


if __name__ == "__main__":
    jobs = JoinableQueue()
    Process(target=work, args=(jobs,), name="worker", daemon=True).start()
    for number in range(3):
        jobs.put(number)
    jobs.join()
