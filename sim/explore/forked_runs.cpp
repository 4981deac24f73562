#include "sim/explore/forked_runs.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <thread>

#include <mp/detail/futex.hpp>

namespace qs {

using std::chrono::milliseconds;

namespace {

/// How long a run may compute between two operations.
constexpr milliseconds settle_timeout{5000};
constexpr milliseconds start_timeout{10000};

std::optional<int> pin_to(std::optional<int> processor) {
  if (processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(*processor), &set);
    sched_setaffinity(0, sizeof set, &set);  // the program inherits it; if refused, runs are only slower
  }
  return processor;
}

SupervisorOptions supervised(RunOptions const& options, Session const& session) {
  return {.command = options.command,
          // Without it, each fork resolves the same symbols again, which takes a tenth of a run.
          .environment = {"LD_BIND_NOW=1"},
          .session = session.descriptor(),
          .silent = options.output < 0,
          .output = options.output,
          .limits = options.limits,
          .executable = options.supervisor};
}

struct Read {
  Event event;
  std::string text;
};

constexpr std::uint64_t alive = ~std::uint64_t{0};

/// By actor: when it was found to be gone.
void note_deaths(std::vector<std::uint64_t>& deaths, Controller const& controller, std::uint64_t now) {
  auto const& status = controller.status();
  deaths.resize(status.size(), alive);
  for (std::size_t actor = 0; actor < status.size(); ++actor) {
    if (status[actor].where == ActorStatus::Where::gone && deaths[actor] == alive) deaths[actor] = now;
  }
}

std::vector<Choice> who_could_be_killed(Controller const& controller) {
  std::vector<Choice> kills;
  auto const& status = controller.status();
  for (std::size_t actor = 0; actor < status.size(); ++actor) {
    bool const there = status[actor].where == ActorStatus::Where::parked && status[actor].process == actor;
    if (there) kills.push_back({Choice::What::kill, static_cast<ActorIndex>(actor)});
  }
  return kills;
}

}  // namespace

ForkedRuns::ForkedRuns(RunOptions const& options, std::optional<int> processor)
    : session_([&] {
        pin_to(processor);
        return SessionOptions{
            .actors = options.most_actors, .ring_events = 4096, .many_runs = true, .controlled = true};
      }()),
      supervisor_(supervised(options, session_)) {
  wait_for_program();
}

void ForkedRuns::wait_for_program() {
  auto const begin = std::chrono::steady_clock::now();
  while (session_.view().header->server_pid.load() == 0) {
    supervisor_.poll();
    if (!supervisor_.error().empty()) throw ExploreError(supervisor_.error());
    if (supervisor_.exit_code()) {
      throw ExploreError(
          "the program ended without using a queue or a process of the library: there is nothing to explore");
    }
    if (std::chrono::steady_clock::now() - begin > start_timeout) {
      throw ExploreError(
          fmt::format("the program did not use a queue of the library within {} s: there is nothing to explore",
                      start_timeout.count() / 1000));
    }
    pollfd waiting{supervisor_.descriptor(), POLLIN, 0};
    ::poll(&waiting, 1, 1);
  }
}

