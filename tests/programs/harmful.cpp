// What students' programs do to the machine that grades them: harmful bomb|late-bomb|loop|output|memory|crash.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <mp/process.hpp>
#include <mp/queue.hpp>

namespace {

[[noreturn]] void fork_for_ever() {
  for (;;) {
    (void)!fork();
    setsid();  // out of any group or session that somebody might kill
  }
}

[[noreturn]] void use_memory() {
  constexpr std::size_t block = std::size_t{1} << 24, page = 4096;
  for (;;) {
    auto* const memory = static_cast<char volatile*>(std::malloc(block));
    for (std::size_t at = 0; memory != nullptr && at < block; at += page) memory[at] = 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string const what = argc > 1 ? argv[1] : "";
  if (what == "bomb") fork_for_ever();
  if (what == "memory") use_memory();
  for (unsigned long volatile number = 0; what == "loop";) number = number + 1;
  while (what == "output") std::puts("and on and on and on");

  mp::SimpleQueue<int> numbers{{.name = "numbers"}};
  mp::Process worker{[&] {
                       numbers.put(1);
                       if (what == "crash") std::raise(SIGSEGV);
                     },
                     {.name = "worker"}};
  worker.start();
  numbers.get();
  worker.join();
  if (what == "late-bomb") fork_for_ever();
  return 0;
}
