#include "gui/window/picture_file.hpp"

#include <stdexcept>
#include <string_view>

#include <stb_image_write.h>

namespace qs::gui {

std::string png_of(Picture const& picture) {
  std::string bytes;
  auto const append = [](void* all, void* piece, int size) {
    static_cast<std::string*>(all)->append(static_cast<char const*>(piece), static_cast<std::size_t>(size));
  };
  if (stbi_write_png_to_func(append, &bytes, picture.width, picture.height, 4, picture.bytes.data(),
                             picture.width * 4) == 0) {
    throw std::runtime_error("there is not enough memory for the picture");
  }
  return bytes;
}

void write_png(Picture const& picture, std::string const& path) {
  OutputFile file(path);
  file.write(png_of(picture));
  file.close();
}

}  // namespace qs::gui
