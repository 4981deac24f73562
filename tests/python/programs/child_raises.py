from multiprocessing import Process, Queue


def work(results):
    raise ValueError("no such unit")
    results.put("done")


if __name__ == "__main__":
    results = Queue()
    Process(target=work, args=(results,), name="worker").start()
    print(results.get())
