// The store ends after one end mark of each loader; a loader with nothing to load returns without one.
// expect: nothing-to-get
// says: store waits for more after 1 sentinel of rows | says: loader-1
// not: for each consumer
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <optional>
#include <string>
#include <vector>

int main() {
  mp::Queue<std::optional<int>> rows{{.name = "rows"}};
  mp::Process store{[&] {
                      for (int marks = 0; marks < 2;) marks += !rows.get().has_value();
                    },
                    {.name = "store"}};
  std::vector<mp::Process> loaders;
  for (int me = 0; me < 2; ++me) {
    loaders.emplace_back(
        [&, me] {
          rows.put(me);
          if (me == 1) return;
          rows.put(std::nullopt);
        },
        mp::ProcessOptions{.name = "loader-" + std::to_string(me)});
  }
  store.start();
  for (auto& loader : loaders) loader.start();
  for (auto& loader : loaders) loader.join();
  store.join();
}
