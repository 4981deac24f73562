#!/usr/bin/env python3
"""Opens exported pages in a headless Chromium without a network, and uses them by mouse and keys.

    page_test.py PATH_OF_QUEUESCOPE           one run, one lesson, a hostile trace
    page_test.py PATH_OF_QUEUESCOPE --all     the pages of all scenarios and lessons, compared with shot

Leaves no process and no file behind.
"""
import base64
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import zlib

WATCHDOG = 60
FLAGS = ["--headless=new", "--no-sandbox", "--hide-scrollbars", "--no-first-run", "--disable-extensions",
         "--host-resolver-rules=MAP * ~NOTFOUND", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
         "--remote-debugging-pipe"]


def check(what, holds):
    print(("ok      " if holds else "FAILED  ") + what, flush=True)
    if not holds:
        raise SystemExit(1)


def require(what, holds):
    """Says something only where it does not hold."""
    if not holds:
        check(what, False)


class Browser:
    """One Chromium, spoken to over two pipes."""

    def __init__(self, folder):
        to_read, self.to = os.pipe()
        self.back, from_write = os.pipe()

        def give_pipes():
            os.dup2(to_read, 103)
            os.dup2(from_write, 104)
            os.dup2(103, 3)
            os.dup2(104, 4)

        environment = dict(os.environ, HOME=folder, XDG_CONFIG_HOME=folder, XDG_CACHE_HOME=folder)
        self.process = subprocess.Popen(["chromium", *FLAGS, f"--user-data-dir={folder}/profile", "about:blank"],
                                        preexec_fn=give_pipes, close_fds=False, env=environment,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(to_read)
        os.close(from_write)
        os.set_blocking(self.back, False)
        self.waiting = b""
        self.number = 0
        self.events = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = None
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable")
        self.ask("Runtime.enable")
        self.ask("Log.enable")
        self.size(1280, 800)

    session = None

    def size(self, width, height):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def message(self, end):
        while b"\0" not in self.waiting:
            require("the browser answers in time", time.monotonic() < end)
            try:
                piece = os.read(self.back, 1 << 20)
            except BlockingIOError:
                time.sleep(0.005)
                continue
            require("the browser is still there", piece != b"")
            self.waiting += piece
        one, self.waiting = self.waiting.split(b"\0", 1)
        return json.loads(one)

    def ask(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        data = json.dumps(request).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        end = time.monotonic() + WATCHDOG
        while True:
            answer = self.message(end)
            if answer.get("id") == self.number:
                require(f"{method} is answered: {answer.get('error')}", "result" in answer)
                return answer["result"]
            self.events.append(answer)

    def value(self, expression):
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            return None
        return result["result"].get("value")

    def close(self):
        try:
            self.session = None
            self.ask("Browser.close")
        finally:
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, 9)
                self.process.wait()
            os.close(self.to)
            os.close(self.back)

    # what a user does

    def open(self, path, end=""):
        self.events.clear()
        self.ask("Page.navigate", url="about:blank")
        self.ask("Page.navigate", url=pathlib.Path(path).as_uri() + end)
        deadline = time.monotonic() + WATCHDOG
        while self.value("window.queuescope !== undefined") is not True:
            words = self.value("document.getElementById('message').textContent") or ""
            require(f"the page opens: {words}", "cannot" not in words)
            require("the page opens in time", time.monotonic() < deadline)
            time.sleep(0.02)
        return self.value("window.queuescope.firstPicture")

    def now(self):
        text = self.value("window.queuescope.report()")
        return json.loads(text) if text else {}

    def wait(self, what, condition):
        end = time.monotonic() + WATCHDOG
        while True:
            now = self.now()
            if now.get("frames", 0) > 3 and condition(now):
                check(what, True)
                return now
            if time.monotonic() > end:
                print(now)
                check(what, False)
            time.sleep(0.03)

    def click(self, widget):
        left, top, width, height = self.wait(f"there is {widget}", lambda now: widget in now["widgets"])["widgets"][widget]
        self.click_at(left + width / 2, top + height / 2)

    def click_at(self, x, y):
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        time.sleep(0.1)
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def key(self, name, code=0):
        text = {"text": name} if len(name) == 1 else {}
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=name, windowsVirtualKeyCode=code, **text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=name, windowsVirtualKeyCode=code)

    def picture(self, path=None):
        data = base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])
        if path:
            pathlib.Path(path).write_bytes(data)
        return pixels_of(data)


