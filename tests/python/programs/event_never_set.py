"""Who should set the event dies of an exception before it does."""
import multiprocessing as mp


def prepare(ready):
    raise RuntimeError("no licence")
    ready.set()


def serve(ready):
    ready.wait()


if __name__ == "__main__":
    ready = mp.Event()
    server = mp.Process(target=serve, args=(ready,), name="server")
    server.start()
    mp.Process(target=prepare, args=(ready,), name="preparer").start()
    server.join()
