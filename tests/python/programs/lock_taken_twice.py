"""A function that has a lock calls another one that takes it."""
import multiprocessing as mp

account = mp.Lock()


def log():
    with account:
        print("logged")


if __name__ == "__main__":
    with account:
        log()
