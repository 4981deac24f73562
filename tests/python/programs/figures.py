"""Stands still and writes down what CPython and the kernel say of its queues."""
import array
import fcntl
import json
import sys
import termios
import time
from multiprocessing import JoinableQueue, SimpleQueue


def bytes_in(queue):
    count = array.array("i", [0])
    fcntl.ioctl(queue._reader.fileno(), termios.FIONREAD, count)
    return count[0]


def value(semaphore):
    return semaphore._semlock._get_value()


if __name__ == "__main__":
    jobs = JoinableQueue(9)
    mail = SimpleQueue()
    for size in (1, 10, 5_000, 30_000):
        jobs.put(b"j" * size)
        mail.put(b"m" * size)
    while jobs._buffer or bytes_in(jobs) < 35_011:
        time.sleep(0.01)
    jobs.get(), jobs.get(), mail.get()
    jobs.task_done()
    with open(sys.argv[1], "w") as file:
        json.dump(
            {
                "jobs": {
                    "bytes": bytes_in(jobs),
                    "slot": value(jobs._sem),
                    "unfinished": value(jobs._unfinished_tasks),
                    "read_lock": value(jobs._rlock),
                    "write_lock": value(jobs._wlock),
                    "condition_lock": value(jobs._cond._lock),
                },
                "mail": {"bytes": bytes_in(mail), "read_lock": value(mail._rlock), "write_lock": value(mail._wlock)},
            },
            file,
        )
    print("still", flush=True)
    time.sleep(3600)
