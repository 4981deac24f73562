#include "hardened/task_ledger.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace mp::detail {

namespace {

void copy_text(char* to, std::size_t size, std::string_view text) {
  std::size_t const length = std::min(text.size(), size - 1);
  std::memcpy(to, text.data(), length);
  to[length] = '\0';
}

}  // namespace

std::uint32_t TaskLedger::open_page(std::string_view name) {
  settle();  // before a page is used again
  ProcessIdentity const mine = ProcessIdentity::mine();
  std::uint32_t const used = state_->used.load();
  for (std::uint32_t index = 0; index < TaskLedgerState::pages; ++index) {
    LedgerPage& page = state_->page[index];
    if (page.pid.load() != 0 || page.taken.load() != page.done.load()) continue;
    copy_text(page.name, sizeof page.name, name);
    page.start.store(mine.start);
    page.at(page.taken.load()).state.store(Entry::State::none);
    if (index >= used) state_->used.store(index + 1);
    page.pid.store(mine.pid);
    return index;
  }
  throw RuntimeError("more than 1,024 processes take tasks from one JoinableQueue");
}

TaskLedger::Held TaskLedger::take(std::uint32_t number, SegmentedLog::Frame const& first) {
  LedgerPage& page = state_->page[number];
  std::uint32_t const index = page.taken.load(std::memory_order_relaxed);
  Entry& entry = page.at(index);
  auto const state = entry.state.load(std::memory_order_relaxed);
  if (redeliver_ && (state == Entry::State::held || state == Entry::State::returned))
    throw RuntimeError("a task taken 4,096 tasks ago is not done yet: call task_done()");
  if (index == LedgerPage::entries) page.wrapped.store(1, std::memory_order_relaxed);
  entry.state.store(Entry::State::none, std::memory_order_relaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);  // a death below leaves no old state with a new index
  entry.index = index;
  entry.owner = number;
  entry.count = first.behind.count - 1;
  entry.bytes = first.bytes;
  entry.unit = first.at;
  entry.behind = first.behind.unit;
  entry.producer = first.item.producer;
  entry.sequence = first.item.sequence;
  entry.deliveries = 1;
  entry.has_body = first.bytes <= Entry::max_inline ? 1 : 0;
  if (entry.has_body != 0) log_->copy(first, entry.body);
  if (redeliver_) log_->pin(first);
  entry.state.store(Entry::State::held, std::memory_order_release);
  return {number, index};
}

void TaskLedger::taken(Held const& held) {
  state_->page[held.page].taken.store(held.index + 1, std::memory_order_release);
}

template <typename Function>
void TaskLedger::each_open(Function&& function) const {
  std::uint32_t const used = state_->used.load();
  for (std::uint32_t index = 0; index < used; ++index) {
    LedgerPage& page = state_->page[index];
    if (page.taken.load() != page.done.load() || page.pid.load() != 0) function(index, page);
  }
}

void TaskLedger::settle_claims() {
  each_open([this](std::uint32_t, LedgerPage& page) {
    Entry& last = page.at(page.taken.load());
    if (last.state.load() != Entry::State::held || last.index != page.taken.load()) return;
    if (died_taking(page)) {
      page.taken.fetch_add(1);
    } else {
      last.state.store(Entry::State::none);
    }
  });
}

TaskLedger::Held TaskLedger::find_returned() {
  Held found;
  if (state_->any_returned.load(std::memory_order_relaxed) == 0) return found;
  each_open([&](std::uint32_t number, LedgerPage& page) {
    if (found.page != nobody) return;
    page.each_taken([&](Entry const& entry, std::uint32_t index) {
      if (found.page == nobody && entry.state.load() == Entry::State::returned) found = {number, index};
    });
  });
  if (found.page == nobody) state_->any_returned.store(0);
  return found;
}

void TaskLedger::take_returned(Held const& held, std::uint32_t page) {
  Entry& taken_over = entry(held);
  taken_over.owner = page;
  ++taken_over.deliveries;
  taken_over.state.store(Entry::State::held, std::memory_order_release);
}

// The entry is marked first: after a death in between, the task is not delivered again, and the next rebuild unpins its
// memory.
void TaskLedger::finish(Held const& held) {
  Entry& finished = entry(held);
  SegmentedLog::Frame const frame = finished.frame();
  bool const stands =
      finished.index == held.index;  // otherwise the ring has wrapped around, and the entry is of another task
  if (stands && finished.state.load(std::memory_order_relaxed) == Entry::State::held)
    finished.state.store(Entry::State::done, std::memory_order_release);
  state_->page[held.page].done.fetch_add(1);
  if (redeliver_) log_->unpin(frame);
}

bool TaskLedger::finish_any() {
  if (unfinished() <= 0) return false;
  state_->credit.fetch_add(1);
  return true;
}

