#!/usr/bin/env python3
"""Makes one page of its parts. What is of a run is filled in by `queuescope export`.

    make_page.py page.html PAGE.js PAGE.wasm OUT.html

The content security policy allows the page's own script and nothing else, whatever a trace contains.
"""
import base64
import gzip
import hashlib
import os
import pathlib
import sys


def sha256(text):
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def main():
    page, runtime, wasm, out = map(pathlib.Path, sys.argv[1:])
    style = page.with_suffix(".css").read_text()
    script = runtime.read_text() + page.with_suffix(".js").read_text()
    assert "</script" not in script.lower() and "<!--" not in script, "the script would end early"
    packed = base64.b64encode(gzip.compress(wasm.read_bytes(), 9, mtime=0)).decode()
    text = page.read_text()
    for name, value in {"STYLE_HASH": sha256(style), "SCRIPT_HASH": sha256(script), "STYLE": style, "WASM": packed,
                        "SCRIPT": script}.items():
        text = text.replace(f"@{name}@", value)
    partial = out.with_suffix(".partial")
    out.parent.mkdir(parents=True, exist_ok=True)
    partial.write_text(text)
    os.replace(partial, out)


main()
