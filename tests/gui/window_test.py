#!/usr/bin/env python3
"""Drives the real window under a virtual display: by mouse and keys, checked by what it reports and shows.

    window_test.py PATH_OF_QUEUESCOPE glfw|sdl2

Needs Xvfb and xdotool. Leaves no process and no file behind.
"""
import contextlib
import json
import os
import pathlib
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time

WATCHDOG = 120  # seconds for any single thing to come true, on a busy machine too


class Display:
    """An X server without a screen, whose pixels are a file."""

    def __init__(self, folder):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-fbdir", str(folder), "-nolisten", "tcp", "-noreset"],
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

    def button(self, action):
        self.xdotool(f"mouse{action}", 1)
        time.sleep(0.2)

    def click(self, name):
        x, y, width, height = self.widget(name)
        self.move_to(x + width // 2, y + height // 2)
        self.button("down")
        self.button("up")

    def drag(self, name, from_part, to_part):
        x, y, width, height = self.widget(name)
        self.move_to(x + int(width * from_part), y + height // 2)
        self.button("down")
        for part in (0.5 * (from_part + to_part), to_part):
            self.move_to(x + int(width * part), y + height // 2)
        self.button("up")

    def key(self, *names):
        """One after the other held down, long enough to be seen by a loop that draws in between."""
        for name in names:
            self.xdotool("keydown", name)
            time.sleep(0.05)
        for name in reversed(names):
            self.xdotool("keyup", name)
        time.sleep(0.05)

    def write(self, text):
        self.xdotool("type", "--delay", "60", text)

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


def run_a_scenario(window):
    # it reports a frame before the server has it
    end = time.monotonic() + WATCHDOG
    while colours(window.all_pixels()) <= 50 and time.monotonic() < end:
        time.sleep(0.1)
    check("the first frame is not blank", colours(window.all_pixels()) > 50)
    window.click("scenario:sentinel")
    window.wait("the scenario is chosen by mouse", lambda now: now["scenario"] == "sentinel")
    stage = window.pixels("stage")
    window.click("run")
    window.wait("real processes run", lambda now: now["steps"] > 0)
    window.wait("the run finishes", lambda now: not now["running"] and now["ending"] == "finished")
    window.wait("the play head followed it", lambda now: now["step"] == now["steps"] - 1)
    time.sleep(1)
    check("the stage shows something else now", window.pixels("stage") != stage)


def step_by_key(window):
    window.key("Home")
    window.wait("Home goes before the first step", lambda now: now["step"] == -1)
    counter = window.widget("step")
    before = window.pixels_at(*counter)
    for expected in range(3):
        window.key("Right")
        window.wait(f"Right goes to step {expected}", lambda now, e=expected: now["step"] == e)
    time.sleep(1)
    check("the step counter changes its pixels", window.pixels_at(*counter) != before)
    window.key("Left")
    window.wait("Left goes back", lambda now: now["step"] == 1)
    window.key("shift", "Right")
    blocked = window.wait("Shift+Right goes to a block", lambda now: now["step"] > 1 and now["selected"])
    window.key("n")
    window.wait("n goes to the sentinel", lambda now: now["step"] > blocked["step"])
    window.key("Escape")
    window.wait("Escape selects nothing", lambda now: not now["selected"])
    window.key("Tab")
    window.wait("Tab selects the first actor", lambda now: now["selected"] == "main")
    window.key("Tab")
    window.wait("Tab again selects another one", lambda now: now["selected"] not in ("", "main"))


def scrub_and_play(window):
    steps = window.now()["steps"]
    window.drag("scrubber", 0.2, 0.6)
    window.wait("the scrubber moves the play head", lambda now: abs(now["step"] - 0.6 * steps) < 0.05 * steps + 2)
    here = window.now()["step"]
    window.click("event:next")
    window.wait("a click on an event moves everything there", lambda now: now["step"] == here + 1)
    window.key("Home")
    window.click("play")
    window.wait("it plays", lambda now: now["state"] == "playing" and now["step"] > 0)
    window.key("space")
    window.wait("Space pauses", lambda now: now["state"] == "paused")


def look_around(window):
    window.click("tab:inspector")
    window.wait("the inspector is shown", lambda now: now["tab"] == "inspector")
    window.key("F1")
    window.wait("the help is shown", lambda now: now["help"])
    window.key("Escape")
    window.wait("Escape closes it", lambda now: not now["help"])
    dark = window.all_pixels()
    window.click("theme")
    window.wait("the theme is light", lambda now: now["theme"] == "light")
    time.sleep(1)
    check("a light window has other pixels", window.all_pixels() != dark)
    window.key("ctrl", "equal")
    window.wait("the text is larger", lambda now: now["font_scale"] > 1)
    window.click("filter")
    window.write("joins")
    window.wait("the events are filtered", lambda now: 0 < now["events"] < now["steps"])
    check("writing a filter does not play or step", window.now()["state"] == "paused")


def refuse_a_file(window, folder):
    nonsense = folder / "nonsense.qtrace"
    nonsense.write_text("this is no trace")
    steps = window.now()["steps"]
    window.click("open_file")
    window.widget("path")
    window.key("End")
    window.write("nonsense.qtrace")
    window.key("Return")
    window.wait("a file that is no trace is refused with words", lambda now: now["banner"] and now["steps"] == steps)
    window.click("close_banner")
    window.wait("the words can be closed", lambda now: not now["banner"])


def open_traces(window, folder, program):
    def show(file, scenario, ending, *options):
        subprocess.run([program, "run", scenario, "--set", "work_ms=1", "-o", file, "--quiet", *options],
                       cwd=folder, env=window.environment)
        window.click("open_file")
        window.widget("path")
        window.key("End")
        window.write(file)
        window.key("Return")
        window.wait(f"the trace of {scenario} is shown",
                    lambda now: now["scenario"] == scenario and now["ending"] == ending and not now["running"])

    show("middle.qtrace", "sentinel", "finished")
    window.wait("it opens in its middle", lambda now: now["step"] == now["steps"] // 2)
    for ending, options in (("deadline", []), ("deadlock", ["--random", "7"])):
        window.key("F2")
        show(f"{ending}.qtrace", "sentinel-per-consumer", ending, *options)
        window.wait(f"a {ending} opens at its end, with the reason",
                    lambda now: now["step"] == now["steps"] - 1 and now["tab"] == "why" and now["banner"])


def has_a_choice(now, choices):
    return now["held"] and now["choices"] == choices and now["proposed"] and now["state"] == "live"


def start_stepped(window, scenario):
    window.click(f"scenario:{scenario}")
    window.wait(f"{scenario} is chosen", lambda now: now["scenario"] == scenario)
    window.drag("parameter:items", 0.5, 0.0)
    window.wait("it has few items", lambda now: int(now["parameters"]["items"]) <= 2)
    window.click("pace:stepped")
    window.wait("the next run is one of steps", lambda now: now["pace"] == "stepped")
    window.click("run")
    window.wait("the program waits before its first step", lambda now: now["running"] and has_a_choice(now, 0))


def choose_every_step(window):
    """By keys, and now and then by mouse; back to an earlier choice, and another way from there."""
    start_stepped(window, "sentinel")
    choices = 0
    while True:
        now = window.wait(f"choice {choices} is to be made, or it is over",
                          lambda now, n=choices: not now["running"] or has_a_choice(now, n))
        if not now["running"]:
            break
        button = f"go:{now['proposed']}"
        if now["proposed"] == "time":
            window.key("0")
        elif choices % 10 == 9 and button in now["widgets"]:
            window.click(button)
        else:
            window.key("1" if choices % 2 else "Return")
        choices += 1
    over = window.wait("the run that was chosen step by step finishes", lambda now: now["ending"] == "finished")
    check("every choice is in the trace", over["decisions"] == choices and choices > 10)
    check("the schedule is written down", "main" in over["schedule"])
    return choices


def go_back_and_branch(window, choices):
    branches = window.now()["branches"]
    window.key("Home")
    for _ in range(4):
        before = window.now()["step"]
        window.key("period")
        window.wait("'.' goes to the next choice", lambda now, b=before: now["step"] > b)
    window.key("g")
    window.wait("G runs it again to there",
                lambda now: now["running"] and now["held"] and 0 < now["choices"] < choices and now["proposed"])
    window.wait("that is another branch", lambda now: now["branches"] == branches + 1)
    here = window.now()["choices"]
    window.key("1")
    window.wait("from there a person chooses again", lambda now: now["choices"] == here + 1)
    window.click("pace:free")
    window.wait("set free it goes on by itself, to its end", lambda now: not now["running"] and now["ending"] == "finished")


def stay_at_a_deadlock(window):
    window.click("pace:paced")
    window.click("scenario:sentinel-per-consumer")
    window.wait("the scenario is chosen", lambda now: now["scenario"] == "sentinel-per-consumer")
    window.drag("pace:time", 0.5, 0.01)
    window.click("run")
    window.wait("the deadlock is told and the run stays", lambda now: now["deadlocked"] and now["banner"] and now["running"])
    window.key("F5")
    window.wait("F5 ends it", lambda now: not now["running"])
    window.click("pace:free")


def descendants(pid):
    found = []
    for path in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, path.read_text().split()):
                found += [child, *descendants(child)]
    return found


def is_there(pid):
    """A zombie that nobody has reaped yet is no process any more."""
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


def kill_the_window(program, backend, display, folder):
    window = Window(program, backend, display, folder, "report of the killed")
    start_stepped(window, "sentinel")
    steps = random.randint(0, 20)
    print(f"killed after {steps} choices")
    for step in range(steps):
        window.wait("there is a choice", lambda now, s=step: has_a_choice(now, s))
        window.key("Return")
    family = descendants(window.process.pid)
    check("the program runs below the window", family)
    window.process.kill()
    window.process.wait()
    end = time.monotonic() + WATCHDOG
    while any(map(is_there, family)) and time.monotonic() < end:
        time.sleep(0.05)
    check("a killed window leaves no process", not any(map(is_there, family)))


def tell_frame_times(window):
    frames = sorted(json.loads(line)["frame_ms"] for line in window.report_file.read_text().splitlines()[1:])
    print(f"a frame takes {frames[len(frames) // 2]:.1f} ms, the slowest tenth {frames[len(frames) * 9 // 10]:.1f} ms "
          f"or more ({len(frames)} frames)")


def quit_and_remember(window, folder):
    window.key("ctrl+q")
    code = window.process.wait(WATCHDOG)
    check("quitting ends the program well", code == 0)
    settings = (folder / "config/queuescope/settings.toml").read_text()
    check("it remembers the theme", 'theme = "light"' in settings)


def main(program, backend):
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as cleanup:
        folder = pathlib.Path(name)
        display = Display(folder)
        cleanup.callback(display.close)
        window = Window(program, backend, display, folder)
        cleanup.callback(lambda: window.process.poll() is None and (window.process.kill(), window.process.wait()))
        run_a_scenario(window)
        step_by_key(window)
        scrub_and_play(window)
        look_around(window)
        refuse_a_file(window, folder)
        open_traces(window, folder, program)
        go_back_and_branch(window, choose_every_step(window))
        stay_at_a_deadlock(window)
        quit_and_remember(window, folder)
        tell_frame_times(window)
        kill_the_window(program, backend, display, folder)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2])