std::int32_t TaskLedger::unfinished() const {
  std::uint32_t done = state_->credit.load();
  std::uint32_t const used = state_->used.load();
  for (std::uint32_t index = 0; index < used; ++index) done += state_->page[index].done.load();
  return static_cast<std::int32_t>(log_->written().count - done);
}

bool TaskLedger::somebody_died() const {
  bool died = false;
  each_open([&](std::uint32_t, LedgerPage const& page) {
    if (!died && page.pid.load() != 0) died = !page.owner().alive();
  });
  return died;
}

bool TaskLedger::settle() {
  bool settled = false;
  each_open([&](std::uint32_t index, LedgerPage& page) {
    if (page.pid.load() == 0 || page.owner().alive()) return;
    settle(index);
    settled = true;
  });
  return settled;
}

/// Whether its process died between taking an item from the log and counting it.
bool TaskLedger::died_taking(LedgerPage& page) const {
  Entry const& last = page.at(page.taken.load());
  return last.state.load() == Entry::State::held && last.index == page.taken.load() &&
         static_cast<std::int32_t>(log_->read().count - last.count) > 0;
}

// If the caller dies meanwhile, the next call settles the page from the start.
void TaskLedger::settle(std::uint32_t number) {
  LedgerPage& page = state_->page[number];
  if (died_taking(page)) page.taken.fetch_add(1);
  if (redeliver_) {
    return_tasks(number);
  } else {
    page.each_taken([&](Entry const& entry, std::uint32_t index) {
      if (entry.state.load() == Entry::State::held) lose({number, index});
    });
    page.done.store(page.taken.load());
  }
  page.pid.store(0);
}

/// Marks the tasks of the page's process for redelivery, and recounts all pages: the process may have died between
/// finishing a task and counting it.
void TaskLedger::return_tasks(std::uint32_t number) {
  state_->any_returned.store(1);
  each_open([&](std::uint32_t, LedgerPage& page) {
    std::uint32_t open = 0;
    page.each_taken([&](Entry& entry, std::uint32_t) {
      auto state = entry.state.load();
      if (state == Entry::State::held && entry.owner == number) {
        entry.state.store(state = Entry::State::returned);
        hook::emit(
            hook::Kind::task_returned,
            {.object = queue_,
             .item = entry.frame().item,
             .argument = trace::Chunk{entry.bytes + static_cast<std::uint32_t>(SegmentedLog::unit), 0}.packed()});
      }
      if (state == Entry::State::held || state == Entry::State::returned) ++open;
    });
    page.done.store(page.taken.load() - open);
  });
}

void TaskLedger::lose(Held const& held) {
  LedgerPage const& page = state_->page[held.page];
  Entry& gone = entry(held);
  std::uint32_t const lost = state_->lost.load();
  LostEntry const& last = state_->lost_entry[(lost - 1) % TaskLedgerState::max_lost_entries];
  bool const known =
      lost != 0 && last.page == held.page && last.index == held.index;  // the process that settled before died here
  if (known) return gone.state.store(Entry::State::done);
  LostEntry& kept = state_->lost_entry[lost % TaskLedgerState::max_lost_entries];
  kept.page = held.page;
  kept.index = held.index;
  kept.pid = page.pid.load();
  copy_text(kept.holder, sizeof kept.holder, page.name);
  std::string words;
  if (gone.has_body != 0 && describe_ != nullptr) words = describe_({gone.body, gone.bytes});
  if (words.empty()) words = "item " + std::to_string(gone.count + 1) + " (" + std::to_string(gone.bytes) + " bytes)";
  copy_text(kept.item, sizeof kept.item, words);
  state_->lost.store(lost + 1);
  hook::emit(hook::Kind::task_lost, {.object = queue_, .item = gone.frame().item}, kept.holder);
  gone.state.store(Entry::State::done);
}

std::vector<LostTask> TaskLedger::report_lost(std::uint32_t from) {
  std::uint32_t const lost = state_->lost.load();
  std::uint32_t const reported = state_->reported.exchange(lost);
  if (static_cast<std::int32_t>(reported - from) < 0) from = reported;
  from = lost - std::min(lost - from, TaskLedgerState::max_lost_entries);
  std::vector<LostTask> tasks;
  for (; from != lost; ++from) {
    LostEntry const& kept = state_->lost_entry[from % TaskLedgerState::max_lost_entries];
    tasks.push_back({kept.item, kept.holder, kept.pid});
  }
  return tasks;
}

void TaskLedger::each_pinned(SegmentedLog::Visit const& visit) const {
  if (!redeliver_) return;
  each_open([&](std::uint32_t, LedgerPage& page) {
    page.each_taken([&](Entry const& entry, std::uint32_t) {
      auto const state = entry.state.load();
      if (state == Entry::State::held || state == Entry::State::returned) visit(entry.frame());
    });
    if (died_taking(page)) visit(page.at(page.taken.load()).frame());
  });
}

}  // namespace mp::detail
