import multiprocessing


def consumer(queue):
    while True:
        queue.get()
        queue.task_done()


def producer(items, queue):
    for item in items:
        queue.put(item)


if __name__ == "__main__":
    queue = multiprocessing.JoinableQueue()
    for _ in range(3):
        process = multiprocessing.Process(target=consumer, args=(queue,))
        process.daemon = True
        process.start()

    producer(range(12), queue)
    queue.join()
    print("all work is done")
