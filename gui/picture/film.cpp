#include "gui/picture/film.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "sim/export/output_file.hpp"

namespace qs::gui {

Film::Film(std::filesystem::path path, int width, int height) : target_(std::move(path)), path_(target_) {
  if (target_ == "-") throw OutputError("a film cannot go to standard output; name a file with -o");
  path_ += ".partial";
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw OutputError(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  mp::detail::FileDescriptor const read_end(ends[0]);
  pipe_ = mp::detail::FileDescriptor(ends[1]);
  std::vector<std::string> words{"ffmpeg",
                                 "-loglevel",
                                 "error",
                                 "-y",
                                 "-f",
                                 "rawvideo",
                                 "-pix_fmt",
                                 "rgba",
                                 "-s",
                                 fmt::format("{}x{}", width, height),
                                 "-r",
                                 fmt::format("{}", frames_per_second),
                                 "-i",
                                 "-",
                                 "-c:v",
                                 "libvpx-vp9",
                                 "-crf",
                                 "24",
                                 "-b:v",
                                 "0",
                                 "-deadline",
                                 "realtime",
                                 "-cpu-used",
                                 "5",
                                 "-pix_fmt",
                                 "yuv420p",
                                 "-f",
                                 "webm",
                                 "file:" + path_.string()};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, read_end.number(), STDIN_FILENO);
  int const error = ::posix_spawnp(&ffmpeg_, "ffmpeg", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == 0) return;
  ffmpeg_ = -1;
  throw OutputError(
      error == ENOENT ? "a film needs ffmpeg, which is not installed (apt-get install ffmpeg); an animated GIF does not"
                      : fmt::format("cannot start ffmpeg: {}", std::strerror(error)));
}

Film::~Film() {
  pipe_.close();
  wait();
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

int Film::wait() {
  if (ffmpeg_ < 0) return -1;
  int status = 0;
  while (::waitpid(ffmpeg_, &status, 0) < 0 && errno == EINTR) {
  }
  ffmpeg_ = -1;
  return status;
}

void Film::fail() const {
  throw OutputError(fmt::format("cannot write the film '{}': ffmpeg has said why above", target_.string()));
}

void Film::add(Picture const& picture, double seconds) {
  auto const frames = std::max<std::int64_t>(std::llround(seconds * frames_per_second), 1);
  for (std::int64_t i = 0; i < frames; ++i) {
    for (std::size_t done = 0; done < picture.bytes.size();) {
      ssize_t const written = ::write(pipe_.number(), picture.bytes.data() + done, picture.bytes.size() - done);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) fail();
      done += static_cast<std::size_t>(written);
    }
  }
}

void Film::finish() {
  pipe_.close();
  if (wait() != 0) fail();
  std::error_code error;
  std::filesystem::rename(path_, target_, error);
  if (error) throw OutputError(fmt::format("cannot write the film '{}': {}", target_.string(), error.message()));
  path_.clear();
}

}  // namespace qs::gui
