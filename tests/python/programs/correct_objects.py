"""Locks, events, conditions, barriers, semaphores, pipes and threads, all used as they should be."""
import multiprocessing as mp
import queue
import sys
import threading


def work(number, lock, total, seats, start, go, end, changed):
    start.wait()
    go.wait()
    with seats:
        with lock:
            with lock:
                total.value += number
    with changed:
        changed.notify()
    end.send(number)
    end.close()


def gather(ends, found):
    while ends:
        for end in mp.connection.wait(ends):
            try:
                found.put(end.recv())
            except EOFError:
                ends.remove(end)
    found.put(None)


def main():
    mp.set_start_method(sys.argv[1] if len(sys.argv) > 1 else "fork")
    lock, seats, start, go, changed = mp.RLock(), mp.BoundedSemaphore(2), mp.Barrier(4), mp.Event(), mp.Condition()
    total = mp.Value("i", 0)
    ends, workers = [], []
    with changed:
        for number in range(3):
            mine, theirs = mp.Pipe(duplex=False)
            worker = mp.Process(target=work, args=(number, lock, total, seats, start, go, theirs, changed))
            worker.start()
            theirs.close()
            ends.append(mine)
            workers.append(worker)
        start.wait()
        go.set()
        changed.wait()
    found = queue.Queue()
    gatherer = threading.Thread(target=gather, args=(ends, found))
    gatherer.start()
    numbers = sorted(iter(found.get, None))
    gatherer.join()
    for worker in workers:
        worker.join()
    here, there = mp.Pipe()
    there.send("answer")
    assert here.poll(5) and here.recv() == "answer"
    print(numbers, total.value)


if __name__ == "__main__":
    import multiprocessing.connection

    main()
