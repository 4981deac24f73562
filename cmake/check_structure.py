#!/usr/bin/env python3
"""Checks that no folder contains more than 25 source files, and that files and folders do not include each other in a cycle.

Prints each violation and exits with 1 if there is any. Only the folders that directly contain the files count; the cycle
check of folders leaves out tests/, because nothing includes it.
"""
import pathlib
import re
import subprocess
import sys

LARGEST_FOLDER = 25
ROOT = pathlib.Path(__file__).resolve().parent.parent
ROOTS = ["", "queue/include", "queue/src"]  # where includes are searched for, after the file's own folder


def source_files():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "queue", "sim", "gui", "tests", "assets"],
        cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted({line for line in listed.stdout.splitlines()
                   if line.endswith((".cpp", ".hpp", ".h", ".c")) and (ROOT / line).exists()})


def includes(files):
    known = set(files)
    for file in files:
        folder = str(pathlib.PurePosixPath(file).parent)
        for name in re.findall(r'^#include [<"]([^">]+)[">]', (ROOT / file).read_text(), re.M):
            for root in [folder, *ROOTS]:
                path = f"{root}/{name}" if root else name
                if path in known:
                    yield file, path
                    break


def cycle(edges):
    """A list of nodes that ends with its first one, or None."""
    graph = {}
    for begin, end in edges:
        if begin != end:
            graph.setdefault(begin, set()).add(end)
    done, path = set(), []

    def visit(node):
        if node in path:
            return path[path.index(node):] + [node]
        if node in done:
            return None
        path.append(node)
        for following in sorted(graph.get(node, ())):
            if found := visit(following):
                return found
        done.add(path.pop())
        return None

    for node in sorted(graph):
        if found := visit(node):
            return found
    return None


def main():
    files = source_files()
    errors = []
    counts = {}
    for file in files:
        folder = str(pathlib.PurePosixPath(file).parent)
        counts[folder] = counts.get(folder, 0) + 1
    for folder, count in sorted(counts.items()):
        if count > LARGEST_FOLDER:
            errors.append(f"{folder}/ holds {count} source files; split it into folders of at most {LARGEST_FOLDER}")
    edges = list(includes(files))
    if found := cycle(edges):
        errors.append("files include each other in a cycle: " + " -> ".join(found))
    folders = [tuple(str(pathlib.PurePosixPath(file).parent) for file in edge)
               for edge in edges if not edge[0].startswith("tests/")]
    if found := cycle(folders):
        errors.append("folders include each other in a cycle: " + " -> ".join(found))
        for begin, end in zip(found, found[1:]):
            errors += [f"  {edge[0]} includes {edge[1]}" for edge, pair in
                       zip([e for e in edges if not e[0].startswith("tests/")], folders) if pair == (begin, end)]
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
