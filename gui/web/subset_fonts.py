#!/usr/bin/env python3
"""Writes a C file with the fonts of a page, without the glyphs that Queuescope never draws.

    subset_fonts.py OUT.c

Needs python3-fonttools, fonts-inter and fonts-jetbrains-mono.
"""
import io
import sys

from fontTools import subset

FONTS = {
    "text": "/usr/share/fonts/opentype/inter/Inter-Regular.otf",
    "strong": "/usr/share/fonts/opentype/inter/Inter-SemiBold.otf",
    "code": "/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf",
}
# The ranges of gui/window/fonts.cpp.
RANGES = ((0x20, 0x24F), (0x370, 0x3FF), (0x2010, 0x205E), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF),
          (0x2500, 0x25FF), (0x2600, 0x26FF))


def subset_of(path):
    options = subset.Options(layout_features=[], hinting=False, name_IDs=[], notdef_outline=True, glyph_names=False)
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "DSIG", "STAT", "meta"]
    font = subset.load_font(path, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[c for first, last in RANGES for c in range(first, last + 1)])
    subsetter.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()


def main():
    with open(sys.argv[1], "w", encoding="ascii") as out:
        for name, path in FONTS.items():
            data = subset_of(path)
            out.write(f"const int qs_font_{name}_size = {len(data)};\n")
            out.write(f"const unsigned char qs_font_{name}[] = {{{','.join(map(str, data))}}};\n")


main()