def pixels_of(png):
    """Width, height and the rows of a PNG with 8 bits a channel, three bytes a pixel."""
    at, data, header = 8, b"", None
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", png[at + 8:at + 8 + size])
        if kind == b"IDAT":
            data += png[at + 8:at + 8 + size]
        at += size + 12
    width, height, depth, colour = header[:4]
    channels = {2: 3, 6: 4}[colour]
    assert depth == 8
    raw, rows, before = zlib.decompress(data), [], bytearray(width * channels)
    for y in range(height):
        start = y * (width * channels + 1)
        way, row = raw[start], bytearray(raw[start + 1:start + 1 + width * channels])
        for i in range(len(row)):
            a = row[i - channels] if i >= channels else 0
            b, c = before[i], before[i - channels] if i >= channels else 0
            if way == 1:
                row[i] = (row[i] + a) & 255
            elif way == 2:
                row[i] = (row[i] + b) & 255
            elif way == 3:
                row[i] = (row[i] + (a + b) // 2) & 255
            elif way == 4:
                p = a + b - c
                near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
                row[i] = (row[i] + near) & 255
        before = row
        rows.append(row if channels == 3 else bytearray(v for i, v in enumerate(row) if i % 4 != 3))
    return width, height, rows


def different(one, other):
    """The part of the pixels of which a channel differs by more than an eighth of its range."""
    require("both pictures have one size", one[:2] == other[:2])
    count = 0
    for left, right in zip(one[2], other[2]):
        if left == right:
            continue
        for i in range(0, len(left), 3):
            if max(abs(left[i] - right[i]), abs(left[i + 1] - right[i + 1]), abs(left[i + 2] - right[i + 2])) > 32:
                count += 1
    return count / (one[0] * one[1])


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True, timeout=2 * WATCHDOG, check=False)
    require(f"{' '.join(map(str, command[1:4]))}: {result.stderr.strip()}", result.returncode in (0, 3))
    return result


def replays_a_run(browser, queuescope, folder):
    trace, page = folder / "sentinel.qtrace", folder / "sentinel.html"
    run(queuescope, "run", "sentinel", "--set", "items=3", "-o", trace)
    run(queuescope, "export", trace, "-o", page)
    size = page.stat().st_size
    check(f"the page is small: {size} bytes", size < 1_500_000)
    first = browser.open(page)
    print(f"        first picture after {first:.0f} ms")
    start = browser.wait("it begins before the first step", lambda now: now["step"] == -1 and now["steps"] > 50)
    for widget in ("stage", "timeline", "caption", "scrubber", "play", "forward", "tab:code", "tab:why"):
        check(f"it has its {widget}", widget in start["widgets"])
    before = browser.picture()
    browser.click("forward")
    browser.wait("a click on forward steps", lambda now: now["step"] == 0)
    browser.key("ArrowRight", 39)
    browser.wait("the key Right steps", lambda now: now["step"] == 1)
    browser.key("n", 78)
    there = browser.wait("n goes to the sentinel", lambda now: now["step"] > 10)
    check("the picture is another one", different(before, browser.picture()) > 0.005)
    browser.click("back")
    browser.wait("back steps back", lambda now: now["step"] == there["step"] - 1)
    browser.click("tab:inspector")
    browser.wait("the inspector opens", lambda now: now["tab"] == "inspector")
    browser.key("F4", 115)
    browser.wait("F4 opens the why", lambda now: now["tab"] == "why")
    browser.click("scrubber")
    browser.wait("a click on the scrubber goes to the middle",
                 lambda now: abs(now["step"] - now["steps"] / 2) < now["steps"] / 20)
    browser.key("End", 35)
    browser.wait("End goes to the end", lambda now: now["step"] == now["steps"] - 1)
    browser.key("Home", 36)
    browser.wait("Home goes to the beginning", lambda now: now["step"] == -1)
    browser.click("play")
    browser.wait("play plays", lambda now: now["step"] > 2)
    everything = browser.now()["events"]
    browser.click("filter")
    for letter in "sentinelx":
        browser.key(letter)
    browser.key("Backspace", 8)
    browser.wait("typing filters the events", lambda now: 0 < now["events"] < everything)
    browser.key("Escape", 27)
    browser.click("theme")
    browser.wait("the theme changes", lambda now: now["light"])
    browser.key("F1", 112)
    browser.wait("F1 shows the keys", lambda now: now["help"])
    browser.key("Escape", 27)
    browser.wait("Escape closes them", lambda now: not now["help"])
    return trace, page


def same_as_shot(browser, queuescope, folder, trace, page, step):
    png = folder / "shot.png"
    run(queuescope, "shot", trace, "--at", str(step), "-o", png)
    browser.open(page, f"#view=picture&step={step}")
    browser.wait(f"it opens at step {step}", lambda now: now["frames"] > 6 and now["step"] == step)
    part = different(browser.picture(), pixels_of(png.read_bytes()))
    check(f"at step {step} the page draws what shot draws: {100 * part:.2f} % of the pixels differ", part < 0.01)


