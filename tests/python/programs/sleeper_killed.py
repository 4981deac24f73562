"""A process is killed while it waits for an event; set() waits for its answer."""
import multiprocessing as mp
import time


def wait(stop):
    stop.wait()


if __name__ == "__main__":
    stop = mp.Event()
    waiter = mp.Process(target=wait, args=(stop,), name="waiter")
    waiter.start()
    while stop._cond._sleeping_count.get_value() == 0:
        time.sleep(0.01)
    waiter.kill()
    waiter.join()
    stop.set()
