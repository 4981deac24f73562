// Many lists that grow at the same time and are written one after another, as a table by columns needs them.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mp/detail/file_descriptor.hpp>

#include "sim/export/output_file.hpp"

namespace qs {

/// Keeps what does not fit a small buffer in a file without a name in the folder of the output.
class ColumnStore {
 public:
  explicit ColumnStore(std::filesystem::path const& folder)
      : file_(::open(folder.empty() ? "." : folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)) {
    if (file_) return;
    auto pattern = ((folder.empty() ? "." : folder) / "queuescope-XXXXXX").string();
    file_ = mp::detail::FileDescriptor(::mkostemp(pattern.data(), O_CLOEXEC));
    if (!file_) fail();
    ::unlink(pattern.c_str());
  }

  void append(std::string_view bytes) {
    for (auto rest = bytes; !rest.empty();) {
      auto const written =
          ::pwrite(file_.number(), rest.data(), rest.size(), static_cast<off_t>(size_ + (bytes.size() - rest.size())));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) fail();
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    size_ += bytes.size();
  }
  void copy(std::uint64_t from, std::uint64_t size, OutputFile& out) {
    std::string block(size, '\0');
    for (std::size_t have = 0; have < size;) {
      auto const got = ::pread(file_.number(), block.data() + have, size - have, static_cast<off_t>(from + have));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) fail();
      have += static_cast<std::size_t>(got);
    }
    out.write(block);
  }
  std::uint64_t size() const { return size_; }

 private:
  [[noreturn]] static void fail() {
    throw OutputError(std::string("cannot keep the columns of the export in a temporary file: ") +
                      std::strerror(errno) + "; make room or choose another place with -o");  // NOLINT
  }

  mp::detail::FileDescriptor file_;
  std::uint64_t size_ = 0;
};

/// A JSON array in the making.
class Column {
 public:
  void add(ColumnStore& store, std::string_view value) {
    if (count_++ > 0) buffer_ += ',';
    buffer_ += value;
    if (buffer_.size() < block_bytes) return;
    blocks_.emplace_back(store.size(), buffer_.size());
    store.append(buffer_);
    buffer_.clear();
  }
  void write(ColumnStore& store, OutputFile& out) const {
    out.write("[");
    for (auto const& [from, size] : blocks_) store.copy(from, size, out);
    out.write(buffer_);
    out.write("]");
  }
  std::uint64_t count() const { return count_; }

 private:
  static constexpr std::size_t block_bytes = 8192;

  std::string buffer_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> blocks_;
  std::uint64_t count_ = 0;
};

}  // namespace qs
