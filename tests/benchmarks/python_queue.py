"""How much recording costs a Python program: a 1x1 Queue of small objects, with and without.

    python3 tests/benchmarks/python_queue.py [QUEUESCOPE] [ITEMS]
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing import Process, Queue


def produce(queue, count):
    for number in range(count):
        queue.put(number)


def measure(count):
    queue = Queue()
    producer = Process(target=produce, args=(queue, count))
    begin = time.perf_counter()
    producer.start()
    for _ in range(count):
        queue.get()
    elapsed = time.perf_counter() - begin
    producer.join()
    print(round(count / elapsed))


def items_per_second(command, rounds=5):
    runs = [int(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(rounds)]
    return statistics.median(runs)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(int(sys.argv[2]))
        sys.exit()
    here = os.path.abspath(__file__)
    program = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "../../../build/bin/queuescope-cli")
    inner = [sys.executable, here, "--measure", sys.argv[2] if len(sys.argv) > 2 else "30000"]
    plain = items_per_second(inner)
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, "r.qtrace")
        recorded = items_per_second([program, "record", "--quiet", "-o", trace, "--"] + inner)
    print(f"1x1 Queue of small objects: {plain:,} items/s, recorded {recorded:,} ({recorded / plain:.0%})")