def draws_what_shot_draws(browser, queuescope, folder, trace, page):
    steps = browser.now()["steps"]
    for step in (0, steps // 2, steps - 1):
        same_as_shot(browser, queuescope, folder, trace, page, step)


def teaches_a_lesson(browser, queuescope, folder):
    page = folder / "lesson.html"
    run(queuescope, "export", "sentinel", "--format", "html", "-o", page)
    browser.open(page)
    now = browser.wait("the lesson begins", lambda now: now["page"] == 0)
    while not now["asks"]:
        browser.click("lesson_next")
        now = browser.wait("next goes on", lambda later, page=now["page"]: later["page"] > page and not later["moving"])
    choice = next(name for name in now["widgets"] if name.startswith("choice:"))
    browser.key("Enter", 13)
    browser.wait("nothing goes on before the question is answered", lambda later: later["page"] == now["page"])
    browser.click(choice)
    browser.wait("an answer is taken", lambda later: not later["asks"])
    browser.click("lesson_next")
    browser.wait("and the lesson goes on", lambda later: later["page"] == now["page"] + 1)


def says_that_nothing_was_recorded(browser, queuescope, folder):
    trace, page = folder / "cut.qtrace", folder / "cut.html"
    trace.write_bytes((folder / "sentinel.qtrace").read_bytes()[:1000])
    run(queuescope, "export", trace, "-o", page)
    browser.open(page)
    browser.key("End", 35)
    browser.click("forward")
    browser.wait("a recording without events is shown as that", lambda now: now["steps"] == 0 and now["step"] == -1)


HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=2>\"'--><!--&lt;@TRACE@"


def lets_nothing_in(browser, queuescope, folder):
    program, trace, page = folder / "hostile.py", folder / "hostile.qtrace", folder / "hostile.html"
    program.write_text(f"""
import multiprocessing as mp
TEXT = {HOSTILE!r}
def work(jobs):
    jobs.get()
if __name__ == "__main__":
    jobs = mp.Queue()
    child = mp.Process(target=work, args=(jobs,), name=TEXT)
    child.start()
    jobs.put(TEXT)
    child.join()
""")
    hostile = folder / (HOSTILE.replace("/", "_") + ".py")
    os.rename(program, hostile)
    run(queuescope, "record", "-o", trace, "--", "/usr/bin/python3", hostile)
    run(queuescope, "export", trace, "-o", page)
    text = page.read_text()
    check("no markup of the trace is in the page", "window.hacked" not in text or "<script>window.hacked" not in text)
    check("and none of its tags", "<img" not in text and text.count("<script") == text.count("</script") == 5)
    browser.open(page)
    browser.key("End", 35)
    browser.wait("a hostile trace is shown", lambda now: now["step"] == now["steps"] - 1)
    check("and none of its script has run", browser.value("window.hacked === undefined") is True)
    refused = [event for event in browser.events
               if "Content Security Policy" in json.dumps(event.get("params", {}).get("entry", {}))]
    check(f"the policy had nothing to refuse: {refused}", not refused)
    injected = page.read_text().replace("</body>", "<script>window.hacked=3</script><img src=x onerror=window.hacked=4></body>")
    (folder / "injected.html").write_text(injected)
    browser.open(folder / "injected.html")
    check("even a script in the page itself does not run", browser.value("window.hacked === undefined") is True)


def opens_every_page(browser, queuescope, folder):
    site = folder / "site"
    run(queuescope, "export", "--site", site)
    front = (site / "index.html").read_text()
    pages = sorted(path for path in site.glob("*.html") if path.name != "index.html")
    check("there are pages of scenarios and lessons", len(pages) > 40)
    for page in pages:
        require(f"{page.name} is on the front page", f'href="{page.name}"' in front)
        first = browser.open(page)
        now = browser.wait(f"{page.name} opens, first picture after {first:.0f} ms, {page.stat().st_size} bytes",
                           lambda now: now["steps"] > 0 and "forward" in now["widgets"])
        browser.key("e", 69)  # from acts to every step, in a lesson
        browser.click("first")
        browser.wait("it goes to the beginning", lambda now: now["step"] == -1)
        browser.click("forward")
        browser.wait("it steps", lambda now: now["step"] >= 0)
        same_as_shot(browser, queuescope, folder, page.with_suffix(".qtrace"), page, now["steps"] - 1)


def main():
    queuescope = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="queuescope-page-", ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        browser = Browser(name)
        try:
            if "--all" in sys.argv:
                opens_every_page(browser, queuescope, folder)
            else:
                trace, page = replays_a_run(browser, queuescope, folder)
                draws_what_shot_draws(browser, queuescope, folder, trace, page)
                teaches_a_lesson(browser, queuescope, folder)
                says_that_nothing_was_recorded(browser, queuescope, folder)
                lets_nothing_in(browser, queuescope, folder)
        finally:
            browser.close()


main()
