from multiprocessing import Process, Queue


def count(results):
    results.put("x" * 200_000)


if __name__ == "__main__":
    results = Queue()
    children = [Process(target=count, args=(results,), name=f"counter-{n}") for n in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(len(results.get()))
