"""Compares the bundled scenarios with the same programs on CPython: both finish, with the same exit code, or both
hang, with as many processes left."""

import concurrent.futures
import os
import pathlib
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
HANG = 5      # seconds after which a program that should hang is taken to hang
FINISH = 100  # seconds within which a program that should finish must finish

CASES = [  # the expected ending, the scenario, its settings, what both must print to stderr
    ("finishes", "joinable-daemon", "", ""),
    ("finishes", "consumer-pool", "consumers=5", ""),
    ("finishes", "sentinel", "", ""),
    ("hangs", "sentinel-per-consumer", "", ""),
    ("finishes", "sentinel-per-consumer", "sentinels=3", ""),
    ("hangs", "close-wakes-nobody", "", ""),
    ("hangs", "join-before-drain", "", ""),
    ("finishes", "join-before-drain", "frame_bytes=65536", ""),
    ("finishes", "task-done-too-often", "", "ValueError: task_done() called too many times"),
    ("finishes", "task-done-too-often", "too_many=0", ""),
    ("hangs", "task-done-forgotten", "", ""),
    ("finishes", "task-done-forgotten", "forgotten=0", ""),
    ("hangs", "unserialisable-item", "", "cannot"),
    ("finishes", "unserialisable-item", "broken=0", ""),
    ("hangs", "killed-reader", "", ""),
    ("hangs", "killed-writer", "", ""),
    ("hangs", "killed-feeder-lock", "", ""),
    ("hangs", "killed-joiner", "", ""),
    ("hangs", "killed-worker", "", ""),
    ("finishes", "simple-queue", "", ""),
]


def members_of(group):
    """The number of live processes in a process group."""
    count = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = pathlib.Path(entry.path, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            count += fields[0] != "Z" and int(fields[2]) == group
    return count


def outcome_of(command, expected):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
    left = 0
    try:
        process.wait(timeout=HANG if expected == "hangs" else FINISH)
        said = f"finishes with exit code {process.returncode}"
    except subprocess.TimeoutExpired:
        left = members_of(process.pid)
        said = f"hangs with {left} processes"
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    return said, process.communicate()[1]


def compare(program, case):
    expected, name, settings, words = case
    arguments = [name, *settings.split()]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        theirs = pool.submit(outcome_of, [sys.executable, str(HERE / "scenarios.py"), *arguments], expected)
        ours = pool.submit(outcome_of, [program, *arguments], expected)
    (theirs, their_words), (ours, our_words) = theirs.result(), ours.result()
    same = theirs == ours and theirs.startswith(expected) and words in their_words and words in our_words
    print(f"{'  ' if same else '! '}{' '.join(arguments):40} CPython {theirs}, ours {ours}")
    if not same:
        print(their_words, our_words, sep="\n----\n", file=sys.stderr)
    return same


def main():
    with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
        results = list(pool.map(lambda case: compare(sys.argv[1], case), CASES))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
