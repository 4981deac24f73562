// The one way to block. Whoever finds that an operation would block comes here: it is said, then slept, then
// said how it ended. So no wait disappears into the kernel unseen, and whoever wants to decide who may go on
// has one place to do it.
#pragma once

#include <utility>

#include <mp/options.hpp>

#include "hook.hpp"

namespace mp::detail {

/// What is waited for, and on behalf of what. The kind `success` says that the wait ended well.
struct Wait {
  hook::Resource resource;
  std::uint16_t object = trace::no_object;
  hook::ItemId item = {};
  hook::Kind success = hook::Kind::woken;
};

/// `sleep(timeout)` waits in the kernel and returns whether it got what it waited for. False without waiting
/// where the caller does not want to wait.
template <typename Sleep>
bool block_on(Wait const& wait, Block block, Timeout timeout, Sleep&& sleep) {
  auto const say = [&](hook::Kind kind, std::int64_t argument) {
    hook::emit(kind,
               {.object = wait.object, .item = wait.item, .argument = argument, .detail = hook::code(wait.resource)});
  };
  bool got = false;
  if (block == Block::yes && (!timeout || timeout->count() > 0)) {
    say(hook::Kind::blocked, timeout ? timeout->count() : -1);
    got = std::forward<Sleep>(sleep)(timeout);
  }
  say(got ? wait.success : hook::Kind::refused, 0);
  return got;
}

}  // namespace mp::detail
