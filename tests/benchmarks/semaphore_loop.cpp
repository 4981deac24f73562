#include "semaphore_loop.hpp"

#include <arpa/inet.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

namespace benchmarks {

namespace {

struct Locks {
  sem_t slots, read_lock, write_lock;
};

Locks& shared_locks() {
  void* const memory = mmap(nullptr, sizeof(Locks), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  auto* const locks = new (memory) Locks;
  sem_init(&locks->slots, 1, 2147483647);
  sem_init(&locks->read_lock, 1, 1);
  sem_init(&locks->write_lock, 1, 1);
  return *locks;
}

void read_all(int from, char* to, std::size_t count) {
  while (count != 0) {
    ssize_t const got = read(from, to, count);
    if (got <= 0) throw std::runtime_error("the pipe ended");
    to += got;
    count -= static_cast<std::size_t>(got);
  }
}

void receive(Locks& locks, int from, std::vector<char>& body) {
  std::uint32_t size = 0;
  sem_wait(&locks.read_lock);
  read_all(from, reinterpret_cast<char*>(&size), sizeof size);
  body.resize(ntohl(size));
  read_all(from, body.data(), body.size());
  sem_post(&locks.read_lock);
  sem_post(&locks.slots);
}

[[noreturn]] void produce(Locks& locks, int to, std::size_t size, int count) {
  auto const header = htonl(static_cast<std::uint32_t>(size));
  std::string message(reinterpret_cast<char const*>(&header), sizeof header);
  message.append(size, 'x');
  for (int sent = 0; sent < count; ++sent) {
    sem_wait(&locks.slots);
    sem_wait(&locks.write_lock);
    if (write(to, message.data(), message.size()) != static_cast<ssize_t>(message.size())) _exit(1);
    sem_post(&locks.write_lock);
  }
  _exit(0);
}

}  // namespace

double semaphore_loop(std::size_t size, int count) {
  Locks& locks = shared_locks();
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  pid_t const child = fork();
  if (child == 0) produce(locks, ends[1], size, count);
  std::vector<char> body;
  receive(locks, ends[0], body);
  auto const start = std::chrono::steady_clock::now();
  for (int got = 1; got < count; ++got) receive(locks, ends[0], body);
  std::chrono::duration<double> const elapsed = std::chrono::steady_clock::now() - start;
  waitpid(child, nullptr, 0);
  close(ends[0]);
  close(ends[1]);
  munmap(&locks, sizeof locks);
  return elapsed.count() * count / (count - 1);
}

}  // namespace benchmarks
