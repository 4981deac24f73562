// Messages that are waited for and that went elsewhere, were never put, or were put on another queue.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/diagnosis/recogniser.hpp"
#include "sim/text/words.hpp"

namespace qs {

/// Who waits for an item of this queue and is stuck; those behind its read lock too.
std::vector<ActorIndex> Recogniser::starving_at(QueueIndex index) const {
  auto victims = waiting_for(Resource::pipe_data, index);
  if (victims.empty()) return victims;
  for (ActorIndex next : waiting_for(Resource::read_lock, index)) victims.push_back(next);
  return victims;
}

/// "3 in pool-0 and 3 in pool-1" where consumers are threads; "" where each is a process of its own.
std::string Recogniser::threads_words(std::vector<ActorIndex> const& actors) const {
  std::map<ActorIndex, std::size_t> by_process;
  bool threads = false;
  for (ActorIndex actor : actors) {
    ++by_process[graph_.process_of(actor)];
    threads = threads || !graph_.is_process(actor);
  }
  if (!threads) return "";
  std::vector<std::string> words;
  for (auto const& [process, threads_of_it] : by_process)
    words.push_back(fmt::format("{} in {}", threads_of_it, name(process)));
  return listing(words);
}

/// Consumers of this queue end by sentinels, and not each has got one.
bool Recogniser::marks_missing(std::vector<ActorIndex> const& victims) {
  std::uint64_t put = 0, handed_on = 0;
  std::vector<ActorIndex> takers, greedy;
  std::set<ActorIndex> producers_with;
  ActorIndex last_taker = nobody;
  Step last_taken = 0;
  for (auto const& [actor, use] : queue().uses) {
    auto const marks = marks_.of(queue_, actor);
    put += marks.put;
    if (marks.got > 0) handed_on += marks.put;
    if (marks.put > 0) producers_with.insert(graph_.process_of(actor));
    if (marks.got == 0) continue;
    bool const waits = std::find(victims.begin(), victims.end(), actor) != victims.end();
    if (waits) continue;
    takers.push_back(actor);
    if (marks.got > 1 && marks.put == 0) greedy.push_back(actor);
    if (last_taker == nobody || marks.last_got > last_taken) {
      last_taker = actor;
      last_taken = marks.last_got;
    }
  }
  if (put == 0) return false;
  std::vector<ActorIndex> unserved, counting;
  for (ActorIndex victim : victims) {
    (marks_.of(queue_, victim).got > 0 ? counting : unserved).push_back(victim);
  }

  // It counts the marks of its producers.
  if (unserved.empty()) {
    if (counting.empty()) return false;
    std::vector<ActorIndex> without;
    for (auto const& [actor, use] : queue().uses) {
      if (use.puts > 0 && !producers_with.contains(graph_.process_of(actor))) without.push_back(actor);
    }
    auto const got = marks_.of(queue_, counting.front()).got;
    auto& finding =
        add(BugPattern::nothing_to_get,
            fmt::format("{} waits for more after {} of {}{}", name(counting.front()), count(got, "sentinel"),
                        queue().name, without.empty() ? "" : fmt::format("; {} put none", names(without))),
            victims);
    finding.cause =
        fmt::format("{} got {} from {} and went on to get: {}. {} put in all, and nobody is left to put another.",
                    name(counting.front()), count(got, "sentinel"), queue().name, wait_words(counting.front()),
                    put == 1 ? "One was" : number(put) + " were") +
        mark_words();
    if (!without.empty()) finding.cause += fmt::format(" {} put items on it and no sentinel.", names(without));
    finding.remedy = without.empty() ? "Stop at as many sentinels as are put."
                                     : fmt::format(
                                           "Let {} put a sentinel when it is done, on every way out; or stop at as "
                                           "many sentinels as are put.",
                                           names(without));
    return true;
  }

  auto const consumers = takers.size() + unserved.size();
  auto const waiters = names(unserved) + (unserved.size() == 1 ? " waits" : " wait");
  auto const who = [&] {
    auto all = takers;
    all.insert(all.end(), unserved.begin(), unserved.end());
    auto const words = threads_words(all);
    return words.empty() ? "" : fmt::format(" (threads: {})", words);
  }();

  if (handed_on > 0 && last_taker != nobody && marks_.of(queue_, last_taker).put == 0) {
    auto& finding = add(
        BugPattern::nothing_to_get,
        fmt::format("{} took the sentinel of {} and did not put it back", name(last_taker), queue().name), unserved);
    finding.cause = fmt::format(
                        "On {} each consumer that gets the sentinel puts it back for the next one. {} got it{} and did "
                        "not, so {} for it in vain.",
                        queue().name, name(last_taker), at_place(last_taken), waiters) +
                    mark_words();
    finding.remedy = fmt::format("Let {} put the sentinel back before it ends.", name(last_taker));
    return true;
  }
  auto const fresh = put - handed_on;
  if (fresh < consumers) {
    auto& finding =
        add(BugPattern::nothing_to_get,
            fmt::format("too few sentinels: {} for {}{}", number(fresh), count(consumers, "consumer"), who), unserved);
    finding.cause =
        fmt::format(
            "Each consumer takes one sentinel out of {} and ends. {} put, so {} for an item that nobody will put.",
            queue().name, fresh == 1 ? "Only one was" : fmt::format("Only {} were", number(fresh)), waiters) +
        mark_words();
    finding.remedy = fmt::format("Put one sentinel for each consumer{}: {} here.",
                                 who.empty() ? "" : ", that is for each thread that gets", number(consumers));
    return true;
  }
  if (greedy.empty()) return false;
  auto const taker = greedy.front();
  auto const taken = marks_.of(queue_, taker).got;
  auto& finding =
      add(BugPattern::nothing_to_get,
          fmt::format("{} took {} of the {} sentinels of {}", name(taker), number(taken), number(fresh), queue().name),
          unserved);
  finding.cause =
      fmt::format(
          "{} put on {}, one for each of {}. {} got {} of them and did not stop at the first, so {} for one "
          "that nobody will put.",
          fresh == 1 ? "One sentinel was" : number(fresh) + " sentinels were", queue().name,
          count(consumers, "consumer"), name(taker), number(taken), waiters) +
      mark_words();
  finding.remedy =
      fmt::format("Let {} stop at its first sentinel, or put the one that is not for it back.", name(taker));
  return true;
}

/// For each item put between two gets of its producer: the item got before, to which it is the answer.
std::vector<Recogniser::Answer> Recogniser::answers() const {
  std::map<ActorIndex, std::pair<QueueIndex, ItemId>> had;  // what each got last
  std::vector<Answer> all;
  for (Step step = 0; step < end(); ++step) {
    Event const& event = trace_.at(step);
    bool const got = event.kind == Kind::get_end && event.outcome() == Outcome::ok && event.item();
    if (got) {
      if (marks_.is_mark(event.item())) {
        had.erase(event.actor);
      } else {
        had[event.actor] = {event.object, event.item()};
      }
      continue;
    }
    if (event.kind != Kind::put_end || event.outcome() != Outcome::ok) continue;
    auto const before = had.find(event.actor);
    if (before == had.end() || before->second.first == event.object) continue;
    all.push_back({before->second.first, before->second.second, event.object, event.item(), event.actor});
  }
  return all;
}

/// Several wait for replies at one queue, and one of them got what answers another's request.
bool Recogniser::replies_taken(std::vector<ActorIndex> const& victims) {
  ItemIndex const items(trace_);
  for (auto const& answer : answers()) {
    if (answer.to != queue_) continue;
    auto const* reply = items.find(answer.reply);
    auto const* request = items.find(answer.request);
    if (reply == nullptr || request == nullptr || !reply->arrived()) continue;
    auto const client = graph_.process_of(request->putter), taker = graph_.process_of(reply->getter);
    auto const victim = std::find_if(victims.begin(), victims.end(),
                                     [&](ActorIndex actor) { return graph_.process_of(actor) == client; });
    auto const& asks = world_.queues[answer.from].uses;
    auto const asks_too = std::any_of(asks.begin(), asks.end(), [&](auto const& use) {
      return graph_.process_of(use.first) == taker && use.second.puts > 0;
    });
    if (taker == client || victim == victims.end() || !asks_too) continue;
    auto stuck_too = victims;
    for (ActorIndex actor : stuck_) {
      if (std::find(victims.begin(), victims.end(), actor) == victims.end()) stuck_too.push_back(actor);
    }
    auto& finding = add(BugPattern::reply_taken,
                        fmt::format("{} got {} from {}, which answers a request of {}", name(reply->getter),
                                    label(answer.reply), queue().name, name(client)),
                        stuck_too);
    finding.cause = fmt::format(
        "{} put {} on {}; {} got it and put {} on {} for it; but {} took that out{}. Whoever of them gets first gets "
        "it, "
        "whosever it is. {} {} in vain.",
        name(client), label(answer.request), trace_.queue_name(answer.from), name(answer.actor), label(answer.reply),
        queue().name, name(reply->getter), at_place(reply->at(ItemMilestone::get_end)), name(*victim),
        wait_words(*victim));
    finding.remedy = fmt::format("Give each client a queue of its own for its replies, and let {} answer there.",
                                 name(answer.actor));
    finding.items = {answer.reply};
    return true;
  }
  return false;
}

/// A worker that answers each item took one without putting an answer, and the answer is waited for.
bool Recogniser::request_unanswered(std::vector<ActorIndex> const& victims) {
  auto const all = answers();
  std::set<ItemId> answered;
  std::map<ActorIndex, QueueIndex> servers;  // who answers on this queue, and where it gets from
  for (auto const& answer : all) {
    if (answer.to != queue_) continue;
    answered.insert(answer.request);
    servers[answer.actor] = answer.from;
  }
  if (servers.empty()) return false;
  ItemIndex const items(trace_);
  for (auto const& way : items.ways()) {
    if (!way.arrived() || marks_.is_mark(way.item) || answered.contains(way.item)) continue;
    auto const server = servers.find(way.getter);
    bool const serves = server != servers.end()
                            ? server->second == way.queue
                            : std::any_of(servers.begin(), servers.end(), [&](auto const& one) {
                                return one.second == way.queue && graph_.has_had(graph_.process_of(way.getter), queue_);
                              });
    bool const asked_by_victim = std::any_of(victims.begin(), victims.end(), [&](ActorIndex actor) {
      return graph_.process_of(actor) == graph_.process_of(way.putter) &&
             graph_.process_of(way.getter) != graph_.process_of(actor);
    });
    if (!serves || !asked_by_victim) continue;
    auto const got = way.at(ItemMilestone::get_end);
    auto const next = first_after(got, [&](Event const& event) {
      return event.actor == way.getter && event.kind == Kind::get_begin && event.object == way.queue;
    });
    bool const ended = graph_.dead(way.getter);
    if (next == no_step && !ended) continue;  // still at it
    auto& finding = add(next == no_step ? BugPattern::exited_with_work : BugPattern::request_unanswered,
                        fmt::format("{} got {} from {} and put nothing on {} for it", name(way.getter), label(way.item),
                                    trace_.queue_name(way.queue), queue().name),
                        victims);
    finding.cause = fmt::format(
        "{} got {} of {}{} and {}. For {} it put an answer.{}", name(way.getter), label(way.item), name(way.putter),
        at_place(got), next != no_step ? "went on to get the next" + at_place(next) : how_it_died(way.getter),
        count(answered.size(), "other item"), what_victims_wait_for(victims, graph_.process_of(way.getter)));
    finding.remedy = fmt::format(
        "Let {} put an answer for every item, also where there is nothing to say (an empty one, or an error); or let "
        "{} not "
        "count on one answer for each.",
        name(way.getter), names(victims));
    finding.items = {way.item};
    return true;
  }
  return false;
}

/// A stage took its end mark and ended, but put none on the queue that it fed.
bool Recogniser::mark_not_passed_on(std::vector<ActorIndex> const& victims) {
  for (auto const& [actor, use] : queue().uses) {
    if (marks_.of(queue_, actor).put > 0) return false;
  }
  for (auto const& [stage, use] : queue().uses) {
    if (use.puts == 0 || !graph_.dead(stage)) continue;
    for (std::size_t i = 0; i < world_.queues.size(); ++i) {
      auto const from = static_cast<QueueIndex>(i);
      auto const marks = marks_.of(from, stage);
      auto const end_mark = marks.got == 0 || from == queue_ ? ItemId{} : trace_.at(marks.last_got).item();
      if (!end_mark) continue;
      // The process that put the mark knows that the stage ends.
      auto const put = trace_.put_of(end_mark);
      bool const victim_put_it = std::any_of(victims.begin(), victims.end(), [&](ActorIndex victim) {
        return put != no_step && graph_.process_of(trace_.at(put).actor) == graph_.process_of(victim);
      });
      if (victim_put_it) continue;
      auto& finding = add(BugPattern::nothing_to_get,
                          fmt::format("{} got {} from {} and ended without passing it on to {}", name(stage),
                                      label(end_mark), trace_.queue_name(from), queue().name),
                          victims);
      finding.cause = fmt::format(
          "{} stopped at {} of {}{}. It had put {} on {}, but nothing that says that no more come. {} in get there.",
          name(stage), label(end_mark), trace_.queue_name(from), at_place(marks.last_got), count(use.puts, "item"),
          queue().name, they(victims, "waits", "wait"));
      finding.remedy =
          fmt::format("Let {} put an end mark on {} when it ends, one for each consumer.", name(stage), queue().name);
      return true;
    }
  }
  return false;
}

/// There is another queue of this name, and what is waited for was put there.
bool Recogniser::other_queue_of_name(std::vector<ActorIndex> const& victims, bool waits_to_put) {
  for (std::size_t i = 0; i < world_.queues.size(); ++i) {
    auto const& other = world_.queues[i];
    auto const index = static_cast<QueueIndex>(i);
    if (index == queue_ || !other.exists || other.name != queue().name) continue;
    std::uint64_t put = 0;
    std::vector<ActorIndex> users;
    for (auto const& [actor, use] : other.uses) {
      put += use.puts;
      if (use.puts > 0 || use.first_get != no_step) users.push_back(actor);
    }
    bool const shared = std::any_of(queue().uses.begin(), queue().uses.end(), [&](auto const& entry) {
      return std::find(victims.begin(), victims.end(), entry.first) == victims.end() &&
             (entry.second.puts > 0 || entry.second.first_get != no_step);
    });
    if (shared || users.empty() || (!waits_to_put && put == 0)) continue;
    auto& finding =
        add(BugPattern::two_queues_of_one_name, fmt::format("there are two queues called {}", queue().name), victims);
    finding.cause = fmt::format(
        "{} {} of the queue that {} made; but {} put {} on another one of that name, which {} made. A name is for "
        "traces "
        "only: it does not make two queues one.",
        names(victims),
        waits_to_put ? (victims.size() == 1 ? "waits for room" : "wait for room")
                     : (victims.size() == 1 ? "waits for an item" : "wait for an item"),
        queue().creator == nobody ? "somebody" : name(queue().creator), names(users), count(put, "item"),
        other.creator == nobody ? "somebody" : name(other.creator));
    finding.remedy =
        "Make the queue once, before the processes are started, and let them inherit it (capture it, or hand it on).";
    return true;
  }
  return false;
}

/// Only those who wait have ever used the queue, or could.
bool Recogniser::own_queue(std::vector<ActorIndex> const& victims) {
  auto const process = graph_.process_of(victims.front());
  for (auto const& [actor, use] : queue().uses) {
    if (graph_.process_of(actor) != process) return false;
  }
  for (std::size_t i = 0; i < world_.actors.size(); ++i) {
    auto const other = static_cast<ActorIndex>(i);
    if (other != process && graph_.is_process(other) && graph_.has_had(other, queue_)) return false;
  }
  bool const room = waits_for_room(victims.front());
  auto& finding =
      add(BugPattern::own_queue,
          fmt::format("{} is {}, and only {} itself has it", queue().name, room ? "full" : "empty", name(process)),
          victims);
  finding.cause = fmt::format("{} {}. {} was made by {}, and no other process has it: nobody else can {} it.",
                              names(victims), wait_words(victims.front()), queue().name,
                              queue().creator == nobody ? "it" : name(queue().creator), room ? "get from" : "put on");
  finding.remedy =
      "Make the queue before the process that is to use the other end is started, and let that one inherit it.";
  return true;
}

}  // namespace qs
