// The formats, one maker each.
#pragma once

#include <filesystem>
#include <memory>

#include "sim/export/exporter.hpp"
#include "sim/export/output_file.hpp"

namespace qs {

/// TrackEvent protocol buffers, for ui.perfetto.dev and trace_processor.
std::unique_ptr<Exporter> perfetto_exporter(OutputFile&);
/// The Trace Event Format (JSON), for chrome://tracing, ui.perfetto.dev and speedscope.
std::unique_ptr<Exporter> chrome_exporter(OutputFile&);
/// The processed profile format, for profiler.firefox.com.
std::unique_ptr<Exporter> firefox_exporter(OutputFile&);
/// One line of comma-separated values for each event (RFC 4180), below a line of headings.
std::unique_ptr<Exporter> csv_exporter(OutputFile&);
/// One line with a JSON object for each event.
std::unique_ptr<Exporter> json_exporter(OutputFile&);
/// A sequence diagram for a README.
std::unique_ptr<Exporter> mermaid_exporter(OutputFile&);
/// The Common Trace Format 1.8: TSDL for `metadata`, packets for `stream`.
std::unique_ptr<Exporter> ctf_exporter(OutputFile& metadata, OutputFile& stream);

}  // namespace qs
