#include "sim/run/run.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/utsname.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <utility>

#include "sim/capture/recorder.hpp"
#include "sim/capture/session.hpp"
#include "sim/control/control.hpp"
#include "sim/process/supervisor.hpp"

namespace qs {

namespace {

using std::chrono::steady_clock;

std::string host_line() {
  utsname system{};
  uname(&system);
  unsigned const processors = std::thread::hardware_concurrency();
  return fmt::format("{} {} {}, {} processor{}", system.sysname, system.release, system.machine, processors,
                     processors == 1 ? "" : "s");
}

std::string utc_now() {
  std::time_t const now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

RunFacts facts_of(RunOptions const& options) {
  RunFacts facts;
  facts.title = options.title;
  if (facts.title.empty() && !options.command.empty()) {
    facts.title = std::filesystem::path(options.command.front()).filename();
  }
  facts.scenario = options.scenario;
  facts.command = options.command;
  facts.parameters = options.parameters;
  facts.host = host_line();
  facts.started = utc_now();
  return facts;
}

/// Keeps the facts about the actors.
class ActorTable final : public Sink {
 public:
  void actor(ActorIndex index, ActorFacts const& facts) override {
    if (actors_.size() <= index) actors_.resize(std::size_t{index} + 1);
    actors_[index] = facts;
  }
  std::vector<ActorFacts> const& actors() const { return actors_; }

 private:
  std::vector<ActorFacts> actors_;
};

/// Executes the scheduler's choices between two passes of the recorder.
class Control {
 public:
  Control(Session& session, Recorder& recorder, ActorTable const& actor_table, Scheduler& scheduler)
      : controller_(session), recorder_(recorder), actor_table_(actor_table), scheduler_(scheduler) {
    if (scheduler.controls()) controller_.close();
  }

  /// Takes one step, if the scheduler has chosen one.
  bool advance() {
    if (!scheduler_.controls()) {
      controller_.open();
      scheduler_.watch({controller_, {}, actor_table_.actors(), names_, recorder_.events(), steps_});
      return false;
    }
    controller_.close();
    bool const settled = controller_.settle(scheduler_.settle_timeout());
    for (ActorStatus const& actor : controller_.status()) {
      if (actor.where == ActorStatus::Where::parked) recorder_.locate(actor.next.location);
    }
    recorder_.poll();  // records all events before the decision
    names_.update(actor_table_.actors());
    auto const enabled = controller_.enabled();
    if (!settled && !scheduler_.goes_on_without_computing()) return false;
    auto const choice =
        scheduler_.choose({controller_, enabled, actor_table_.actors(), names_, recorder_.events(), steps_});
    if (!choice) return false;
    recorder_.decide(*choice, enabled);
    controller_.take(*choice, scheduler_.settle_timeout());
    ++steps_;
    moved_ = std::chrono::steady_clock::now();
    return true;
  }

  bool closed() const { return controller_.closed(); }
  bool deadlocked() const { return controller_.deadlocked(); }
  /// Nothing has happened for too long, and the scheduler does not wait for a user.
  bool stalled() const {
    auto const limit = scheduler_.stall();
    return limit && closed() && std::chrono::steady_clock::now() - moved_ > *limit;
  }

 private:
  Controller controller_;
  Recorder& recorder_;
  ActorTable const& actor_table_;
  Scheduler& scheduler_;
  ActorNames names_;
  std::size_t steps_ = 0;
  std::chrono::steady_clock::time_point moved_ = std::chrono::steady_clock::now();
};

/// The sleep between two passes, which grows while nothing happens.
class PollInterval {
 public:
  void wait(bool events, int descriptor) {
    pause_ = events ? shortest : std::min(pause_ * 2, longest);
    timespec const time{0, pause_.count()};
    pollfd waiting{descriptor, POLLIN, 0};
    ppoll(&waiting, 1, &time, nullptr);
  }

 private:
  static constexpr std::chrono::nanoseconds shortest{200'000}, longest{5'000'000};
  std::chrono::nanoseconds pause_ = shortest;
};

/// Notices when no actor makes progress.
class Quiet {
 public:
  Quiet(Recorder& recorder, RunOptions const& options) : recorder_(recorder), options_(options) {}

  void note(bool events) {
    if (events) {
      since_ = steady_clock::now();
      told_ = false;
    } else if (options_.when_quiet && !told_ && recorder_.events() > 0 && steady_clock::now() - since_ >= long_enough) {
      told_ = true;
      recorder_.look_outside();
      options_.when_quiet();
    }
  }

 private:
  static constexpr std::chrono::milliseconds long_enough{1000};
  Recorder& recorder_;
  RunOptions const& options_;
  steady_clock::time_point since_ = steady_clock::now();
  bool told_ = false;
};

/// Records until the program has ended (RunEnding::finished, whatever its exit code), its deadline has passed, or it is
/// to be stopped.
RunEnding record(Recorder& recorder, Supervisor& supervisor, Control* control, RunOptions const& options,
                 std::atomic<bool> const& stop) {
  auto begin = steady_clock::now();
  PollInterval interval;
  Quiet quiet(recorder, options);
  for (;;) {
    bool const events = recorder.poll();
    bool const moved = control != nullptr && control->advance();
    supervisor.poll();
    for (auto const& [pid, exit_code] : supervisor.take_ended()) recorder.ended(pid, exit_code);
    if (supervisor.nobody_left()) return RunEnding::finished;
    if (stop) return RunEnding::interrupted;
    if (control != nullptr && control->closed()) {
      if (options.scheduler->wants_end()) return RunEnding::interrupted;
      if (options.scheduler->ends_at_deadlock() && control->deadlocked()) return RunEnding::deadlock;
      if (control->stalled()) return RunEnding::deadline;
      begin = steady_clock::now();
    } else if (options.deadline && steady_clock::now() - begin >= *options.deadline) {
      return RunEnding::deadline;
    }
    if (moved) continue;
    if (control == nullptr) quiet.note(events);
    if (!recorder.behind()) interval.wait(events, supervisor.descriptor());
  }
}

}  // namespace

RunResult run_program(RunOptions const& options, std::vector<Sink*> const& sinks, std::atomic<bool> const& stop) try {
  RunResult result;
  result.facts = facts_of(options);

  // The session, before any process that writes into it.
  Session session({.actors = options.most_actors,
                   .ring_events = options.ring_events,
                   .lossless = options.lossless,
                   .controlled = options.scheduler != nullptr});
  ActorTable actor_table;
  std::vector<Sink*> all_sinks = sinks;
  all_sinks.push_back(&actor_table);
  for (Sink* sink : sinks) sink->run(result.facts);

  // The program, supervised from its first instruction on.
  Recorder recorder(session, all_sinks);
  std::optional<Control> control;
  if (options.scheduler) control.emplace(session, recorder, actor_table, *options.scheduler);
  Supervisor supervisor({.command = options.command,
                         .session = session.descriptor(),
                         .output_to_stderr = options.output_to_stderr,
                         .output = options.output,
                         .limits = options.limits,
                         .executable = options.supervisor});

  // The recording. It ends before the processes are killed: a diagnosis is about what hung, not about the cleaning up.
  auto const ending = record(recorder, supervisor, control ? &*control : nullptr, options, stop);
  result.facts.duration = session.now();
  if (ending != RunEnding::finished) recorder.look_outside();
  recorder.finish(ending == RunEnding::finished ? Survivors::none : Survivors::some);
  supervisor.kill_all();

  // The result, when no process can write any more.
  result.error = supervisor.error();
  result.limit_reached = supervisor.limit_reached();
  result.events = recorder.events();
  result.lost = recorder.lost();
  result.forced = recorder.forced();
  result.refused = recorder.refused();
  result.facts.exit_code = supervisor.exit_code().value_or(-SIGKILL);
  if (result.started()) {
    bool const failed = ending == RunEnding::finished && result.facts.exit_code != 0;
    result.facts.ending = failed ? RunEnding::failed : ending;
  }
  for (Sink* sink : sinks) sink->run(result.facts);
  // The trace of a program that could not be started must not replace an earlier one.
  for (Sink* sink : sinks) result.started() ? sink->finish() : sink->flush();
  return result;
} catch (SessionError const& error) {
  RunResult result;
  result.error = error.what();
  return result;
}

/// The recording thread fills it and the window's thread empties it; the lock is only held for a swap or an append.
class LiveRun::Mailbox final : public Sink {
 public:
  void run(RunFacts const& facts) override {
    filling_.run = facts;
    flush();
  }
  void actor(ActorIndex index, ActorFacts const& facts) override { filling_.actors.emplace_back(index, facts); }
  void location(std::uint32_t index, Location const& where) override { filling_.locations.emplace_back(index, where); }
  void source(std::string const& file, std::string const& text) override { filling_.sources.emplace_back(file, text); }
  void event(Event const& event, std::string_view text) override {
    if (!text.empty()) filling_.texts.emplace_back(filling_.events.size(), text);
    filling_.events.push_back(event);
  }
  void decision(Decision const& decision) override { filling_.decisions.push_back(decision); }
  void flush() override {
    std::lock_guard const guard(mutex_);
    full_.append(std::exchange(filling_, {}));
  }
  void finish() override { flush(); }

  bool empty_into(Sink& sink) {
    Batch batch;
    {
      std::lock_guard const guard(mutex_);
      std::swap(batch, full_);
    }
    return batch.replay(sink);
  }

 private:
  struct Batch {
    std::optional<RunFacts> run;
    std::vector<std::pair<ActorIndex, ActorFacts>> actors;
    std::vector<std::pair<std::uint32_t, Location>> locations;
    std::vector<std::pair<std::string, std::string>> sources;
    std::vector<Event> events;
    std::vector<std::pair<std::size_t, std::string>> texts;  ///< by index in events
    std::vector<Decision> decisions;

    void append(Batch&& more) {
      if (more.run) run = std::move(more.run);
      for (auto& text : more.texts) texts.emplace_back(text.first + events.size(), std::move(text.second));
      std::move(more.actors.begin(), more.actors.end(), std::back_inserter(actors));
      std::move(more.locations.begin(), more.locations.end(), std::back_inserter(locations));
      std::move(more.sources.begin(), more.sources.end(), std::back_inserter(sources));
      events.insert(events.end(), more.events.begin(), more.events.end());
      std::move(more.decisions.begin(), more.decisions.end(), std::back_inserter(decisions));
    }

    bool replay(Sink& sink) const {
      if (run) sink.run(*run);
      for (auto const& [index, facts] : actors) sink.actor(index, facts);
      for (auto const& [index, where] : locations) sink.location(index, where);
      for (auto const& [file, text] : sources) sink.source(file, text);
      auto text = texts.begin();
      for (std::size_t index = 0; index < events.size(); ++index) {
        bool const has_text = text != texts.end() && text->first == index;
        sink.event(events[index], has_text ? std::string_view(text->second) : std::string_view());
        if (has_text) ++text;
      }
      for (Decision const& decision : decisions) sink.decision(decision);
      return run || !actors.empty() || !locations.empty() || !sources.empty() || !events.empty() || !decisions.empty();
    }
  };

  Batch filling_;  ///< the recorder's thread only
  std::mutex mutex_;
  Batch full_;
};

LiveRun::LiveRun(RunOptions options)
    : options_(std::move(options)), mailbox_(std::make_unique<Mailbox>()), thread_([this] {
        result_ = run_program(options_, {mailbox_.get()}, stop_);
        running_.store(false, std::memory_order_release);
      }) {}

LiveRun::~LiveRun() {
  stop();
  thread_.join();
}

bool LiveRun::take(Trace& mine) {
  TraceBuilder builder(mine);
  return mailbox_->empty_into(builder);
}

void LiveRun::stop() { stop_ = true; }

bool LiveRun::running() const { return running_.load(std::memory_order_acquire); }

RunResult const& LiveRun::result() const { return result_; }

}  // namespace qs
