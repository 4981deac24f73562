"""The reader of a pipe keeps the write end open and waits for the end of file."""
import multiprocessing as mp


def tell(out):
    out.send("up")


if __name__ == "__main__":
    source, sink = mp.Pipe(duplex=False)
    mp.Process(target=tell, args=(sink,), name="teller").start()
    try:
        while True:
            print(source.recv())
    except EOFError:
        print("over")
