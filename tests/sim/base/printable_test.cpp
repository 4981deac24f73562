#include "sim/base/printable.hpp"

#include <doctest/doctest.h>

using qs::printable;

TEST_CASE("text from a program cannot break a terminal or JSON") {
  CHECK(printable("plain") == "plain");
  CHECK(printable("grün, 水, 🙂") == "grün, 水, 🙂");
  CHECK(printable("a\x1b[31mb\n\x7f") == "a [31mb  ");
  CHECK(printable("cut \xe6\xb0") == "cut ??");
  CHECK(printable("\xff\xc0\xaf") == "???");
  CHECK(printable("\xed\xa0\x80 \xf4\x90\x80\x80") == "??? ????");
  CHECK(printable(std::string_view("\0x", 2)) == " x");
}

TEST_CASE("bidirectional control characters do not reach a terminal") {
  CHECK(qs::printable("a\u202eb") == "a?b");
  CHECK(qs::printable("\u061c\u200e\u200f\u202a\u2066\u2069") == "??????");
  CHECK(qs::printable("\u00e9\u2026\u2070") == "\u00e9\u2026\u2070");
}
