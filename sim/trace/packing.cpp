#include "sim/trace/packing.hpp"

#include <zstd.h>

namespace qs {

struct Packer::Context {
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> compressor{ZSTD_createCCtx()};
};

Packer::Packer() : context_(std::make_unique<Context>()) {}
Packer::~Packer() = default;

void Packer::pack(std::string_view payload, std::string& packed) {
  constexpr int level = 1;  // twice as fast as 3, and the file is hardly larger
  packed.resize(ZSTD_compressBound(payload.size()));
  auto const size = ZSTD_compressCCtx(context_->compressor.get(), packed.data(), packed.size(), payload.data(),
                                      payload.size(), level);
  bool const smaller = ZSTD_isError(size) == 0 && size < payload.size();
  packed.resize(smaller ? size : 0);
}

bool unpack_into(std::string& payload, std::string_view packed) {
  auto const size = ZSTD_decompress(payload.data(), payload.size(), packed.data(), packed.size());
  return ZSTD_isError(size) == 0 && size == payload.size();
}

}  // namespace qs
