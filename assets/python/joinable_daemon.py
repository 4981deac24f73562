import multiprocessing


def consumer(queue):
    while True:
        item = queue.get()
        print(f"processing {item}", flush=True)
        queue.task_done()


def producer(items, queue):
    for item in items:
        queue.put(item)


if __name__ == "__main__":
    queue = multiprocessing.JoinableQueue()
    process = multiprocessing.Process(target=consumer, args=(queue,))
    process.daemon = True
    process.start()

    producer([1, 2, 3, 4], queue)
    queue.join()
