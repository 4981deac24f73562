from multiprocessing import SimpleQueue

if __name__ == "__main__":
    setup = SimpleQueue()
    setup.put(b"z" * 100_000)
