"""Records faulty programs unchanged and shows what `why` says about each, next to what is known of it.

    python3 tests/python/explain_cases.py QUEUESCOPE FOLDER [NUMBER...]

FOLDER holds programs named NN-*.py and a CASES.md with one line of a table for each.
"""
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import tempfile

PYTHON = os.environ.get("PYTHON", "/usr/bin/python3")


def known_causes(folder):
    causes = {}
    with open(os.path.join(folder, "CASES.md")) as file:
        for line in file:
            cells = [cell.strip() for cell in line.split("|")]
            if len(cells) > 5 and re.fullmatch(r"\d\d", cells[1]):
                causes[cells[1]] = cells[3] + " | " + cells[5]
    return causes


def explain(queuescope, program):
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, "case.qtrace")
        command = [queuescope, "record", "--quiet", "--deadline", "6", "-o", trace, "--", PYTHON, program]
        try:
            recorded = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=folder)
        except subprocess.TimeoutExpired:
            return "TIMED OUT while it was recorded"
        said = subprocess.run([queuescope, "why", trace], capture_output=True, text=True, timeout=60)
        return f"exit code {recorded.returncode}\n" + said.stdout + said.stderr


def main():
    queuescope, folder, *wanted = sys.argv[1:]
    causes = known_causes(folder)
    programs = [path for path in sorted(glob.glob(os.path.join(folder, "[0-9][0-9]-*.py")))
                if not wanted or os.path.basename(path)[:2] in wanted]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda program: explain(os.path.abspath(queuescope), os.path.abspath(program)), programs)
        for program, answer in zip(programs, answers):
            number = os.path.basename(program)[:2]
            print(f"===== {os.path.basename(program)}\nknown: {causes.get(number, 'correct')}\n{answer}", flush=True)


if __name__ == "__main__":
    main()
