// The guarantee of Mechanism::hardened, at every instruction: a process is killed after the first, second, third, ...
// instruction of a call. The survivors must proceed, and may miss only what the guarantee allows.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "hardened/hardened_queue.hpp"
#include "tests/queue/hardened/single_step.hpp"
#include "tests/support/shared.hpp"

using namespace std::chrono_literals;
using mp::Block;
using mp::Mechanism;

namespace {

/// How many deaths to try per call, evenly spread over its instructions: QUEUESCOPE_DEATHS. 0: one at each instruction,
/// which takes hours for the longest call, because each death repeats all steps before it.
int deaths_wanted() {
  char const* const chosen = std::getenv("QUEUESCOPE_DEATHS");
  if (chosen != nullptr) return std::max(0, std::atoi(chosen));
#if defined(__SANITIZE_ADDRESS__)
  return 3;  // ten times as many instructions
#else
  return 20;
#endif
}

constexpr int all_of_it = 1'000'000'000;
tests::Shared<int> instructions_left;

void count_down(int) {
  if (--*instructions_left <= 0) kill(getpid(), SIGKILL);
}

/// Forks a process that runs `ready` and then `call`, and is killed after this many instructions of the call. Returns
/// false if the call ended before.
bool killed_in(std::function<void()> const& ready, std::function<void()> const& call, int instructions) {
  pid_t const victim = fork();
  REQUIRE(victim >= 0);
  if (victim == 0) {
    ready();
    *instructions_left = instructions;
    std::signal(SIGTRAP, count_down);
    tests::trap_each_instruction();
    call();
    tests::trap_no_more();
    _exit(0);
  }
  int status = 0;
  waitpid(victim, &status, 0);
  if (WIFEXITED(status)) CHECK(WEXITSTATUS(status) == 0);
  return WIFSIGNALED(status);
}

void nothing() {}

/// Calls `survive` after a death at each instruction of a call, or at a sample of them.
void at_every_instruction(std::function<void()> const& prepare, std::function<void()> const& ready,
                          std::function<void()> const& call, std::function<void()> const& survive,
                          int most = all_of_it) {
  prepare();
  killed_in(ready, call, all_of_it);
  int const length = std::min(most, all_of_it - *instructions_left);
  survive();
  int const stride = deaths_wanted() == 0 ? 1 : std::max(1, length / deaths_wanted());
  int deaths = 0;
  for (int instructions = 1; instructions < length; instructions += stride) {
    CAPTURE(instructions);
    prepare();
    deaths += killed_in(ready, call, instructions);
    survive();
  }
  CHECK(deaths >= std::min(length, deaths_wanted()) / 2);
  MESSAGE(deaths << " deaths over " << length << " instructions");
}

/// Gets all items that are there now.
template <typename Queue>
std::vector<std::string> rest(Queue& queue) {
  std::vector<std::string> items;
  try {
    for (;;) items.push_back(queue.get_nowait());
  } catch (mp::Empty const&) {
    return items;
  }
}

using Items = std::vector<std::string>;

mp::QueueOptions survivor(bool redeliver = false, int maxsize = 0) {
  return {.maxsize = maxsize, .mechanism = Mechanism::hardened, .redeliver = redeliver};
}

std::string const item_over_the_end(200, 'o');

/// A new queue whose next item begins 32 bytes before the end of a segment.
template <typename Queue>
void renew(std::optional<Queue>& queue, mp::QueueOptions const& options) {
  queue.emplace(options);
  queue->put(std::string(65'536 - 64 - 16 - 4 - 32 + 16, 'f'));
  static_cast<void>(queue->get());
  if constexpr (requires { queue->task_done(); }) queue->task_done();
}

}  // namespace

TEST_CASE("killed at every instruction of put: the item is in the queue completely or not at all") {
  for (std::string const& item : {std::string("new"), item_over_the_end}) {
    std::optional<mp::Queue<std::string>> queue;
    at_every_instruction(
        [&] {
          renew(queue, survivor(false, 3));
          queue->put("old");
        },
        nothing, [&] { queue->put(item); },
        [&] {
          queue->put("later", Block::yes, 10s);
          Items const items = rest(*queue);
          CHECK((items == Items{"old", "later"} || items == Items{"old", item, "later"}));
          CHECK(queue->qsize() == 0);
        });
  }
}

TEST_CASE("killed at every instruction of get: at most the item that it took is lost") {
  for (std::string const& item : {std::string("first"), item_over_the_end}) {
    std::optional<mp::Queue<std::string>> queue;
    at_every_instruction(
        [&] {
          renew(queue, survivor(false, 3));
          queue->put(item);
          queue->put("second");
        },
        nothing, [&] { queue->get(); },
        [&] {
          queue->put("third", Block::yes, 10s);
          Items const items = rest(*queue);
          CHECK((items == Items{item, "second", "third"} || items == Items{"second", "third"}));
        });
  }
}

TEST_CASE("killed at every instruction of a waiting get: no item is lost") {
  mp::Queue<std::string> queue{survivor()};
  at_every_instruction(
      nothing, nothing, [&] { CHECK_THROWS_AS(queue.get(Block::yes, 1ms), mp::Empty); },
      [&] {
        queue.put("here");
        CHECK(queue.get(Block::yes, 10s) == "here");
      },
      5000);  // after these, the exception is thrown
}

TEST_CASE("killed at every instruction of a task's get: join returns, and names the lost task") {
  mp::JoinableQueue<std::string> queue{survivor()};
  for (bool is_first : {true, false}) {  // the first get of a process opens its page
    CAPTURE(is_first);
    at_every_instruction(
        [&] {
          if (!is_first) queue.put("before");
          queue.put("first");
          queue.put("second");
        },
        [&] {
          if (is_first) return;
          queue.get();
          queue.task_done();
        },
        [&] { queue.get(); },
        [&] {
          Items const items = rest(queue);
          for (std::size_t task = 0; task < items.size(); ++task) queue.task_done();
          Items lost;
          try {
            queue.join();
          } catch (mp::TasksLost const& error) {
            for (auto const& task : error.tasks()) lost.push_back(task.item);
          }
          bool const kept = items == Items{"first", "second"} && lost.empty();
          bool const missed = items == Items{"second"} && lost == Items{"\"first\""};
          CHECK((kept || missed));
        });
  }
}

TEST_CASE("killed at every instruction of task_done: join returns, and the task is done or redelivered") {
  for (bool redeliver : {false, true}) {
    CAPTURE(redeliver);
    std::optional<mp::JoinableQueue<std::string>> queue;
    int again = 0;
    at_every_instruction(
        [&] {
          renew(queue, survivor(redeliver));
          queue->put(item_over_the_end);
        },
        [&] { queue->get(); }, [&] { queue->task_done(); },
        [&] {
          if (redeliver) {
            queue->put(std::string(140'000, 'z'));  // more than the free memory
            Items items;
            try {
              for (;;) {  // an empty queue makes get look for dead processes
                items.push_back(queue->get_nowait());
                queue->task_done();
              }
            } catch (mp::Empty const&) {
            }
            CHECK(items.front() == std::string(140'000, 'z'));
            CHECK((items.size() == 1 || items[1] == item_over_the_end));
          }
          std::size_t lost = 0;
          try {
            queue->join();
          } catch (mp::TasksLost const& error) {
            lost = error.tasks().size();
          }
          if (redeliver && queue->redelivered()) ++again;
          CHECK(lost <= (redeliver ? 0 : 1));
          queue->join();
        });
    CHECK((again > 0) == redeliver);
  }
}

TEST_CASE("killed at every instruction of a get with redelivery: another process gets the task") {
  for (bool is_first : {true, false}) {
    CAPTURE(is_first);
    std::optional<mp::JoinableQueue<std::string>> queue;
    at_every_instruction(
        [&] {
          renew(queue, survivor(true));
          if (!is_first) queue->put("before");
          queue->put(item_over_the_end);
        },
        [&] {
          if (is_first) return;
          queue->get();
          queue->task_done();
        },
        [&] { queue->get(); },
        [&] {
          CHECK(queue->get(Block::yes, 10s) == item_over_the_end);
          queue->task_done();
          queue->join();
          CHECK(queue->empty());
        });
  }
}

TEST_CASE("killed at every instruction of a repair: the next process repairs") {
  std::optional<mp::JoinableQueue<std::string>> queue;
  at_every_instruction(
      [&] {
        renew(queue, survivor(true));
        queue->put(item_over_the_end);
        queue->put("second");
        killed_in(
            nothing, [&] { queue->get(); }, 1'000'000);  // it dies holding the first task
      },
      nothing,
      [&] {
        CHECK(queue->get() == item_over_the_end);  // settles the tasks of the dead process
        queue->put("third");                       // and recovers its memory
      },
      [&] {
        Items items;
        try {
          for (;;) {
            items.push_back(queue->get_nowait());
            queue->task_done();
          }
        } catch (mp::Empty const&) {
        }
        std::sort(items.begin(), items.end());
        CHECK((items == Items{item_over_the_end, "second"} || items == Items{item_over_the_end, "second", "third"}));
        queue->join();
      });
}

TEST_CASE("killed hundreds of times: no segment leaks") {
  mp::Queue<std::string> queue{survivor()};
  std::string const quarter(16'000, 'q');
  for (int death = 0; death < 10 * deaths_wanted(); ++death) {
    killed_in(
        nothing, [&] { queue.put(quarter); }, 400 + death);
    killed_in(
        nothing, [&] { queue.get_nowait(); }, 400 + death);
    queue.put(quarter);
    rest(queue);
  }
  auto const& shared = dynamic_cast<mp::detail::HardenedQueue const&>(queue.bytes());
  CHECK(shared.segments_used() < 8);
}
