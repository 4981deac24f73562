// The compression of chunks. A page in a browser has another implementation (gui/web/), without the compressor.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace qs {

class Packer {
 public:
  Packer();
  ~Packer();
  Packer(Packer const&) = delete;
  Packer& operator=(Packer const&) = delete;

  /// `packed` is left empty where the payload does not become smaller.
  void pack(std::string_view payload, std::string& packed);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Fills `payload`, which has the size that is expected. False if `packed` does not unpack to just that.
bool unpack_into(std::string& payload, std::string_view packed);

}  // namespace qs
