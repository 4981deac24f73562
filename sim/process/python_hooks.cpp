#include "sim/process/python_hooks.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace qs {

namespace fs = std::filesystem;

namespace {

/// 4,096 queues of 8,192 ids and two counts each (queue/python/item_ids.hpp). Untouched pages cost nothing.
constexpr off_t item_ids_bytes = off_t{4096} * (8192 + 2) * 8;

constexpr char before_us[] = "QUEUESCOPE_PYTHONPATH";

}  // namespace

std::string python_hooks_folder() {
  std::error_code error;
  auto const root = fs::read_symlink("/proc/self/exe", error).parent_path().parent_path();
  if (error) return {};
  for (auto const& folder : {root / "python", root / QUEUESCOPE_LIBDIR / "queuescope" / "python"}) {
    if (fs::exists(folder / "_queuescope.abi3.so", error)) return folder.string();
  }
  return {};
}

int make_item_ids() {
  if (python_hooks_folder().empty()) return -1;
  int const memory = memfd_create("queuescope-items", MFD_CLOEXEC);
  if (memory >= 0 && ftruncate(memory, item_ids_bytes) == 0) return memory;
  if (memory >= 0) close(memory);
  return -1;
}

void add_python_hooks() {
  auto const folder = python_hooks_folder();
  if (folder.empty()) return;
  char const* const path = std::getenv("PYTHONPATH");
  // Inside another recorded run, the folder is already on the path.
  bool const nested = path != nullptr && std::string(path).starts_with(folder);
  if (nested) return;
  if (path != nullptr) {
    setenv(before_us, path, 1);
    setenv("PYTHONPATH", (folder + ":" + path).c_str(), 1);
  } else {
    unsetenv(before_us);
    setenv("PYTHONPATH", folder.c_str(), 1);
  }
}

}  // namespace qs
