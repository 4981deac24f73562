#include "sim/export/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "sim/export/formats.hpp"
#include "sim/export/lost_stretches.hpp"

namespace qs {

namespace {

namespace fs = std::filesystem;

/// Ends the reading of a trace when the range is over.
struct EnoughRead {};

class RangeReader final : public StreamedTrace {
 public:
  RangeReader(ExportOptions const& options, LostStretches& lost, Exporter& exporter)
      : options_(options), lost_(lost), exporter_(exporter) {}

  std::uint64_t exported() const { return exported_; }
  std::uint64_t events() const { return StreamedTrace::events(); }
  Trace const& facts() const { return trace(); }
  std::uint64_t time() const { return exported_time_; }

 private:
  void on_event(Event const& event) override {
    time_ = std::max(time_, event.time);
    if ((options_.to.step && step() > *options_.to.step) || (options_.to.time && time_ > *options_.to.time))
      throw EnoughRead();
    Current const now{trace(), place(), step(), time_, !lost_.contain(step())};
    bool const before =
        (options_.from.step && step() < *options_.from.step) || (options_.from.time && time_ < *options_.from.time);
    if (before) {
      exporter_.before_range(now);
      return;
    }
    ++exported_;
    exported_time_ = time_;
    exporter_.event(now);
  }

  ExportOptions const& options_;
  LostStretches& lost_;
  Exporter& exporter_;
  std::uint64_t time_ = 0, exported_time_ = 0, exported_ = 0;
};

/// Of a trace in two files, which are one folder: there as a whole or not at all.
class OutputFolder {
 public:
  explicit OutputFolder(fs::path target) : target_(std::move(target)), path_(target_) {
    if (target_ == "-") throw ExportError("CTF is a folder of two files; name one with -o");
    if (!target_.has_filename()) target_ = path_ = target_.parent_path();
    path_ += ".partial";
    if (fs::exists(target_) && !is_ours(target_)) {
      throw OutputError(
          fmt::format("'{}' is there already and is not a CTF trace; remove it or choose another folder with -o",
                      target_.string()));
    }
    std::error_code error;
    fs::remove_all(path_, error);
    if (!fs::create_directory(path_, error) || error)
      throw OutputError(fmt::format("cannot make the folder '{}': {}; choose another place with -o", path_.string(),
                                    error.message()));
  }
  ~OutputFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  OutputFolder(OutputFolder const&) = delete;
  OutputFolder& operator=(OutputFolder const&) = delete;

  fs::path operator/(char const* name) const { return path_ / name; }
  void close() {
    std::error_code error;
    fs::remove_all(target_, error);
    if (!error) fs::rename(path_, target_, error);
    if (error) throw OutputError(fmt::format("cannot make '{}': {}", target_.string(), error.message()));
    path_.clear();
  }

 private:
  // An earlier export may be replaced, nothing else.
  static bool is_ours(fs::path const& folder) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) return false;
    return std::all_of(fs::directory_iterator(folder), fs::directory_iterator{}, [](fs::directory_entry const& entry) {
      return entry.path().filename() == "metadata" || entry.path().filename() == "stream";
    });
  }

  fs::path target_, path_;
};

std::unique_ptr<Exporter> exporter_to(ExportFormat format, OutputFile& out) {
  switch (format) {
    case ExportFormat::perfetto: return perfetto_exporter(out);
    case ExportFormat::chrome: return chrome_exporter(out);
    case ExportFormat::firefox: return firefox_exporter(out);
    case ExportFormat::csv: return csv_exporter(out);
    case ExportFormat::json: return json_exporter(out);
    case ExportFormat::mermaid: return mermaid_exporter(out);
    case ExportFormat::ctf: break;
  }
  return nullptr;
}

bool has_counters(ExportFormat format) {
  return format == ExportFormat::perfetto || format == ExportFormat::chrome || format == ExportFormat::firefox;
}

