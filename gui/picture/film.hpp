// A film in WebM, encoded by ffmpeg.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include <mp/detail/file_descriptor.hpp>
#include "gui/window/window.hpp"

namespace qs::gui {

class Film {
 public:
  static constexpr int frames_per_second = 20;

  /// Throws OutputError, with the remedy where ffmpeg is not installed; as add() and finish() do.
  Film(std::filesystem::path path, int width, int height);
  /// A film that was not finished leaves nothing.
  ~Film();
  Film(Film const&) = delete;
  Film& operator=(Film const&) = delete;

  void add(Picture const& picture, double seconds);
  void finish();

 private:
  [[noreturn]] void fail() const;
  int wait();

  std::filesystem::path target_, path_;
  mp::detail::FileDescriptor pipe_;
  pid_t ffmpeg_ = -1;
};

}  // namespace qs::gui