ForkedRunEnd ForkedRuns::run(Pick const& pick, std::size_t most_steps, int most_kills) {
  auto& header = *session_.view().header;
  session_.start_over();
  Controller controller(session_);
  controller.close();
  header.runs_wanted.store(++runs_);
  mp::detail::futex_wake(header.runs_wanted, 1);
  if (!controller.wait_for_first(settle_timeout)) throw ExploreError("the program could not be started again");

  ForkedRunEnd end;
  std::optional<Choice> last;
  controller.settle(settle_timeout);
  std::vector<std::uint64_t> deaths;
  for (;;) {
    note_deaths(deaths, controller, session_.now());
    if (!controller.settled()) {
      end.how = ForkedRunEnd::How::stalled;
      break;
    }
    if (controller.all_gone()) break;
    auto enabled = controller.enabled();
    if (enabled.empty() && controller.foreign_thread_may_come()) {
      // It waits on the real clock: wait for it as long as for an actor that computes.
      auto const begin = std::chrono::steady_clock::now();
      while (enabled.empty() && !controller.all_gone() && controller.foreign_thread_may_come() &&
             std::chrono::steady_clock::now() - begin < settle_timeout) {
        std::this_thread::sleep_for(milliseconds(2));
        controller.settle(settle_timeout);
        enabled = controller.enabled();
      }
      if (enabled.empty() && !controller.all_gone() && controller.foreign_thread_may_come()) {
        end.how = ForkedRunEnd::How::stalled;
        break;
      }
      continue;
    }
    if (enabled.empty()) {
      end.how = ForkedRunEnd::How::deadlock;
      break;
    }
    if (end.choices.size() >= most_steps) {
      end.how = ForkedRunEnd::How::too_long;
      break;
    }
    if (enabled.size() > 1 && enabled.back().what == Choice::What::time) enabled.pop_back();
    Choice const choice = pick(
        {enabled, last, end.choices.size(), most_kills > 0 ? who_could_be_killed(controller) : std::vector<Choice>()});
    if (choice.what == Choice::What::kill) {
      --most_kills;
    } else {
      last = choice;
    }
    end.choices.push_back(choice);
    controller.take(choice, settle_timeout);
  }
  end.actors = controller.status().size();
  end.trace = trace_of_run(deaths);
  for (auto [event, text] : controller.seen_outside()) {
    event.time = session_.now();
    if (event.actor < end.trace.actors.size()) end.trace.append(event, text);
  }
  controller.kill_everybody();
  // The fork server reports the end of the first process; all others have ended before.
  for (std::uint32_t over = header.runs_over.load(); over != runs_; over = header.runs_over.load()) {
    timespec const time{0, 10'000'000};
    mp::detail::futex_wait(header.runs_over, over, &time);
    controller.kill_everybody();
    supervisor_.poll();
    if (supervisor_.exit_code()) throw ExploreError("the program that all runs are forked from was killed");
  }
  return end;
}

std::vector<ActorFacts> ForkedRuns::actors() const {
  std::vector<ActorFacts> all;
  auto const& [header, facts] = session_.view();
  std::size_t const count = std::min(header->actor_count.load(), facts.actors);
  for (std::size_t index = 0; index < count; ++index) {
    auto const& slot = session_.view().actor(static_cast<std::uint32_t>(index));
    bool const process = slot.kind == ActorKind::process || slot.process >= count;
    all.push_back({.name = std::string(slot.name, strnlen(slot.name, sizeof slot.name)),
                   .kind = slot.kind,
                   .parent = slot.parent,
                   .process = process ? static_cast<ActorIndex>(index) : slot.process,
                   .pid = slot.pid.load()});
  }
  return all;
}

/// The actors went one at a time, so the events can be ordered by time alone.
Trace ForkedRuns::trace_of_run(std::vector<std::uint64_t> deaths) const {
  Trace trace;
  trace.actors = actors();
  auto const& view = session_.view();
  std::vector<Read> all;
  trace.actors.resize(deaths.size());
  std::vector<bool> ended(deaths.size());
  for (std::size_t index = 0; index < deaths.size(); ++index) {
    auto const& slot = view.actor(static_cast<std::uint32_t>(index));
    Event const* const ring = view.ring(static_cast<std::uint32_t>(index));
    std::uint64_t const size = view.facts.ring_events;
    std::uint64_t const head = slot.head.load();
    std::uint64_t latest = 0;
    for (std::uint64_t at = head > size ? head - size : 0; at < head; ++at) {
      Event event = ring[at & (size - 1)];
      if (event.kind == Kind::text) {
        if (!all.empty()) all.back().text += load_text(event);
        continue;
      }
      event.actor = static_cast<ActorIndex>(index);
      event.location = 0;
      event.time = latest = std::max(latest, session_.nanoseconds(event.time));
      ended[index] = ended[index] || event.kind == Kind::process_end || event.kind == Kind::thread_end;
      // Its parent may have noticed it first.
      if (event.kind == Kind::process_reaped && event.object < deaths.size()) {
        deaths[event.object] = std::min(deaths[event.object], event.time - 1);
      }
      all.push_back({event, {}});
    }
  }
  for (std::size_t index = 0; index < deaths.size(); ++index) {
    std::size_t const process = trace.actors[index].process;
    if (deaths[process] == alive || ended[index] || ended[process]) continue;
    Event const event{.time = deaths[process], .actor = static_cast<ActorIndex>(index), .kind = Kind::process_lost};
    all.push_back({event, {}});
  }
  std::stable_sort(all.begin(), all.end(), [](Read const& a, Read const& b) { return a.event.time < b.event.time; });
  for (Read const& read : all) {
    if (well_formed(read.event)) trace.append(read.event, read.text);
  }
  return trace;
}

}  // namespace qs
