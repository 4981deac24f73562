#include "trace/queue_tracer.hpp"

#include <atomic>
#include <limits>

namespace mp::detail {

namespace {

std::string named(std::string const& name) {
  static std::atomic<int> unnamed{0};
  return name.empty() ? "queue-" + std::to_string(++unnamed) : name;
}

int bound(int maxsize) { return maxsize > 0 ? maxsize : std::numeric_limits<int>::max(); }

}  // namespace

QueueTracer::QueueTracer(trace::QueueClass type, QueueOptions const& options)
    : name_(named(options.name)),
      index_(hook::new_queue()),
      maxsize_(bound(options.maxsize)),
      kind_(trace::QueueKind{type, options.mechanism}.packed()) {}

void QueueTracer::created(std::uint32_t capacity) const {
  trace::QueueFacts const facts{capacity, maxsize_};
  emit(hook::Kind::queue_new, {.argument = facts.packed(), .detail = kind_}, name_);
}

void QueueTracer::emit_put_begin(Item& item, Timeout timeout) const {
  item.id = hook::new_item();
  item.location = hook::location();
  emit(hook::Kind::put_begin,
       {.item = item.id,
        .argument = timeout ? timeout->count() : -1,
        .detail = item.sentinel() ? trace::item_sentinel : trace::item_plain},
       item.preview());
}

}  // namespace mp::detail
