// A trace file in another tool's format.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/export/output_file.hpp"
#include "sim/trace/trace_file.hpp"

namespace qs {

enum class ExportFormat : std::uint8_t { perfetto, chrome, firefox, ctf, csv, json, mermaid };

/// What was asked for does not fit the trace: one sentence with the remedy.
class ExportError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A moment of a run: a step, or a time since its beginning.
struct Moment {
  std::optional<Step> step;
  std::optional<std::uint64_t> time;  ///< ns
};

struct ExportOptions {
  std::filesystem::path trace;
  std::filesystem::path output;  ///< "-": standard output; a folder for ctf
  ExportFormat format = ExportFormat::perfetto;
  Moment from, to;  ///< both included; where nothing is said, all
  ReadProgress progress;
};

struct ExportResult {
  std::uint64_t events = 0;  ///< that were in the range
  std::uint64_t bytes = 0;
  std::uint64_t lost = 0;  ///< that the recording had lost by the end of the range
  bool complete = true;    ///< whether the trace is, as far as it was read
};

/// The names of the formats, in the order of ExportFormat.
std::vector<std::string> const& export_formats();
std::optional<ExportFormat> format_called(std::string_view name);
/// By the end of a file's name: .pftrace, .trace.json, .ctf ... Nothing: it says nothing.
std::optional<ExportFormat> format_of_file(std::filesystem::path const&);
/// "120", "1.5s", "200ms", "30us", "5ns". Nothing: it is neither a step nor a time.
std::optional<Moment> moment_of(std::string const& text);

/// Memory does not grow with the trace: it depends on how many actors there are, and how many items are on their way.
/// Throws TraceError, ExportError, OutputError and ReaderGone; then there is no output.
ExportResult export_trace(ExportOptions const&);

}  // namespace qs
