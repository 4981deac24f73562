// A pool that ends by itself: each finder says when it is done, the workers' loops end after the last one, and the main
// process waits for results and processes at the same time.
//
//     queuescope record -o thumbnails.qtrace -- example-thumbnails
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include <mp/process.hpp>
#include <mp/queue.hpp>
#include <mp/wait.hpp>

using namespace std::chrono_literals;

namespace {

struct Picture {  // an aggregate needs no codec of its own
  std::string name;
  int width = 0, height = 0;
};

using Pictures = mp::Queue<Picture>;

void find(Pictures const& pictures, int folder) {
  for (int number = 0; number < 5; ++number) {
    pictures.put({"picture-" + std::to_string(folder) + "-" + std::to_string(number), 100 * number, 80});
  }
  pictures.done();
}

void scale(Pictures const& pictures, mp::Queue<std::string> const& results) {
  for (Picture const& picture : pictures.until_closed()) {
    results.put(picture.name + ": " + std::to_string(picture.width / 10) + " x " + std::to_string(picture.height / 10));
  }
  results.done();
}

}  // namespace

int main() {
  constexpr int finders = 2, workers = 3;
  Pictures const pictures{
      {.maxsize = 4, .mechanism = mp::Mechanism::hardened, .name = "pictures", .producers = finders}};
  mp::Queue<std::string> const results{{.mechanism = mp::Mechanism::hardened, .name = "results", .producers = workers}};
  std::vector<mp::JoiningProcess> processes;
  for (int folder = 0; folder < finders; ++folder) {
    processes.emplace_back([&, folder] { find(pictures, folder); }, mp::ProcessOptions{.name = "finder"});
  }
  for (int number = 0; number < workers; ++number) {
    processes.emplace_back([&] { scale(pictures, results); }, mp::ProcessOptions{.name = "worker"});
  }
  std::size_t count = 0;
  for (bool open = true; open;) {
    if (mp::wait({results}, 10s).empty()) {
      std::cerr << "no result for 10 seconds\n";
      return 1;
    }
    try {
      while (auto const line = results.try_get()) {
        std::cout << *line << '\n';
        ++count;
      }
    } catch (mp::ShutDown const&) {
      open = false;  // all workers have called done()
    }
  }
  return count == 10 ? 0 : 1;
}
