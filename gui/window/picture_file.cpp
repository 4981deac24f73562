#include "gui/window/picture_file.hpp"

#include <stdexcept>

#include <stb_image_write.h>

namespace qs::gui {

void write_png(Picture const& picture, std::string const& path) {
  if (!stbi_write_png(path.c_str(), picture.width, picture.height, 4, picture.bytes.data(), picture.width * 4)) {
    throw std::runtime_error("cannot write the picture " + path + "; choose another path with -o");
  }
}

}  // namespace qs::gui
