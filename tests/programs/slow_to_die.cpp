// slow_to_die: a daemon so large that the kernel takes a while to end it.
#include <vector>

#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::SimpleQueue<int> numbers{{.name = "numbers"}};
  mp::Process daemon{[&] {
                       std::vector<char> const large(std::size_t{256} << 20, 'x');
                       numbers.put(1);
                     },
                     {.name = "daemon", .daemon = true}};
  daemon.start();
  daemon.join();
}
