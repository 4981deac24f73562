import queue
import sys
import threading
from multiprocessing import JoinableQueue, Process, SimpleQueue, get_context, queues, set_start_method


class Named(queues.Queue):
    """A subclass with a put of its own."""

    def put(self, obj, block=True, timeout=None):
        return super().put(("named", obj), block, timeout)


def work(jobs, answers, bounded):
    while (job := jobs.get()) is not None:
        answers.put((job, "x" * job))
        jobs.task_done()
    jobs.task_done()
    bounded.put("last", timeout=30)


if __name__ == "__main__":
    set_start_method(sys.argv[1])
    jobs, answers, bounded = JoinableQueue(), SimpleQueue(), Named(1, ctx=get_context())
    worker = Process(target=work, args=(jobs, answers, bounded))
    worker.start()
    sizes = [0, 5, 300_000, 5_000, 20_000]
    reader = threading.Thread(target=lambda: print([len(answers.get()[1]) for _ in sizes]))
    reader.start()
    for size in sizes:
        jobs.put(size)
    jobs.put(None)
    jobs.join()
    reader.join()
    print(bounded.get(), bounded.empty(), bounded.qsize(), bounded.full())
    worker.join()
    print(worker.exitcode)
    for wrong in (lambda: bounded.get_nowait(), lambda: jobs.task_done(), lambda: bounded.get(timeout=0.01)):
        try:
            wrong()
        except (queue.Empty, ValueError) as error:
            print(type(error).__name__, error)
    bounded.put(1)
    try:
        bounded.put_nowait(2)
    except queue.Full as error:
        print(type(error).__name__)
    bounded.get()
    bounded.close()
    bounded.join_thread()
    try:
        bounded.put(1)
    except ValueError as error:
        print("closed")
    sys.exit(7)
