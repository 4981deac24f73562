#!/usr/bin/env python3
"""How long the window takes to open a trace, and to draw it.

    opening_benchmark.py QUEUESCOPE TRACE

Opens the window on TRACE under Xvfb and prints the time to the first picture, the time until all of the trace can be
used, the memory, and the median time of a frame while steps are taken.
Needs xvfb and xdotool.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WATCHDOG = 120
STEPS = 40


class View:
    def __init__(self, folder, display, arguments):
        self.report = Path(folder) / f"report-{len(os.listdir(folder))}"
        self.report.touch()
        self.environment = dict(os.environ, DISPLAY=display, XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder)
        self.begin = time.monotonic()
        self.process = subprocess.Popen([*arguments, "--report", str(self.report)], env=self.environment)

    def frames(self):
        lines = self.report.read_text().split("\n")[:-1]
        return [json.loads(line) for line in lines]

    def wait_for(self, condition):
        """Seconds from the start until the last frame is like this."""
        while time.monotonic() - self.begin < WATCHDOG:
            frames = self.frames()
            if frames and condition(frames[-1]):
                return time.monotonic() - self.begin
            if self.process.poll() is not None:
                raise SystemExit("the window has closed by itself")
            time.sleep(0.02)
        raise SystemExit("the window does not get there")

    def frame_time(self):
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "Queuescope"], env=self.environment,
                               check=True, capture_output=True, text=True).stdout.split()
        subprocess.run(["xdotool", "windowfocus", found[-1]], env=self.environment, check=True)
        time.sleep(1)  # the first frames compile shaders
        before = len(self.frames())
        for _ in range(STEPS):
            subprocess.run(["xdotool", "keydown", "Right"], env=self.environment, check=True)
            time.sleep(0.05)
            subprocess.run(["xdotool", "keyup", "Right"], env=self.environment, check=True)
        time.sleep(0.5)
        frames = self.frames()[before:]
        if not frames:
            raise SystemExit("the keys do not reach the window")
        return statistics.median(frame["frame_ms"] for frame in frames), frames[-1]["step"]

    def memory(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def close(self):
        self.process.terminate()
        self.process.wait(30)


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    read, write = os.pipe()
    screen = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
                              pass_fds=[write], stderr=subprocess.DEVNULL)
    try:
        os.close(write)
        display = ":" + os.read(read, 16).decode().strip()
        with tempfile.TemporaryDirectory() as folder:
            view = View(folder, display, [sys.argv[1], "view", sys.argv[2]])
            try:
                first = view.wait_for(lambda frame: True)
                usable = view.wait_for(lambda frame: not frame["opening"] and frame["steps"] > 0)
                events = view.frames()[-1]["steps"]
                step = view.frames()[-1]["step"]
                frame_time, reached = view.frame_time()
                if reached == step:
                    raise SystemExit("the window took no step")
                memory = view.memory()
            finally:
                view.close()
        print(f"{events:,} events: first picture after {first:.2f} s, usable after {usable:.2f} s, "
              f"{memory * 2**20 / events:.0f} bytes of memory an event at most, a frame while stepping takes "
              f"{frame_time:.1f} ms")
    finally:
        screen.terminate()
        screen.wait(30)


if __name__ == "__main__":
    main()
