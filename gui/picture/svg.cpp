#include "gui/picture/svg.hpp"

#include <fmt/format.h>
#include <stb_truetype.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "sim/export/page.hpp"

namespace qs::gui {
namespace {

std::string colour_words(ImU32 colour, char const* what) {
  unsigned const alpha = colour >> IM_COL32_A_SHIFT & 255;
  std::string words = fmt::format("{}=\"#{:02x}{:02x}{:02x}\"", what, colour >> IM_COL32_R_SHIFT & 255,
                                  colour >> IM_COL32_G_SHIFT & 255, colour >> IM_COL32_B_SHIFT & 255);
  if (alpha < 255) words += fmt::format(" {}-opacity=\"{:.3g}\"", what, static_cast<double>(alpha) / 255);
  return words;
}

std::string number(float value) {
  std::string text = fmt::format("{:.2f}", static_cast<double>(value));
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text == "-0" ? "0" : text;
}

class SvgWriter {
 public:
  explicit SvgWriter(ImVec2 white) : white_(white) {
    for (ImFont const* font : ImGui::GetIO().Fonts->Fonts) {
      auto face = std::make_unique<Face>();
      face->font = font;
      ImFontConfig const* config = font->ConfigData;
      auto const* bytes = static_cast<unsigned char const*>(config->FontData);
      face->readable = stbtt_InitFont(&face->outlines, bytes, stbtt_GetFontOffsetForIndex(bytes, config->FontNo)) != 0;
      for (ImFontGlyph const& glyph : font->Glyphs) face->by_place.emplace(std::pair(glyph.V0, glyph.U0), &glyph);
      faces_.push_back(std::move(face));
    }
  }

  void list(ImDrawList const& drawn) {
    for (ImDrawCmd const& command : drawn.CmdBuffer) {
      if (command.UserCallback) continue;
      ImVec4 const& clip = command.ClipRect;
      if (clip.z <= clip.x || clip.w <= clip.y) continue;
      begin_clip(clip);
      ImDrawIdx const* index = drawn.IdxBuffer.Data + command.IdxOffset;
      ImDrawVert const* vertex = drawn.VtxBuffer.Data + command.VtxOffset;
      for (unsigned i = 0; i + 2 < command.ElemCount; i += 3) {
        std::array<ImDrawVert, 3> const corner{vertex[index[i]], vertex[index[i + 1]], vertex[index[i + 2]]};
        bool const plain = std::all_of(corner.begin(), corner.end(), [this](ImDrawVert const& one) {
          return one.uv.x == white_.x && one.uv.y == white_.y;
        });
        if (plain) {
          triangle(corner);
        } else if (i + 5 < command.ElemCount) {
          letter(corner[0], corner[2]);  // two triangles: upper left, upper right, lower right; and the rest
          i += 3;
        }
      }
      end_path();
      body_ += "</g>\n";
    }
  }

  std::string finish(Rect const& part, ImU32 background, std::string_view words) {
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"{6} {7} {0} {1}\" "
        "role=\"img\">\n"
        "<title>{2}</title>\n<defs>\n{3}</defs>\n<rect x=\"{6}\" y=\"{7}\" width=\"{0}\" height=\"{1}\" "
        "{4}/>\n{5}</svg>\n",
        number(part.width()), number(part.height()), html_escaped(words), defs_, colour_words(background, "fill"),
        body_, number(part.left), number(part.top));
  }

 private:
  struct Face {
    ImFont const* font = nullptr;
    stbtt_fontinfo outlines{};
    bool readable = false;
    std::map<std::pair<float, float>, ImFontGlyph const*> by_place;  ///< by the upper left corner in the atlas
  };

  void begin_clip(ImVec4 const& clip) {
    std::string const rectangle = fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", number(clip.x),
                                              number(clip.y), number(clip.z - clip.x), number(clip.w - clip.y));
    auto const [found, fresh] = clips_.emplace(rectangle, clips_.size());
    if (fresh) defs_ += fmt::format("<clipPath id=\"c{}\">{}</clipPath>\n", found->second, rectangle);
    body_ += fmt::format("<g clip-path=\"url(#c{})\">\n", found->second);
  }

  /// Neighbours of one colour become one path, so that no seams show.
  void triangle(std::array<ImDrawVert, 3> corner) {
    float const area = (corner[1].pos.x - corner[0].pos.x) * (corner[2].pos.y - corner[0].pos.y) -
                       (corner[2].pos.x - corner[0].pos.x) * (corner[1].pos.y - corner[0].pos.y);
    if (std::abs(area) < 1e-4F) return;
    if (area < 0) std::swap(corner[1], corner[2]);
    std::string const fill = fill_of(corner);
    if (fill.empty()) return;
    if (fill != fill_) {
      end_path();
      fill_ = fill;
    }
    path_ +=
        fmt::format("M{} {}L{} {}L{} {}z", number(corner[0].pos.x), number(corner[0].pos.y), number(corner[1].pos.x),
                    number(corner[1].pos.y), number(corner[2].pos.x), number(corner[2].pos.y));
  }

