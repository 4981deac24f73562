// An animated GIF, written frame by frame.
#pragma once

#include <memory>

#include "gui/window/window.hpp"
#include "sim/export/output_file.hpp"

namespace qs::gui {

class Gif {
 public:
  /// Throws OutputError, as add() and finish() do.
  Gif(OutputFile& out, int width, int height);
  ~Gif();
  Gif(Gif const&) = delete;
  Gif& operator=(Gif const&) = delete;

  /// Of a picture that follows another one, only the part that differs is written.
  void add(Picture const& picture, double seconds);
  void finish();

 private:
  struct Encoder;
  std::unique_ptr<Encoder> encoder_;
};

}  // namespace qs::gui
