import multiprocessing


def consumer(queue, total):
    count = 0
    while True:
        item = queue.get()
        if item is None:
            break
        count += 1
    total.put(count)


def producer(items, queue):
    for item in items:
        queue.put(item)


if __name__ == "__main__":
    queue = multiprocessing.Queue()
    total = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=consumer, args=(queue, total)) for _ in range(3)]
    for process in processes:
        process.start()

    producer(range(12), queue)
    for _ in processes:
        queue.put(None)

    print(sum(total.get() for _ in processes), "items")
    for process in processes:
        process.join()
