"""The notify comes before anybody waits, and nobody looks at a state."""
import multiprocessing as mp


def consume(changed, begun):
    begun.wait()
    with changed:
        changed.wait()


if __name__ == "__main__":
    changed, begun = mp.Condition(), mp.Event()
    consumer = mp.Process(target=consume, args=(changed, begun), name="consumer")
    consumer.start()
    with changed:
        changed.notify()
    begun.set()
    consumer.join()
