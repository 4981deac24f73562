#include "gui/picture/gif.hpp"

#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <exception>
#include <unordered_map>
#include <utility>
#include <vector>

namespace qs::gui {

struct Gif::Encoder {
  OutputFile& out;
  Picture before;
  GifFileType* file = nullptr;
  std::exception_ptr failure = nullptr;  ///< of a write; it may not pass through the library, which is in C

  explicit Encoder(OutputFile& to) : out(to) {}
  Encoder(Encoder const&) = delete;
  Encoder& operator=(Encoder const&) = delete;
  ~Encoder() {
    if (int ignored = 0; file) EGifCloseFile(file, &ignored);
  }

  void check(bool good) const {
    if (failure) std::rethrow_exception(failure);
    if (!good)
      throw OutputError("there is not enough memory for the animation; choose fewer steps or a smaller --size");
  }

  static int write(GifFileType* file, GifByteType const* bytes, int count) {
    auto& self = *static_cast<Encoder*>(file->UserData);
    if (self.failure) return 0;
    try {
      self.out.write({reinterpret_cast<char const*>(bytes), static_cast<std::size_t>(count)});
    } catch (...) {
      self.failure = std::current_exception();
      return 0;
    }
    return count;
  }
};

Gif::Gif(OutputFile& out, int width, int height) : encoder_(std::make_unique<Encoder>(out)) {
  int error = 0;
  encoder_->file = EGifOpen(encoder_.get(), &Encoder::write, &error);
  encoder_->check(encoder_->file != nullptr);
  EGifSetGifVersion(encoder_->file, true);
  constexpr int bits = 8;
  encoder_->check(EGifPutScreenDesc(encoder_->file, width, height, bits, 0, nullptr) == GIF_OK);
  // Plays again and again.
  constexpr std::array<GifByteType, 3> for_ever{1, 0, 0};
  encoder_->check(EGifPutExtensionLeader(encoder_->file, APPLICATION_EXT_FUNC_CODE) == GIF_OK &&
                  EGifPutExtensionBlock(encoder_->file, 11, "NETSCAPE2.0") == GIF_OK &&
                  EGifPutExtensionBlock(encoder_->file, for_ever.size(), for_ever.data()) == GIF_OK &&
                  EGifPutExtensionTrailer(encoder_->file) == GIF_OK);
}

Gif::~Gif() = default;

namespace {

struct Part {
  int left = 0, top = 0, right = 0, bottom = 0;
};

std::uint32_t colour_at(Picture const& picture, int x, int y) {
  auto const at =
      4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(x));
  auto const byte = [&](std::size_t i) { return std::uint32_t{picture.bytes[at + i]}; };
  return byte(0) | byte(1) << 8 | byte(2) << 16;
}

/// At least one pixel, because a frame has one.
Part changed_part(Picture const& before, Picture const& now) {
  if (before.bytes.size() != now.bytes.size()) return {0, 0, now.width, now.height};
  Part part{now.width, now.height, 0, 0};
  for (int y = 0; y < now.height; ++y) {
    for (int x = 0; x < now.width; ++x) {
      if (colour_at(before, x, y) == colour_at(now, x, y)) continue;
      part = {std::min(part.left, x), std::min(part.top, y), std::max(part.right, x + 1), std::max(part.bottom, y + 1)};
    }
  }
  return part.right == 0 ? Part{0, 0, 1, 1} : part;
}

/// The commonest colours keep their exact value, every other one becomes the nearest of them: most of the window is
/// painted in few colours.
class Palette {
 public:
  static constexpr std::size_t most = 256;

  explicit Palette(std::unordered_map<std::uint32_t, std::uint32_t> const& counts) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> by_count;
    for (auto const& [colour, count] : counts) by_count.emplace_back(count, colour);
    std::sort(by_count.rbegin(), by_count.rend());
    for (std::size_t i = 0; i < std::min(by_count.size(), most); ++i) {
      index_.emplace(by_count[i].second, static_cast<GifByteType>(i));
      colours_.push_back(by_count[i].second);
    }
  }

  GifByteType index(std::uint32_t colour) {
    auto const [found, fresh] = index_.try_emplace(colour, GifByteType{0});
    if (fresh) {
      auto const nearest = std::min_element(
          colours_.begin(), colours_.end(),
          [colour](std::uint32_t a, std::uint32_t b) { return distance(a, colour) < distance(b, colour); });
      found->second = static_cast<GifByteType>(nearest - colours_.begin());
    }
    return found->second;
  }
  std::vector<std::uint32_t> const& colours() const { return colours_; }

 private:
  static int distance(std::uint32_t a, std::uint32_t b) {
    int sum = 0;
    for (unsigned shift = 0; shift < 24; shift += 8) {
      int const part = static_cast<int>(a >> shift & 255) - static_cast<int>(b >> shift & 255);
      sum += part * part;
    }
    return sum;
  }

  std::vector<std::uint32_t> colours_;
  std::unordered_map<std::uint32_t, GifByteType> index_;
};

}  // namespace

void Gif::add(Picture const& picture, double seconds) {
  Encoder& encoder = *encoder_;
  Part const part = changed_part(encoder.before, picture);
  encoder.before = picture;
  std::unordered_map<std::uint32_t, std::uint32_t> counts;
  for (int y = part.top; y < part.bottom; ++y)
    for (int x = part.left; x < part.right; ++x) ++counts[colour_at(picture, x, y)];
  Palette palette(counts);
  std::unique_ptr<ColorMapObject, decltype(&GifFreeMapObject)> const map(
      GifMakeMapObject(static_cast<int>(Palette::most), nullptr), &GifFreeMapObject);
  encoder.check(map != nullptr);
  for (std::size_t i = 0; i < palette.colours().size(); ++i) {
    std::uint32_t const colour = palette.colours()[i];
    map->Colors[i] = {static_cast<GifByteType>(colour & 255), static_cast<GifByteType>(colour >> 8 & 255),
                      static_cast<GifByteType>(colour >> 16 & 255)};
  }
  GraphicsControlBlock const control{.DisposalMode = DISPOSE_DO_NOT,
                                     .UserInputFlag = false,
                                     .DelayTime = static_cast<int>(std::lround(std::clamp(seconds, 0.02, 600.0) * 100)),
                                     .TransparentColor = NO_TRANSPARENT_COLOR};
  std::array<GifByteType, 4> extension{};
  EGifGCBToExtension(&control, extension.data());
  int const width = part.right - part.left;
  encoder.check(EGifPutExtension(encoder.file, GRAPHICS_EXT_FUNC_CODE, extension.size(), extension.data()) == GIF_OK &&
                EGifPutImageDesc(encoder.file, part.left, part.top, width, part.bottom - part.top, false, map.get()) ==
                    GIF_OK);
  std::vector<GifByteType> row(static_cast<std::size_t>(width));
  for (int y = part.top; y < part.bottom; ++y) {
    for (int x = 0; x < width; ++x)
      row[static_cast<std::size_t>(x)] = palette.index(colour_at(picture, part.left + x, y));
    encoder.check(EGifPutLine(encoder.file, row.data(), width) == GIF_OK);
  }
}

void Gif::finish() {
  int error = 0;
  int const closed = EGifCloseFile(std::exchange(encoder_->file, nullptr), &error);
  encoder_->check(closed == GIF_OK);
}

}  // namespace qs::gui
