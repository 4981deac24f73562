// The destination of an export: a file that is written completely or not at all, or standard output.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include <mp/detail/file_descriptor.hpp>

namespace qs {

/// Why an output could not be written: one sentence with the remedy.
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
/// The reader of a pipe has gone away (| head) and wants no more: not an error.
struct ReaderGone : std::runtime_error {
  ReaderGone() : std::runtime_error("the reader of the output has gone") {}
};

/// Writes to FILE.partial, which close() renames to FILE; without close() nothing is left. Pipes and devices are
/// written to as they are, and "-" is standard output. All calls throw OutputError or ReaderGone.
class OutputFile {
 public:
  explicit OutputFile(std::filesystem::path path);
  ~OutputFile();
  OutputFile(OutputFile const&) = delete;
  OutputFile& operator=(OutputFile const&) = delete;

  void write(std::string_view bytes);
  void close();
  std::uint64_t bytes() const { return bytes_; }  ///< written so far
  /// Where there is room for temporary files.
  std::filesystem::path folder() const;

 private:
  void flush();
  [[noreturn]] void fail(int error) const;

  std::filesystem::path target_;
  std::filesystem::path path_;  ///< FILE.partial; empty where nothing is to be renamed
  mp::detail::FileDescriptor descriptor_;
  int number_ = -1;
  std::string buffer_;
  std::uint64_t bytes_ = 0;
};

}  // namespace qs
