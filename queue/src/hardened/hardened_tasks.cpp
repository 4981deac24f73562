// Tasks of a hardened queue: which process holds them, and what happens to those of dead processes.
#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include <mp/errors.hpp>
#include <mp/process.hpp>

#include "hardened/hardened_queue.hpp"
#include "hardened/hardened_wait.hpp"
#include "trace/gate.hpp"

namespace mp::detail {

using hook::Kind;
using hook::Outcome;
using hook::Resource;

bool HardenedQueue::settle_dead() {
  read_lock_.acquire();
  bool settled = false;
  {
    ReleaseGuard const reading(read_lock_);
    settled = ledger_.settle();
    if (settled) shared_->recovery.leaked.store(1);
  }
  if (settled) {
    before_wake();
    signal_descriptor();
    shared_->arrival.wake_all();
    shared_->all_done.wake_all();
  }
  return settled;
}

/// Holding the read lock.
std::uint32_t HardenedQueue::own_page() {
  if (local_->page == TaskLedger::nobody) local_->page = ledger_.open_page(process_name());
  return local_->page;
}

void HardenedQueue::remember(TaskLedger::Held const& held, hook::ItemId item) {
  std::lock_guard const guard(local_->lock);
  local_->tasks.push_back({held, std::this_thread::get_id(), item});
}

/// Removes and returns the oldest task taken by this thread, or else by this process.
HardenedQueue::ProcessLocalState::Task HardenedQueue::next_task() {
  std::lock_guard const guard(local_->lock);
  auto& tasks = local_->tasks;
  auto const mine = [me = std::this_thread::get_id()](ProcessLocalState::Task const& task) { return task.taker == me; };
  auto found = std::find_if(tasks.begin(), tasks.end(), mine);
  if (found == tasks.end()) found = tasks.begin();
  if (found == tasks.end()) return {};
  ProcessLocalState::Task const task = *found;
  tasks.erase(found);
  return task;
}

void HardenedQueue::task_done(Where where) {
  hook::ScopedLocation const here(where);
  tracer_.emit(Kind::task_done_begin);
  ProcessLocalState::Task const task = next_task();
  bool const known = task.held.page != TaskLedger::nobody;
  auto const fields = [&] {
    return hook::EventFields{.object = tracer_.index(), .item = task.item, .detail = hook::code(Resource::unfinished)};
  };
  if (hook::on()) [[unlikely]]
    gate::pass({Kind::acquired, fields()});
  bool finished = true;
  if (known && !redeliver_) {
    ledger_.finish(task.held);
  } else {
    read_lock_.acquire(task.item);
    ReleaseGuard const reading(read_lock_, task.item);
    if (known) {
      ledger_.finish(task.held);
    } else {
      finished = ledger_.finish_any();
    }
  }
  if (!finished) {
    tracer_.end(Kind::task_done_end, Outcome::too_often);
    throw ValueError("task_done() called too many times", where);
  }
  if (hook::on()) [[unlikely]]
    hook::emit(Kind::acquired, fields());
  if (shared_->all_done.anybody() && ledger_.unfinished() <= 0) shared_->all_done.wake_all();
  tracer_.end(Kind::task_done_end, Outcome::ok, task.item);
}

void HardenedQueue::join(Where where) {
  hook::ScopedLocation const here(where);
  tracer_.emit(Kind::join_begin);
  std::uint32_t const before = ledger_.lost();
  if (ledger_.somebody_died()) settle_dead();
  WaitResult const result = wait_until(shared_->all_done, all_done_spin_, Resource::barrier, {}, Block::yes,
                                       Deadline({}), [this] { return ledger_.unfinished() <= 0; });
  if (result == WaitResult::abandoned && ledger_.lost() == before && ledger_.lost() == ledger_.reported()) {
    tracer_.end(Kind::join_end, Outcome::abandoned);
    throw Abandoned("no other process has the queue " + name() + " any more, and " +
                        std::to_string(ledger_.unfinished()) + " of its tasks are not done",
                    where);
  }
  if (ledger_.lost() != before || ledger_.lost() != ledger_.reported()) throw_lost(before, where);
  tracer_.end(Kind::join_end, Outcome::ok);
}

void HardenedQueue::throw_lost(std::uint32_t before, Where where) {
  read_lock_.acquire();
  std::vector<LostTask> tasks;
  {
    ReleaseGuard const reading(read_lock_);
    tasks = ledger_.report_lost(before);
  }
  tracer_.end(Kind::join_end, Outcome::lost);
  std::string words = std::to_string(tasks.size()) + (tasks.size() == 1 ? " task is lost" : " tasks are lost");
  words += ", taken and not done by processes that died:";
  std::size_t const told = std::min<std::size_t>(tasks.size(), 5);
  for (std::size_t index = 0; index < told; ++index) {
    LostTask const& task = tasks[index];
    words += (index == 0 ? " " : ", ") + task.item + " by " + task.holder + " (pid " + std::to_string(task.pid) + ")";
  }
  if (tasks.size() > told) words += ", and " + std::to_string(tasks.size() - told) + " more";
  throw TasksLost(words, std::move(tasks), where);
}

}  // namespace mp::detail