ExportResult run_export(ExportOptions const& options, Exporter& exporter) {
  // Where events are missing is known only behind that place, so a trace with counters is read twice.
  LostStretches lost;
  bool const twice = has_counters(options.format);
  if (twice) {
    stream_trace(options.trace, lost, [&](std::uint64_t bytes, std::uint64_t of) {
      if (options.progress) options.progress(bytes, of * 2);
    });
  }
  ExportResult result;
  RangeReader reader(options, lost, exporter);
  try {
    result.complete = stream_trace(options.trace, reader, [&](std::uint64_t bytes, std::uint64_t of) {
      if (options.progress) options.progress(twice ? of + bytes : bytes, twice ? of * 2 : of);
    });
    auto const last = reader.events() == 0 ? 0 : reader.events() - 1;
    for (Moment const& moment : {options.from, options.to}) {
      if (!moment.step || *moment.step <= last) continue;
      throw ExportError(fmt::format("there is no step {}; the steps are 0 to {}", *moment.step, last));
    }
  } catch (EnoughRead const&) {
  }
  if (reader.exported() == 0 && reader.events() > 0)
    throw ExportError("no event is in that range; choose a longer one");
  exporter.finish(reader.facts(), reader.time());
  result.events = reader.exported();
  result.lost = reader.facts().lost;
  return result;
}

}  // namespace

std::vector<std::string> const& export_formats() {
  static std::vector<std::string> const names{"perfetto", "chrome", "firefox", "ctf", "csv", "json", "mermaid"};
  return names;
}

std::optional<ExportFormat> format_called(std::string_view name) {
  auto const& names = export_formats();
  auto const found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<ExportFormat>(found - names.begin());
}

std::optional<ExportFormat> format_of_file(fs::path const& path) {
  static constexpr std::pair<std::string_view, ExportFormat> endings[] = {
      {".pftrace", ExportFormat::perfetto},  {".perfetto-trace", ExportFormat::perfetto},
      {".trace.json", ExportFormat::chrome}, {".profile.json", ExportFormat::firefox},
      {".ctf", ExportFormat::ctf},           {".csv", ExportFormat::csv},
      {".jsonl", ExportFormat::json},        {".ndjson", ExportFormat::json},
      {".mmd", ExportFormat::mermaid},       {".mermaid", ExportFormat::mermaid}};
  std::string const name = path.has_filename() ? path.filename() : path.parent_path().filename();
  for (auto const& [ending, format] : endings) {
    if (name.ends_with(ending)) return format;
  }
  return std::nullopt;
}

std::optional<Moment> moment_of(std::string const& text) {
  char const* const end = text.data() + text.size();
  Step step = 0;
  if (auto const [rest, error] = std::from_chars(text.data(), end, step); error == std::errc{} && rest == end)
    return Moment{.step = step, .time = {}};
  double value = 0;
  auto const [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || !std::isfinite(value) || value < 0) return std::nullopt;
  static constexpr std::pair<std::string_view, double> units[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}};
  for (auto const& [unit, nanoseconds] : units) {
    if (std::string_view(rest, static_cast<std::size_t>(end - rest)) != unit || value > 1e18 / nanoseconds) continue;
    return Moment{.step = {}, .time = static_cast<std::uint64_t>(std::llround(value * nanoseconds))};
  }
  return std::nullopt;
}

ExportResult export_trace(ExportOptions const& options) {
  if (std::error_code ignored; fs::equivalent(options.trace, options.output, ignored))
    throw ExportError(fmt::format("'{}' is the trace itself; choose another place with -o", options.output.string()));
  if (options.format == ExportFormat::ctf) {
    OutputFolder folder(options.output);
    OutputFile metadata(folder / "metadata"), stream(folder / "stream");
    auto const exporter = ctf_exporter(metadata, stream);
    auto result = run_export(options, *exporter);
    metadata.close();
    stream.close();
    folder.close();
    result.bytes = metadata.bytes() + stream.bytes();
    return result;
  }
  OutputFile out(options.output);
  auto result = run_export(options, *exporter_to(options.format, out));
  out.close();
  result.bytes = out.bytes();
  return result;
}

}  // namespace qs
