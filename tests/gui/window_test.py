#!/usr/bin/env python3
"""Drives the real window: the scenarios, the play head, the panes, files, and what it remembers.

    window_test.py PATH_OF_QUEUESCOPE glfw|sdl2

Needs Xvfb and xdotool. Leaves no process and no file behind.
"""
import json
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from window_driver import WATCHDOG, check, colours, main  # noqa: E402


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
    window.open("nonsense.qtrace")
    window.wait("a file that is no trace is refused with words", lambda now: now["banner"] and now["steps"] == steps)
    window.click("close_banner")
    window.wait("the words can be closed", lambda now: not now["banner"])


def open_traces(window, folder, program):
    def show(file, scenario, ending, *options):
        subprocess.run([program, "run", scenario, "--set", "work_ms=1", "-o", file, "--quiet", *options],
                       cwd=folder, env=window.environment)
        window.open(file)
        window.wait(f"the trace of {scenario} is shown",
                    lambda now: now["scenario"] == scenario and now["ending"] == ending and not now["running"])

    show("middle.qtrace", "sentinel", "finished")
    window.wait("it opens in its middle", lambda now: now["step"] == now["steps"] // 2)
    for ending, options in (("deadline", []), ("deadlock", ["--random", "7"])):
        window.key("F2")
        show(f"{ending}.qtrace", "sentinel-per-consumer", ending, *options)
        window.wait(f"a {ending} opens at its end, with the reason",
                    lambda now: now["step"] == now["steps"] - 1 and now["tab"] == "why" and now["banner"])
        window.key("Left")
        window.wait("a step back it says that this lies ahead", lambda now: now["banner"].endswith(" ahead."))


def compare_mechanisms(window):
    window.key("F2")
    window.click("search")
    window.write("killed-reader")
    window.click("scenario:killed-reader")
    window.wait("a killed-* scenario is chosen", lambda now: now["scenario"] == "killed-reader")
    window.click("run")
    window.wait("on cpython's mechanism it hangs", lambda now: not now["running"] and now["ending"] == "deadline")
    window.click("run_other")
    window.wait("the other mechanism is chosen", lambda now: now["parameters"]["mechanism"] == "hardened")
    now = window.wait("on the hardened one it ends well", lambda now: not now["running"] and now["ending"] == "finished")
    check("both endings stand together", "cpython: " in now["banner"] and "hardened: " in now["banner"])


def tell_frame_times(window):
    frames = sorted(json.loads(line)["frame_ms"] for line in window.report_file.read_text().splitlines()[1:])
    print(f"a frame takes {frames[len(frames) // 2]:.1f} ms, the slowest tenth {frames[len(frames) * 9 // 10]:.1f} ms "
          f"or more ({len(frames)} frames)")


def export_what_is_seen(window, folder):
    stage = window.widget("stage")
    for choice, ending in (("png", ".png"), ("svg", ".svg"), ("page", ".html")):
        window.click("export")
        window.click(f"export:{choice}")
        there = window.wait(f"the export of a {choice} ends", lambda now: "xport" in now["banner"] or "built" in now["banner"])
        files = sorted(folder.glob(f"*{ending}"))
        if choice == "page" and not files:
            check("without emscripten, the window says what is missing", "emscripten" in there["banner"])
        else:
            check(f"it names the file: {there['banner']}", files and str(files[0]) in there["banner"])
        if choice == "png":
            width, height = struct.unpack(">II", files[0].read_bytes()[16:24])
            check("the picture is of the stage and the caption", width == stage[2] and height > stage[3])
        if choice == "svg":
            check("the drawing is an SVG", files[0].read_text().startswith("<svg"))
        window.click("close_banner")
        window.wait("the banner closes", lambda now: not now["banner"])


def quit_and_remember(window, folder):
    window.key("ctrl+q")
    code = window.process.wait(WATCHDOG)
    check("quitting ends the program well", code == 0)
    settings = (folder / "config/queuescope/settings.toml").read_text()
    check("it remembers the theme", 'theme = "light"' in settings)


def test(window, folder, program, _start):
    run_a_scenario(window)
    step_by_key(window)
    scrub_and_play(window)
    look_around(window)
    refuse_a_file(window, folder)
    open_traces(window, folder, program)
    compare_mechanisms(window)
    export_what_is_seen(window, folder)
    quit_and_remember(window, folder)
    tell_frame_times(window)


if __name__ == "__main__":
    main(__doc__, test)
