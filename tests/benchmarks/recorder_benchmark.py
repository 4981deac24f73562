#!/usr/bin/env python3
"""How well the recorder keeps up with a pair at full speed.

    recorder_benchmark.py QUEUESCOPE PAIR [SECONDS...]

Records PAIR (full_speed_pair) for each length, with and without --lossless, and prints the events that the program
made, how many of them were lost, how many were recorded a second, for how long the recorder went on after the
program's end, and how much memory the larger of the two took. The cost of an event is constant if the recorded events
a second do not fall with the length.
"""

import json
import os
import subprocess
import sys
import tempfile
import time


def measure(queuescope, pair, seconds, options):
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, "pair.qtrace")
        command = [queuescope, "record", "-o", trace, "--json", *options, "--", pair, str(seconds)]
        begin = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        answer = process.stdout.read()
        words = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        end = time.monotonic()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed:\n{words}")
        facts = json.loads(answer)
        ended = float(words.split()[0])  # with --json the program's output goes to stderr
        size = os.path.getsize(trace)
    made = facts["events"] + facts["lost"]
    print(f"{seconds:>4} s {' '.join(options) or 'default':<10} {made / 1e6:7.1f} M events made, "
          f"{100 * facts['lost'] / made:5.1f} % lost, {facts['events'] / (end - begin) / 1e6:5.2f} M/s recorded, "
          f"{end - ended:5.2f} s after the end, {usage.ru_maxrss / 1024:5.0f} MB, "
          f"{size / max(facts['events'], 1):4.2f} bytes an event", flush=True)


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    for seconds in sys.argv[3:] or ["1", "4", "16"]:
        for options in ([], ["--lossless"]):
            measure(sys.argv[1], sys.argv[2], seconds, options)


if __name__ == "__main__":
    main()
