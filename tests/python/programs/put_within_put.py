"""The log of multiprocessing itself goes to a queue, whose put writes to that log."""
import logging
import logging.handlers
import multiprocessing as mp

if __name__ == "__main__":
    records = mp.Queue()
    log = mp.get_logger()
    log.setLevel(logging.DEBUG)
    log.addHandler(logging.handlers.QueueHandler(records))
    log.info("begin")
    print(records.get().getMessage())
