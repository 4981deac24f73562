// mistakes NAME: the known bug patterns, written differently from the scenarios. The diagnosis must recognise the
// pattern.
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <mp/process.hpp>
#include <mp/queue.hpp>

using namespace std::chrono_literals;

namespace {

using Numbers = mp::Queue<std::optional<int>>;

/// Two workers, results in small pieces, and the implicit join at the exit of main.
void join_before_drain() {
  mp::Queue<std::string> pieces{{.name = "pieces"}};
  auto const fill = [&] {
    for (int piece = 0; piece < 40; ++piece) pieces.put(std::string(4000, 'p'));
  };
  mp::Process one{fill, {.name = "painter"}}, other{fill, {.name = "drawer"}};
  one.start();
  other.start();
  pieces.get();
  std::exit(0);
}

/// A pipeline whose middle stage does not pass on the sentinel.
void missing_sentinel() {
  Numbers raw{{.name = "raw"}}, cooked{{.name = "cooked"}};
  mp::Process cook{[&] {
                     while (auto const number = raw.get()) cooked.put(*number + 1);
                   },
                   {.name = "cook"}};
  mp::Process guest{[&] {
                      while (cooked.get()) {
                      }
                    },
                    {.name = "guest"}};
  cook.start();
  guest.start();
  raw.put(1);
  raw.put(std::nullopt);
  cook.join();
  guest.join();
}

/// The worker does not call task_done for the item at which it throws.
void task_done_forgotten() {
  mp::JoinableQueue<std::string> letters{{.name = "letters"}};
  mp::Process clerk{[&] {
                      while (true) {
                        try {
                          if (letters.get() == "bad") throw mp::RuntimeError("cannot read it");
                          letters.task_done();
                        } catch (mp::RuntimeError const&) {
                        }
                      }
                    },
                    {.name = "clerk", .daemon = true}};
  clerk.start();
  for (auto const* letter : {"good", "bad", "good"}) letters.put(letter);
  mp::Process waiter{[&] { letters.join(); }, {.name = "waiter"}};
  waiter.start();
  waiter.join();
}

/// Nobody joins this queue, so nobody hangs.
void task_done_forgotten_unnoticed() {
  mp::JoinableQueue<int> orders{{.name = "orders"}};
  orders.put(1);
  orders.put(2);
  mp::Process waiter{[&] {
                       orders.get();
                       orders.get();
                       orders.task_done();
                     },
                     {.name = "waiter"}};
  waiter.start();
  waiter.join();
}

/// A reader is killed while it waits in get and holds the read lock.
void killed_lock_holder() {
  Numbers tickets{{.name = "tickets"}};
  std::vector<mp::Process> clerks;
  for (int number = 1; number <= 2; ++number) {
    clerks.emplace_back(
        [&] {
          while (tickets.get()) {
          }
        },
        mp::ProcessOptions{.name = number == 1 ? "early" : "late"});
    clerks.back().start();
    mp::sleep_for(100ms);  // the first one holds the read lock and waits, the second waits for the lock
  }
  clerks[0].kill();
  tickets.put(1);
  tickets.put(std::nullopt);
  clerks[1].join();
}

/// Two workers; the one that gets the stone dies by SIGKILL.
void killed_with_work() {
  mp::JoinableQueue<std::string> holes{{.name = "holes"}};
  auto const dig = [&] {
    while (true) {
      if (holes.get() == "stone") std::raise(SIGKILL);
      holes.task_done();
    }
  };
  mp::Process one{dig, {.name = "digger-1", .daemon = true}}, other{dig, {.name = "digger-2", .daemon = true}};
  one.start();
  other.start();
  for (auto const* hole : {"sand", "stone", "clay", "sand"}) holes.put(hole);
  holes.join();
}

struct Wish {
  int number = 0;
};
void mp_encode(mp::Encoder& out, Wish const& wish) {
  if (wish.number == 2) throw mp::NotSerialisable("cannot be written down");
  out(wish.number);
}
void mp_decode(mp::Decoder& in, Wish& wish) { in(wish.number); }
void mp_preview(std::string& out, Wish const& wish) { out += "wish " + std::to_string(wish.number); }

/// The child puts and joins, and main does the work.
void unserialisable_task() {
  mp::JoinableQueue<Wish> wishes{{.name = "wishes"}};
  mp::Process child{[&] {
                      for (int number = 1; number <= 3; ++number) wishes.put({number});
                      wishes.join();
                    },
                    {.name = "child"}};
  child.start();
  for (int count = 0; count < 2; ++count) {
    wishes.get();
    wishes.task_done();
  }
  child.join();
}

/// Nobody counts tasks, and nobody waits.
void unserialisable_item_unnoticed() {
  mp::Queue<Wish> wishes{{.name = "wishes"}};
  for (int number = 1; number <= 3; ++number) wishes.put({number});
  wishes.get();
  wishes.get();
}

/// Three philosophers and three forks: each holds the left fork.
void opposite_order() {
  std::vector<mp::Queue<int>> forks;
  mp::SimpleQueue<int> ready{{.name = "ready"}}, go{{.name = "go"}};
  for (auto const* fork : {"fork-a", "fork-b", "fork-c"}) {
    forks.emplace_back(mp::QueueOptions{.name = fork});
    forks.back().put(1);
  }
  std::vector<mp::Process> philosophers;
  for (std::size_t place = 0; place < 3; ++place) {
    philosophers.emplace_back(
        [&, place] {
          forks[place].get();
          ready.put(1);
          go.get();
          forks[(place + 1) % 3].get();
        },
        mp::ProcessOptions{.name = "philosopher-" + std::to_string(place + 1)});
    philosophers.back().start();
  }
  for (int count = 0; count < 3; ++count) ready.get();
  for (int count = 0; count < 3; ++count) go.put(1);
  for (auto& philosopher : philosophers) philosopher.join();
}

/// Daemon consumers: the one without a sentinel is terminated at the end, so nobody hangs.
void sentinel_missing_unnoticed() {
  Numbers plates{{.name = "plates"}};
  mp::SimpleQueue<int> washed{{.name = "washed"}};
  auto const wash = [&] {
    while (plates.get()) {
    }
    washed.put(1);
  };
  mp::Process one{wash, {.name = "washer-1", .daemon = true}}, other{wash, {.name = "washer-2", .daemon = true}};
  one.start();
  other.start();
  plates.put(1);
  plates.put(std::nullopt);
  washed.get();
  mp::sleep_for(50ms);  // until the other one waits in get
}

/// The parcel arrives between empty() and the wait, and nobody rings the bell for it.
void lost_wake_up() {
  Numbers parcels{{.name = "parcels"}};
  mp::SimpleQueue<int> bell{{.name = "bell"}}, looked{{.name = "looked"}}, brought{{.name = "brought"}};
  mp::Process sleeper{[&] {
                        bool const nothing = parcels.empty();
                        looked.put(1);
                        brought.get();
                        if (nothing) bell.get();
                        parcels.get();
                      },
                      {.name = "sleeper"}};
  sleeper.start();
  looked.get();
  parcels.put(1);
  brought.put(1);
  sleeper.join();
}

/// Both waiters see the same item.
void check_then_act() {
  mp::SimpleQueue<int> plates{{.name = "plates"}}, seen{{.name = "seen"}}, go{{.name = "go"}};
  auto const serve = [&] {
    bool const nothing = plates.empty();
    seen.put(1);
    go.get();
    if (!nothing) plates.get();
  };
  plates.put(1);
  mp::Process one{serve, {.name = "henri"}}, other{serve, {.name = "jules"}};
  one.start();
  other.start();
  seen.get();
  seen.get();
  go.put(1);
  go.put(1);
  one.join();
  other.join();
}

/// The sentinel is put before the writer's last line.
void sentinel_overtaken() {
  Numbers lines{{.name = "lines"}};
  mp::SimpleQueue<int> closed{{.name = "closed"}};
  mp::Process writer{[&] {
                       closed.get();
                       lines.put(7);
                     },
                     {.name = "writer"}};
  mp::Process printer{[&] {
                        while (lines.get()) {
                        }
                        closed.put(1);
                      },
                      {.name = "printer"}};
  writer.start();
  printer.start();
  lines.put(std::nullopt);
  printer.join();
  writer.join();
}

/// The consumer stops one item too early.
void items_left() {
  mp::Queue<std::string> words{{.name = "words"}};
  mp::Process speaker{[&] {
                        for (auto const* word : {"to", "be", "or"}) words.put(word);
                      },
                      {.name = "speaker"}};
  speaker.start();
  words.get();
  words.get();
  speaker.join();
}

}  // namespace

int main(int argc, char** argv) {
  struct Program {
    char const* name;
    void (*run)();
  };
  constexpr Program programs[] = {
      {"join-before-drain", join_before_drain},
      {"missing-sentinel", missing_sentinel},
      {"task-done-forgotten", task_done_forgotten},
      {"task-done-forgotten-unnoticed", task_done_forgotten_unnoticed},
      {"killed-lock-holder", killed_lock_holder},
      {"killed-with-work", killed_with_work},
      {"unserialisable-task", unserialisable_task},
      {"unserialisable-item-unnoticed", unserialisable_item_unnoticed},
      {"opposite-order", opposite_order},
      {"sentinel-missing-unnoticed", sentinel_missing_unnoticed},
      {"lost-wake-up", lost_wake_up},
      {"check-then-act", check_then_act},
      {"sentinel-overtaken", sentinel_overtaken},
      {"items-left", items_left},
  };
  for (auto const& program : programs) {
    if (argc != 2 || std::strcmp(argv[1], program.name) != 0) continue;
    program.run();
    return 0;
  }
  return 2;
}
