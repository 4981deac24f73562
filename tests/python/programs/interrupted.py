import os
import signal
import sys
from multiprocessing import Process, Queue


def work(jobs):
    os.kill(os.getpid(), signal.SIGINT)
    jobs.get()


if __name__ == "__main__":
    jobs = Queue()
    worker = Process(target=work, args=(jobs,))
    worker.start()
    worker.join()
    print(worker.exitcode, sys.path[1:3], os.environ.get("PYTHONPATH"))
    jobs.get(timeout=0.01)
