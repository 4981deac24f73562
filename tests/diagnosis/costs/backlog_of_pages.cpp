// The indexer begins when all pages have been put, and nothing bounds the queue.
// expect: backlog
// says: lay in pages, which has no bound | says: maxsize
// not: blocked
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <optional>
#include <string>

int main() {
  mp::Queue<std::optional<std::string>> pages{{.name = "pages"}};
  mp::Queue<int> begin{{.name = "begin"}};
  mp::Process indexer{[&] {
                        begin.get();
                        while (pages.get()) {
                        }
                      },
                      {.name = "indexer"}};
  indexer.start();
  std::string const page(1 << 20, 'x');
  for (int i = 0; i < 80; ++i) pages.put(page);
  begin.put(1);
  pages.put(std::nullopt);
  indexer.join();
}
