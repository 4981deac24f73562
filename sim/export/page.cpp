#include "sim/export/page.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <fstream>
#include <iterator>
#include <new>

#include "sim/base/source_text.hpp"
#include "sim/export/export.hpp"
#include "sim/lesson/bundled.hpp"

namespace qs {

namespace {

/// Bytes in the format of gzip, which a browser unpacks.
std::string gzipped(std::string_view bytes) {
  z_stream stream{};
  constexpr int window_bits = 15, gzip = 16, memory_level = 9;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_bits + gzip, memory_level, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    throw std::bad_alloc();
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // NOLINT: zlib only reads it
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  int const end = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (end != Z_STREAM_END) throw std::bad_alloc();
  return packed;
}

std::string base64(std::string_view bytes) {
  constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    auto const byte = [&](std::size_t at) {
      return at < bytes.size() ? std::uint32_t{static_cast<unsigned char>(bytes[at])} : 0U;
    };
    std::uint32_t const bits = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    text += letters[bits >> 18];
    text += letters[bits >> 12 & 63];
    text += i + 1 < bytes.size() ? letters[bits >> 6 & 63] : '=';
    text += i + 2 < bytes.size() ? letters[bits & 63] : '=';
  }
  return text;
}

std::string packed(std::string_view bytes) { return bytes.empty() ? "" : base64(gzipped(bytes)); }

std::string file_text(std::filesystem::path const& path) {
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

constexpr std::string_view site_style =
    "body{font:17px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;background:#fff;"
    "color:#1b1f24}h1{font-size:1.8rem}h2{font-size:1.2rem;margin-top:2rem;border-bottom:1px solid #d0d7de}"
    "li{margin:.4rem 0}a{color:#0a58a6;font-weight:600}@media(prefers-color-scheme:dark){body{background:#14171c;"
    "color:#e8eaed}h2{border-color:#3a404a}a{color:#7cb8ff}}";

}  // namespace

std::filesystem::path page_template() { return installed_sources() / "page.html"; }

std::string read_page_template(std::filesystem::path const& path) {
  std::string text = file_text(path);
  if (text.empty())
    throw ExportError(
        "this Queuescope was built without pages, because emscripten was not there; install it (apt-get install "
        "emscripten python3-fonttools dpkg-dev) and build Queuescope again");
  return text;
}

LessonText lesson_text(std::string const& name_or_file) {
  for (auto const& [file, text] : bundled_lesson_texts)
    if (lesson_name(file) == name_or_file) return {std::string(file), std::string(text)};
  find_lesson(name_or_file);  // says what is wrong with it
  return {std::filesystem::path(name_or_file).filename().string(), file_text(name_or_file)};
}

LessonText lesson_text(Lesson const& lesson) {
  for (auto const& [file, text] : bundled_lesson_texts)
    if (lesson.file == file) return {std::string(file), std::string(text)};
  return lesson_text(lesson.file);
}

std::string html_escaped(std::string_view text) {
  std::string result;
  for (char const letter : text) {
    switch (letter) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&#39;"; break;
      default: result += static_cast<unsigned char>(letter) < ' ' || letter == 0x7f ? ' ' : letter;
    }
  }
  return result;
}

std::string page_of(std::string_view page_template, Trace const& trace, std::optional<LessonText> const& lesson) {
  std::string const& title = lesson ? parse_lesson(lesson->text, lesson->file).title : trace.run.title;
  struct Part {
    std::string_view name;
    std::string value;
  };
  // In the order in which they stand in the template: what has been filled in is not looked at again.
  std::array const parts{
      Part{"@TITLE@", html_escaped(title.empty() ? "Queuescope" : title + " \u2013 Queuescope")},
      Part{"@TRACE@", packed(plain_bytes(trace))},
      Part{"@LESSON@", lesson ? packed(lesson->text) : ""},
      Part{"@LESSON_FILE@", lesson ? packed(lesson->file) : ""},
  };
  std::string page;
  for (Part const& part : parts) {
    auto const at = page_template.find(part.name);
    if (at == std::string::npos)
      throw ExportError("the page of this Queuescope is from another version; build it again");
    page += page_template.substr(0, at);
    page += part.value;
    page_template.remove_prefix(at + part.name.size());
  }
  page += page_template;
  return page;
}

std::string site_front_page(std::vector<std::pair<std::string, std::vector<SiteEntry>>> const& groups) {
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
      "http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, "
      "initial-scale=1\">\n<title>Queuescope</title>\n<style>{}</style>\n</head>\n<body>\n"
      "<h1>Queuescope: a microscope for inter-process queues</h1>\n<p>Each page replays one recorded run of real "
      "processes, step by step, without a server. In a page, F1 shows all keys.</p>\n",
      site_style);
  for (auto const& [group, entries] : groups) {
    page += fmt::format("<h2>{}</h2>\n<ul>\n", html_escaped(group));
    for (SiteEntry const& entry : entries)
      page += fmt::format("<li><a href=\"{}\">{}</a> (<a href=\"{}\">trace</a>)<br>{}</li>\n", html_escaped(entry.file),
                          html_escaped(entry.title), html_escaped(entry.trace), html_escaped(entry.words));
    page += "</ul>\n";
  }
  return page + "</body>\n</html>\n";
}

}  // namespace qs
