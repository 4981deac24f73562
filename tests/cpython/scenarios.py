"""The bundled scenarios as Python programs: `scenarios.py NAME parameter=value...`.

Each does step by step what the C++ function of that name in sim/scenarios/ does.
"""

import multiprocessing
import os
import queue
import sys
import time

context = multiprocessing.get_context("fork")
Process = context.Process


def sleep(ms):
    time.sleep(ms / 1000)


def started(target, **options):
    process = Process(target=target, **options)
    process.start()
    return process


def consume_for_ever(tasks, work_ms=5):
    while True:
        tasks.get()
        sleep(work_ms)
        tasks.task_done()


def consume_until_none(numbers, work_ms=5):
    while numbers.get() is not None:
        sleep(work_ms)


def joinable_daemon(items=8, maxsize=3):
    tasks = context.JoinableQueue(maxsize)
    started(lambda: consume_for_ever(tasks), daemon=True)
    for item in range(items):
        tasks.put(item)
    tasks.join()


def consumer_pool(consumers=3, items=16, maxsize=6):
    tasks = context.JoinableQueue(maxsize)
    for _ in range(consumers):
        started(lambda: consume_for_ever(tasks), daemon=True)
    for item in range(items):
        tasks.put(item)
    tasks.join()


def sentinel(items=8):
    numbers = context.Queue()
    consumer = started(lambda: consume_until_none(numbers))
    for item in range(items):
        numbers.put(item)
    numbers.put(None)
    consumer.join()


def sentinel_per_consumer(consumers=3, sentinels=2, items=9):
    numbers = context.Queue()
    processes = [started(lambda: consume_until_none(numbers)) for _ in range(consumers)]
    for item in range(items):
        numbers.put(item)
    for _ in range(sentinels):
        numbers.put(None)
    for process in processes:
        process.join()


def close_wakes_nobody(consumers=2, items=6):
    numbers = context.Queue()

    def produce():
        for item in range(items):
            numbers.put(item)
        numbers.close()
        numbers.join_thread()

    def consume():
        while True:
            numbers.get()

    processes = [started(consume) for _ in range(consumers)] + [started(produce)]
    for process in reversed(processes):
        process.join()


def join_before_drain(frame_bytes=65537):
    results = context.Queue()
    worker = started(lambda: results.put(b"x" * (frame_bytes - 4 - 18)))  # 18: what pickle adds
    worker.join()
    results.get()


def task_done_too_often(items=5, too_many=1):
    tasks = context.JoinableQueue()

    def consume():
        for _ in range(items):
            tasks.get()
            tasks.task_done()
        for _ in range(too_many):
            tasks.task_done()

    consumer = started(consume)
    for item in range(items):
        tasks.put(item)
    tasks.join()
    consumer.join()


def task_done_forgotten(items=8, forgotten=3):
    tasks = context.JoinableQueue()

    def consume():
        while True:
            if tasks.get() != forgotten:
                tasks.task_done()

    for _ in range(2):
        started(consume, daemon=True)
    for item in range(1, items + 1):
        tasks.put(item)
    tasks.join()


def unserialisable_item(items=6, broken=3, maxsize=2):
    jobs = context.JoinableQueue(maxsize)
    started(lambda: consume_for_ever(jobs), daemon=True)
    for number in range(1, items + 1):
        jobs.put(open(os.devnull) if number == broken else number)
    jobs.join()


def killed_reader():
    numbers = context.Queue()
    victim = started(numbers.get)
    sleep(300)
    victim.kill()
    victim.join()
    numbers.put(42)
    sleep(100)
    try:
        numbers.get(timeout=0.1)
        return
    except queue.Empty:
        assert numbers.qsize() == 1
    numbers.get()


def killed_writer():
    pictures = context.Queue()
    victim = started(lambda: pictures.put(b"x" * 200000))
    sleep(400)
    victim.kill()
    victim.join()
    pictures.get_nowait()


def killed_feeder_lock(items=6):
    lines = context.Queue()
    lines.put(b"x" * (65536 - 4 - 18))
    sleep(300)
    victim = started(lambda: lines.put("last words"))
    sleep(400)
    victim.kill()
    victim.join()
    lines.get()
    survivor = started(lambda: [lines.put(number) for number in range(items)])
    for _ in range(items):
        lines.get()
    survivor.join()


def killed_joiner(items=3):
    tasks = context.JoinableQueue()
    for item in range(items):
        tasks.put(item)
    victim = started(tasks.join)
    sleep(400)
    victim.kill()
    victim.join()
    for _ in range(items):
        tasks.get()
        tasks.task_done()


def killed_worker(items=4):
    tasks = context.JoinableQueue()

    def work():
        while True:
            tasks.get()
            sleep(200)
            tasks.task_done()

    victim = started(work)
    for item in range(items):
        tasks.put(item)
    sleep(100)
    victim.kill()
    victim.join()
    started(work, daemon=True)
    tasks.join()


def simple_queue(items=12, bytes=20000):
    pictures = context.SimpleQueue()
    consumer = started(lambda: consume_until_none(pictures))
    for _ in range(items):
        pictures.put(b"x" * bytes)
    pictures.put(None)
    consumer.join()


def main():
    settings = dict(argument.split("=") for argument in sys.argv[2:])
    globals()[sys.argv[1].replace("-", "_")](**{name: int(value) for name, value in settings.items()})


if __name__ == "__main__":
    main()
