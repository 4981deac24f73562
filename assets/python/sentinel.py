import multiprocessing


def consumer(queue):
    while True:
        item = queue.get()
        if item is None:
            break
        print(f"processing {item}", flush=True)
    print("consumer is done", flush=True)


def producer(items, queue):
    for item in items:
        queue.put(item)


if __name__ == "__main__":
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=consumer, args=(queue,))
    process.start()

    producer([1, 2, 3, 4], queue)
    queue.put(None)
    process.join()
