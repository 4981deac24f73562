// One pill goes round, and the second of three consumers forgets to put it back.
// expect: nothing-to-get
// says: second took the sentinel of work and did not put it back | says: Let second put the sentinel back
// not: one sentinel for each
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <chrono>
#include <optional>

int main() {
  mp::Queue<std::optional<int>> work{{.name = "work"}};
  auto consume = [&](int wait, bool hands_on) {
    mp::sleep_for(std::chrono::milliseconds(wait));
    while (work.get()) {
    }
    if (hands_on) work.put(std::nullopt);
  };
  mp::Process first{[&] { consume(0, true); }, {.name = "first"}};
  mp::Process second{[&] { consume(100, false); }, {.name = "second"}};
  mp::Process third{[&] { consume(200, true); }, {.name = "third"}};
  first.start();
  second.start();
  third.start();
  work.put(1);
  work.put(std::nullopt);
  first.join();
  second.join();
  third.join();
}
