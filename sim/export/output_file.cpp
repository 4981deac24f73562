#include "sim/export/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace qs {

namespace {

constexpr std::size_t buffered_bytes = 1u << 18;

}  // namespace

OutputFile::OutputFile(std::filesystem::path path) : target_(std::move(path)) {
  if (target_ == "-") {
    number_ = STDOUT_FILENO;
    return;
  }
  std::error_code ignored;
  auto const there = std::filesystem::status(target_, ignored);
  if (std::filesystem::is_directory(there))
    throw OutputError(fmt::format("'{}' is a folder; choose the name of a file with -o", target_.string()));
  bool const replaceable = !std::filesystem::exists(there) || std::filesystem::is_regular_file(there);
  if (std::filesystem::exists(there) && replaceable && ::access(target_.c_str(), W_OK) != 0) fail(errno);
  auto opened = target_;
  if (replaceable) opened += ".partial";
  descriptor_ = mp::detail::FileDescriptor(::open(opened.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (descriptor_.number() < 0) fail(errno);
  number_ = descriptor_.number();
  if (replaceable) path_ = opened;
}

OutputFile::~OutputFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

void OutputFile::fail(int error) const {
  if (error == EPIPE) throw ReaderGone();
  std::string const where = target_ == "-" ? "to standard output" : fmt::format("'{}'", target_.string());
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  throw OutputError(
      fmt::format("cannot write {}: {}; make room or choose another place with -o", where, std::strerror(error)));
}

void OutputFile::write(std::string_view bytes) {
  bytes_ += bytes.size();
  buffer_ += bytes;
  if (buffer_.size() >= buffered_bytes) flush();
}

void OutputFile::flush() {
  for (std::string_view rest = buffer_; !rest.empty();) {
    auto const written = ::write(number_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(written == 0 ? ENOSPC : errno);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

std::filesystem::path OutputFile::folder() const {
  return path_.empty() ? std::filesystem::temp_directory_path() : target_.parent_path();
}

void OutputFile::close() {
  flush();
  if (path_.empty()) return;
  // A link stays a link when what it names is replaced.
  std::error_code error;
  auto real = std::filesystem::canonical(target_, error);
  if (error) real = target_;
  std::filesystem::rename(path_, real, error);
  if (error) fail(error.value());
  path_.clear();
}

}  // namespace qs
