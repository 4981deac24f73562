#include "gui/window/picture_file.hpp"

#include <stdexcept>

#include <stb_image_write.h>

namespace qs::gui {

void write_png(Picture const& picture, std::string const& path) {
  if (!stbi_write_png(path.c_str(), picture.width, picture.height, 4, picture.bytes.data(), picture.width * 4)) {
    throw std::runtime_error("The picture " + path + " cannot be written; choose another place with -o.");
  }
}

}  // namespace qs::gui
