#include "item_ids.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace mp::python {

namespace {

ItemIds* map_all() noexcept {
  char const* const path = std::getenv(trace::item_ids_variable);
  int const descriptor = path == nullptr ? -1 : open(path, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  constexpr std::size_t bytes = sizeof(ItemIds) * most_queues;
  struct stat facts {};
  void* memory = MAP_FAILED;
  if (fstat(descriptor, &facts) == 0 && static_cast<std::size_t>(facts.st_size) >= bytes)
    memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor, 0);
  close(descriptor);
  return memory == MAP_FAILED ? nullptr : static_cast<ItemIds*>(memory);
}

}  // namespace

ItemIds* item_ids(std::uint16_t queue) noexcept {
  static ItemIds* const all = map_all();
  return all == nullptr || queue >= most_queues ? nullptr : all + queue;
}

}  // namespace mp::python
