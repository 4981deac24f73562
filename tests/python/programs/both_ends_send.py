"""Both ends of a duplex pipe send more than it holds before they receive."""
import multiprocessing as mp


def talk(end):
    end.send(bytes(2_000_000))
    print(len(end.recv()))


if __name__ == "__main__":
    here, there = mp.Pipe()
    peer = mp.Process(target=talk, args=(there,), name="peer")
    peer.start()
    talk(here)
    peer.join()
