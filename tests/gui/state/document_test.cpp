#include "gui/state/document.hpp"

#include <doctest/doctest.h>

#include "sim/trace/trace_file.hpp"
#include "tests/gui/sample_trace.hpp"
#include "tests/sim/support/temporary.hpp"

namespace {

using namespace qs;
using qs::gui::Document;
using qs::testing::TemporaryFolder;
using qs::testing::write_file;

constexpr std::chrono::seconds watchdog{30};

TEST_CASE("document: a file is prepared in the background, and what is shown stays until it is there") {
  TemporaryFolder const folder;
  testing::Sample const sample;
  auto const file = folder / "sample.qtrace";
  write_trace(sample.trace(), file);

  Document document;
  CHECK_FALSE(document.opening().has_value());
  document.open(file);
  REQUIRE(document.opening().has_value());
  CHECK(document.opening()->file == file);
  CHECK(document.empty());
  REQUIRE(document.wait_for_opening(watchdog));
  CHECK(document.empty());
  CHECK(document.update() == Document::News::opened);
  CHECK_FALSE(document.opening().has_value());
  REQUIRE(document.trace().size() == sample.trace().size());
  REQUIRE(document.stats() != nullptr);
  CHECK(document.stats()->events == sample.trace().size());
  REQUIRE(document.end_diagnosis() != nullptr);
  CHECK_FALSE(document.end_diagnosis()->stuck);
  CHECK(document.update() == Document::News::nothing);
}

TEST_CASE("document: a file that cannot be opened changes nothing but the error") {
  TemporaryFolder const folder;
  write_file(folder / "no.qtrace", "This is not a trace.");
  testing::Sample const sample;
  Document document;
  document.show(sample.trace());
  for (auto const* name : {"no.qtrace", "missing.qtrace"}) {
    CAPTURE(name);
    document.open(folder / name);
    REQUIRE(document.wait_for_opening(watchdog));
    CHECK(document.update() == Document::News::not_opened);
    CHECK(document.error().find(name) != std::string::npos);
    CHECK_FALSE(document.opening().has_value());
    CHECK(document.trace().size() == sample.trace().size());
  }
}

TEST_CASE("document: another trace that is shown, or another file, ends an opening") {
  TemporaryFolder const folder;
  testing::Sample const sample;
  write_trace(sample.trace(), folder / "a.qtrace");
  write_trace(sample.trace(), folder / "b.qtrace");
  Document document;
  document.open(folder / "a.qtrace");
  document.open(folder / "b.qtrace");
  CHECK(document.opening()->file == folder / "b.qtrace");
  document.show(Trace());
  CHECK_FALSE(document.opening().has_value());
  CHECK(document.update() == Document::News::nothing);
  CHECK(document.empty());
}

}  // namespace
