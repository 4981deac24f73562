"""What the tests of the window have in common: a virtual display, and a window on it that is driven by mouse and keys and
checked by what it reports and shows.
"""
import contextlib
import json
import os
import pathlib
import signal
import struct
import subprocess
import sys
import tempfile
import time

WATCHDOG = 120  # seconds for any single thing to come true, on a busy machine too


class Display:
    """An X server without a screen, whose pixels are a file and whose keys do not repeat, however long a busy machine
    holds them down."""

    def __init__(self, folder):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-fbdir", str(folder), "-nolisten", "tcp", "-noreset", "-r"],
            pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        if not number:
            raise SystemExit("Xvfb does not start")
        self.name = ":" + number
        self.screen = folder / "Xvfb_screen0"

    def pixels(self, x, y, width, height):
        """Rows of bytes, four a pixel. The file is an XWD: a header, a colour map, the rows."""
        data = self.screen.read_bytes()
        header, colours, row = struct.unpack_from(">I", data)[0], *(struct.unpack_from(">I", data, at)[0] for at in (76, 48))
        first = header + 12 * colours
        return [data[first + row * line + 4 * x:first + row * line + 4 * (x + width)] for line in range(y, y + height)]

    def close(self):
        self.server.terminate()
        self.server.wait()


def colours(rows):
    return len({row[i:i + 4] for row in rows for i in range(0, len(row), 4)})


class Window:
    def __init__(self, program, backend, display, folder, report="report"):
        self.display = display
        self.report_file = folder / report
        self.environment = dict(os.environ, DISPLAY=display.name, LIBGL_ALWAYS_SOFTWARE="1",
                                XDG_CONFIG_HOME=str(folder / "config"), XDG_RUNTIME_DIR=str(folder))
        self.environment.pop("WAYLAND_DISPLAY", None)
        self.process = subprocess.Popen([program, "--backend", backend, "--report", str(self.report_file)],
                                        env=self.environment, cwd=folder)
        self.wait("it draws its first frame", lambda now: True)
        self.id = self.find()
        self.xdotool("windowfocus", self.id)
        # where it is, it stays: without a window manager SDL does not learn that it was moved
        shell = subprocess.run(["xdotool", "getwindowgeometry", "--shell", self.id], env=self.environment, check=True,
                               capture_output=True, text=True).stdout
        place = dict(line.split("=") for line in shell.split())
        self.left, self.top = int(place["X"]), int(place["Y"])

    def find(self):
        end = time.monotonic() + WATCHDOG
        while time.monotonic() < end:
            found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "Queuescope"], env=self.environment,
                                   capture_output=True, text=True).stdout.split()
            if found:
                return found[-1]
            time.sleep(0.1)
        raise SystemExit("the window does not appear")

    def xdotool(self, *words):
        subprocess.run(["xdotool", *map(str, words)], env=self.environment, check=True, stderr=subprocess.DEVNULL)

    def now(self):
        """What it reported last; a line that is still being written does not count."""
        try:
            whole = self.report_file.read_text().rpartition("\n")[0]
        except FileNotFoundError:
            return None
        return json.loads(whole.rpartition("\n")[2]) if whole else None

    def wait(self, words, true_of):
        end = time.monotonic() + WATCHDOG
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise SystemExit(f"it ended with {self.process.returncode} while waiting that {words}")
            report = self.now()
            if report and true_of(report):
                print("ok:", words, flush=True)
                return report
            time.sleep(0.05)
        report = {key: value for key, value in (self.now() or {}).items() if key != "widgets"}
        raise SystemExit(f"it never came true that {words}; last seen: {report}")

    def widget(self, name):
        """Where it is, once it stays there: larger letters move everything, some frames later."""
        before = None
        while True:
            place = self.wait(f"there is {name}", lambda now: name in now["widgets"])["widgets"][name]
            if place == before:
                return place
            before = place
            time.sleep(0.3)

    def move_to(self, x, y):
        # in two moves, the second a relative one: SDL takes nothing else for a drag
        self.xdotool("mousemove", "--sync", self.left + x - 2, self.top + y)
        self.xdotool("mousemove_relative", "--", 2, 0)
        time.sleep(0.2)

    def button(self, action, number=1):
        self.xdotool(f"mouse{action}", number)
        time.sleep(0.2)

    def click(self, name, number=1):
        x, y, width, height = self.widget(name)
        self.move_to(x + width // 2, y + height // 2)
        self.button("down", number)
        self.button("up", number)

    def scroll_to(self, name, pane):
        """Turns the wheel over a pane until there is that widget in it, wherever the pane stood before."""
        wheel = 4
        while name not in self.now()["widgets"]:
            x, y, width, height = self.widget(pane)
            self.move_to(x + width // 2, y + height // 2)
            before = self.now()["widgets"]
            self.xdotool("click", "--repeat", 3, "--delay", 50, wheel)
            time.sleep(0.5)
            wheel = 5 if self.now()["widgets"] == before else wheel

    def drag(self, name, from_part, to_part):
        x, y, width, height = self.widget(name)
        self.move_to(x + int(width * from_part), y + height // 2)
        self.button("down")
        for part in (0.5 * (from_part + to_part), to_part):
            self.move_to(x + int(width * part), y + height // 2)
        self.button("up")

    def key(self, *names):
        """One after the other held down, long enough to be seen by a loop that draws in between, on a busy machine too."""
        frame = (self.now() or {}).get("frame_ms", 0) / 1000
        for name in names:
            self.xdotool("keydown", name)
            time.sleep(0.05)
        time.sleep(min(max(0.1, 3 * frame), 0.4))  # before it repeats itself
        for name in reversed(names):
            self.xdotool("keyup", name)
        time.sleep(0.05)

    def write(self, text):
        self.xdotool("type", "--delay", "60", text)

    def open(self, file):
        self.click("open_file")
        self.widget("path")
        self.key("End")
        self.write(file)
        self.key("Return")

    def pixels(self, name):
        return self.pixels_at(*self.widget(name))

    def pixels_at(self, x, y, width, height):
        return self.display.pixels(self.left + x, self.top + y, width, height)

    def all_pixels(self):
        width, height = map(int, self.now()["window"])
        return self.pixels_at(0, 0, width, height)


def check(words, true):
    if not true:
        raise SystemExit("not so: " + words)
    print("ok:", words, flush=True)


def main(words, test):
    """Calls test(window, folder, program, start) with a window; start() opens another one, with a report of its own."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    if len(sys.argv) != 3:
        sys.exit(words)
    program, backend = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as cleanup:
        folder = pathlib.Path(name)
        display = Display(folder)
        cleanup.callback(display.close)

        def start(report):
            window = Window(program, backend, display, folder, report)
            cleanup.callback(lambda: window.process.poll() is None and (window.process.kill(), window.process.wait()))
            return window

        test(start("report"), folder, program, start)
