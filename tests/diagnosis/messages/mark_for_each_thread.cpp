// A process gets with two threads, and only one end mark is put.
// expect: nothing-to-get
// says: too few sentinels: 1 for 2 consumers | says: 2 in crawler | says: each thread
// not: goes on
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <chrono>
#include <optional>
#include <thread>

int main() {
  mp::Queue<std::optional<int>> pages{{.name = "pages"}};
  mp::Process crawler{[&] {
                        auto crawl = [&] {
                          while (pages.get()) {
                          }
                        };
                        std::jthread one(crawl), two(crawl);
                      },
                      {.name = "crawler"}};
  crawler.start();
  mp::sleep_for(std::chrono::milliseconds(50));
  for (int page = 0; page < 10; ++page) pages.put(page);
  pages.put(std::nullopt);
  crawler.join();
}
