// A run as a page: what of a trace gets into the HTML. tests/gui/page_test.py opens pages in a browser.
#include "sim/export/page.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "sim/export/export.hpp"
#include "tests/sim/support/calls.hpp"
#include "tests/sim/support/story.hpp"
#include "tests/sim/support/temporary.hpp"

using namespace qs;
using qs::testing::call;
using qs::testing::has;
using qs::testing::Story;
using qs::testing::TemporaryFolder;

namespace {

constexpr char hostile[] = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'<!--@TRACE@\n";
constexpr char small_template[] = "<title>@TITLE@</title>|@TRACE@|@LESSON@|@LESSON_FILE@|end";

Trace hostile_trace() {
  Story story;
  TraceBuilder build(story.trace());
  RunFacts run;
  run.title = run.host = hostile;
  run.command = {hostile};
  build.run(run);
  build.source(hostile, hostile);
  auto const main = story.process(hostile);
  story.tell({.actor = main, .kind = Kind::note}, hostile);
  story.end(main);
  return story.trace();
}

bool is_base64(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '/' || c == '='; });
}

}  // namespace

TEST_CASE("page: nothing of a hostile trace becomes markup") {
  std::string const page = page_of(small_template, hostile_trace());
  CHECK(std::count(page.begin(), page.end(), '<') == 2);  // the title's own
  CHECK(has(page, "<title>&lt;/script&gt;&lt;script&gt;alert(1)"));
  CHECK(has(page, "@TRACE@"));  // in the title, where it is a text like any other
  std::string const body = page.substr(page.find("</title>|") + 9);
  auto const end = body.find('|');
  CHECK(end > 100);
  CHECK(is_base64(std::string_view(body).substr(0, end)));
  CHECK(body.substr(end) == "|||end");
}

TEST_CASE("page: a lesson is in it with its file's name") {
  LessonText const lesson = lesson_text("sentinel");
  CHECK(has(lesson.file, "sentinel.toml"));
  std::string const page = page_of(small_template, hostile_trace(), lesson);
  CHECK(has(page, "<title>The sentinel"));
  CHECK_FALSE(has(page, "|||"));
  CHECK_THROWS_AS(lesson_text("no-such-lesson"), LessonError);
}

TEST_CASE("page: without a template, or with one of another version, the error says what to do") {
  TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(read_page_template(folder / "page.html"),
                       "this Queuescope was built without pages, because emscripten was not there; install it (apt-get "
                       "install emscripten python3-fonttools dpkg-dev) and build Queuescope again",
                       ExportError);
  CHECK_THROWS_AS(page_of("@TRACE@@TITLE@", hostile_trace()), ExportError);
}

TEST_CASE("page: the front page of a site escapes what it lists") {
  std::string const page = site_front_page({{"A <group>", {{"a.html", "<b>", "\"&", "a.qtrace"}}}});
  CHECK(has(page, "<h2>A &lt;group&gt;</h2>"));
  CHECK(has(page, "<a href=\"a.html\">&lt;b&gt;</a> (<a href=\"a.qtrace\">trace</a>)<br>&quot;&amp;</li>"));
}

TEST_CASE("page: wrong usage is one sentence") {
  TemporaryFolder folder;
  auto const nothing = call(folder, "export");
  CHECK(nothing.code == 2);
  CHECK(has(nothing.err, "name a trace and, with -o, the file to write; or a folder with --site."));
  auto const unknown = call(folder, "export a.qtrace -o a.out --format htlm");
  CHECK(unknown.code == 2);
  CHECK(has(unknown.err, "Did you mean 'html'?"));
}
