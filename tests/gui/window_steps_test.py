#!/usr/bin/env python3
"""Drives the real window while a person is the scheduler: every step of real processes is chosen.

    window_steps_test.py PATH_OF_QUEUESCOPE glfw|sdl2

Needs Xvfb and xdotool. Leaves no process and no file behind.
"""
import contextlib
import pathlib
import random
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from window_driver import WATCHDOG, check, main  # noqa: E402


def has_a_choice(now, choices):
    return now["held"] and now["choices"] == choices and now["proposed"] and now["state"] == "live"


def start_stepped(window, scenario, many_items=False):
    window.click(f"scenario:{scenario}")
    window.wait(f"{scenario} is chosen", lambda now: now["scenario"] == scenario)
    window.drag("parameter:items", 0.5, 1.0 if many_items else 0.0)
    window.wait("it has as many items as it shall",
                lambda now: int(now["parameters"]["items"]) > 100 if many_items else int(now["parameters"]["items"]) <= 2)
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


def save_and_replay(window, folder, program, choices):
    window.key("ctrl", "s")
    window.wait("Ctrl+S says where the trace is", lambda now: now["banner"].endswith("sentinel.qtrace."))
    again = subprocess.run([program, "replay", folder / "sentinel.qtrace"], capture_output=True, text=True, check=False)
    print(again.stdout)
    check("the saved schedule brings the same run again", again.returncode == 0 and str(choices) in again.stdout)
    window.click("close_banner")


def revisit_a_branch(window, choices):
    branches = window.now()["branches"]
    window.key("F6")
    window.scroll_to("branch:0", "side")
    window.key("Home")
    window.wait("Home goes before the first step", lambda now: now["step"] == -1)
    window.click("branch:0")
    window.wait("a click on a branch runs it again, with the same choices to the same end",
                lambda now: not now["running"] and now["ending"] == "finished" and now["decisions"] == choices
                and now["step"] == now["steps"] - 1)
    check("it is the same branch", window.now()["branches"] == branches)


def go_on_from_a_trace(window, folder, program):
    subprocess.run([program, "run", "sentinel", "--set", "items=1", "--random", "7", "-o", "random.qtrace", "--quiet"],
                   cwd=folder, env=window.environment, check=True)
    window.open("random.qtrace")
    opened = window.wait("a random run is opened in its middle",
                         lambda now: not now["running"] and now["decisions"] > 10 and now["step"] == now["steps"] // 2)
    window.key("period")
    window.wait("at a choice", lambda now: now["step"] > opened["step"])
    window.click("go_on_from_here")
    here = window.wait("its program runs again to there",
                       lambda now: now["running"] and now["held"] and 0 < now["choices"] < opened["decisions"] and now["proposed"])
    check("the opened run and the new one are two branches", here["branches"] == 2)
    check("its schedule begins like the opened one", opened["schedule"].startswith(here["schedule"].rpartition(",")[0]))
    window.key("Return")
    window.wait("from there a person chooses", lambda now: now["choices"] == here["choices"] + 1)
    window.key("F5")
    window.wait("F5 ends it", lambda now: not now["running"])


def run_until(window, breakpoint):
    window.key("b")
    window.wait("B leads to the field", lambda now: now["writing"])
    window.key("ctrl", "a")
    window.write(breakpoint)
    window.key("Return")


def run_until_breakpoints(window):
    start_stepped(window, "sentinel")
    run_until(window, "consumer blocked")
    reached = window.wait("Enter runs until it is so",
                          lambda now: now["run_until"].startswith("Reached after") and now["held"] and now["proposed"])
    check("it did what was proposed", reached["choices"] > 1)
    run_until(window, "numbers.size > 3")
    refused = window.wait("what is no breakpoint is refused", lambda now: now["run_until"].startswith("'size' is not a property of a queue"))
    check("nothing has been chosen", refused["choices"] == reached["choices"])
    window.wait("the field is left", lambda now: not now["writing"])
    window.click("example:0")
    window.wait("it is in the field", lambda now: now["writing"])
    window.key("Return")
    window.wait("an example is one", lambda now: now["run_until"].startswith("Reached after") and now["held"])

    window.key("F2")
    source = pathlib.Path(__file__).parents[2] / "sim/scenarios/sentinel.cpp"
    calls = [f"line:{number}" for number, line in enumerate(source.read_text().splitlines(), 1)
             if "sleep_for" in line or ".put(" in line]
    shown = sorted((place[1], name) for name, place in window.now()["widgets"].items() if name.startswith("line:"))
    line = next(name for _, name in shown[2:-3] if name in calls)
    window.click(line)
    window.wait("a click on a line's number runs until it is reached",
                lambda now: now["run_until"].startswith("Reached") and now["run_until"].endswith("sentinel.cpp:" + line[5:]))
    run_until(window, "choice 100000")
    window.wait("a run that ends before says so",
                lambda now: not now["running"] and now["run_until"].startswith("The program ended after"))


def stop_on_the_way(window):
    start_stepped(window, "consumer-pool", many_items=True)
    for stop in ("Escape", "p", "pause_run"):
        run_until(window, "choice 1000000")
        window.wait("it is on its way", lambda now: now["run_until"].startswith("Running until choice 1000000"))
        window.click(stop) if stop == "pause_run" else window.key(stop)
        window.wait(f"{stop} stops it", lambda now: now["run_until"].startswith("Stopped after"))
        here = window.wait("it is held again", lambda now: has_a_choice(now, now["decisions"]))["choices"]
        window.key("Return")
        window.wait("a person goes on", lambda now: now["choices"] == here + 1)
    window.key("F5")
    window.wait("F5 ends it", lambda now: not now["running"])


def kill_processes(window):
    start_stepped(window, "sentinel")
    while "go:consumer" not in window.now()["widgets"]:
        here = window.now()["choices"]
        window.key("Return")
        window.wait("there is another choice", lambda now, h=here: has_a_choice(now, h + 1))
    window.click("go:consumer", 3)
    window.click("menu:kill")
    window.wait("the menu of a card kills its process", lambda now: now["schedule"].endswith("kill=consumer"))
    window.key("F6")
    window.click("kill:0")
    window.wait("so does the list: without main it is over",
                lambda now: not now["running"] and now["schedule"].endswith("kill=main"))


def stay_at_a_deadlock(window):
    window.click("pace:paced")
    window.click("scenario:sentinel-per-consumer")
    window.wait("the scenario is chosen", lambda now: now["scenario"] == "sentinel-per-consumer")
    window.drag("pace:time", 0.5, 0.01)
    window.click("run")
    window.wait("the deadlock is told and the run stays", lambda now: now["deadlocked"] and now["banner"] and now["running"])
    window.key("Left")
    window.wait("a step back the banner says how far ahead it is",
                lambda now: now["banner"].startswith("This run ends in deadlock, ") and now["banner"].endswith(" ahead."))
    window.key("End")
    window.wait("at the end it says again what happened",
                lambda now: now["step"] == now["steps"] - 1 and now["banner"] and "ahead" not in now["banner"])
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


def kill_the_window(start):
    window = start("report of the killed")
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


def test(window, folder, program, start):
    choices = choose_every_step(window)
    save_and_replay(window, folder, program, choices)
    go_back_and_branch(window, choices)
    revisit_a_branch(window, choices)
    go_on_from_a_trace(window, folder, program)
    run_until_breakpoints(window)
    stop_on_the_way(window)
    kill_processes(window)
    stay_at_a_deadlock(window)
    kill_the_window(start)


if __name__ == "__main__":
    main(__doc__, test)
