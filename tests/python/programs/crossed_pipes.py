from multiprocessing import Process, SimpleQueue


def work(jobs, results):
    while True:
        results.put(jobs.get())


if __name__ == "__main__":
    jobs, results = SimpleQueue(), SimpleQueue()
    Process(target=work, args=(jobs, results), name="worker").start()
    for number in range(1000):
        jobs.put(b"y" * 1000)