  /// Empty: it cannot be seen.
  std::string fill_of(std::array<ImDrawVert, 3> const& corner) {
    if (corner[0].col == corner[1].col && corner[1].col == corner[2].col)
      return (corner[0].col & IM_COL32_A_MASK) == 0 ? "" : colour_words(corner[0].col, "fill");
    // The panes' gradients run from the top to the bottom, or from the left to the right.
    auto const higher = [](ImDrawVert const& a, ImDrawVert const& b) { return a.pos.y < b.pos.y; };
    auto const lefter = [](ImDrawVert const& a, ImDrawVert const& b) { return a.pos.x < b.pos.x; };
    auto [from, to] = std::minmax_element(corner.begin(), corner.end(), higher);
    bool const upright = std::count_if(corner.begin(), corner.end(), [&](ImDrawVert const& one) {
                           return one.pos.y == from->pos.y ? one.col == from->col : one.col == to->col;
                         }) == 3;
    if (!upright) std::tie(from, to) = std::minmax_element(corner.begin(), corner.end(), lefter);
    auto const stop = [](ImU32 colour, int at) {
      return fmt::format("<stop offset=\"{}\" {}/>", at, colour_words(colour, "stop-color"));
    };
    std::string stops = stop(from->col, 0) + stop(to->col, 1);
    for (std::size_t at; (at = stops.find("stop-color-opacity")) != stops.npos;) stops.replace(at, 18, "stop-opacity");
    std::string const gradient =
        upright
            ? fmt::format("x1=\"0\" x2=\"0\" y1=\"{}\" y2=\"{}\">{}", number(from->pos.y), number(to->pos.y), stops)
            : fmt::format("y1=\"0\" y2=\"0\" x1=\"{}\" x2=\"{}\">{}", number(from->pos.x), number(to->pos.x), stops);
    auto const [found, fresh] = gradients_.emplace(gradient, gradients_.size());
    if (fresh)
      defs_ += fmt::format("<linearGradient id=\"l{}\" gradientUnits=\"userSpaceOnUse\" {}</linearGradient>\n",
                           found->second, gradient);
    return fmt::format("fill=\"url(#l{})\"", found->second);
  }

  void end_path() {
    if (!path_.empty()) body_ += fmt::format("<path {} d=\"{}\"/>\n", fill_, path_);
    path_.clear();
    fill_.clear();
  }

  void letter(ImDrawVert const& first, ImDrawVert const& last) {
    end_path();
    for (std::size_t i = 0; i < faces_.size(); ++i) {
      Face const& face = *faces_[i];
      auto const found = face.by_place.find({first.uv.y, first.uv.x});
      if (found == face.by_place.end() || !face.readable) continue;
      ImFontGlyph const& glyph = *found->second;
      float const height = glyph.Y1 - glyph.Y0;
      if (height <= 0) return;
      float const scale = (last.pos.y - first.pos.y) / height;
      float const size = face.font->FontSize * scale;
      // ImGui puts a pixel's part around a glyph, and moves the baseline to a whole pixel.
      float const x = first.pos.x - glyph.X0 * scale;
      float const y = first.pos.y - glyph.Y0 * scale + std::round(face.font->Ascent) * scale;
      define(i, face, glyph.Codepoint);
      float const unit = stbtt_ScaleForPixelHeight(&face.outlines, size);
      body_ +=
          fmt::format("<use href=\"#g{}-{}\" {} transform=\"translate({} {}) scale({:.5f})\"/>\n", i, glyph.Codepoint,
                      colour_words(first.col, "fill"), number(x), number(y), static_cast<double>(unit));
      return;
    }
  }

  void define(std::size_t face_number, Face const& face, unsigned codepoint) {
    if (!defined_.emplace(face_number, codepoint).second) return;
    stbtt_vertex* shape = nullptr;
    int const count = stbtt_GetCodepointShape(&face.outlines, static_cast<int>(codepoint), &shape);
    std::string path;
    for (int i = 0; i < count; ++i) {
      stbtt_vertex const& to = shape[i];
      // Fonts count upwards.
      switch (to.type) {
        case STBTT_vmove: path += fmt::format("{}M{} {}", path.empty() ? "" : "z", to.x, -to.y); break;
        case STBTT_vline: path += fmt::format("L{} {}", to.x, -to.y); break;
        case STBTT_vcurve: path += fmt::format("Q{} {} {} {}", to.cx, -to.cy, to.x, -to.y); break;
        case STBTT_vcubic:
          path += fmt::format("C{} {} {} {} {} {}", to.cx, -to.cy, to.cx1, -to.cy1, to.x, -to.y);
          break;
        default: break;
      }
    }
    stbtt_FreeShape(&face.outlines, shape);
    if (!path.empty()) path += 'z';
    defs_ += fmt::format("<path id=\"g{}-{}\" d=\"{}\"/>\n", face_number, codepoint, path);
  }

  ImVec2 white_;
  std::vector<std::unique_ptr<Face>> faces_;
  std::map<std::string, std::size_t> clips_, gradients_;
  std::set<std::pair<std::size_t, unsigned>> defined_;
  std::string defs_, body_, path_, fill_;
};

}  // namespace

std::string svg_of(ImDrawData const& drawn, ImU32 background, std::string_view words, Rect const& part) {
  SvgWriter writer(ImGui::GetIO().Fonts->TexUvWhitePixel);
  for (int i = 0; i < drawn.CmdListsCount; ++i) writer.list(*drawn.CmdLists[i]);
  return writer.finish(part, background, words);
}

}  // namespace qs::gui
