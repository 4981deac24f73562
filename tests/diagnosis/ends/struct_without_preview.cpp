// The worker dies with an item that shows nothing of itself.
// expect: abnormal-death
// says: with item 2 of main in hand | says: mp_preview
// not: <8 bytes>
#include <csignal>
#include <mp/process.hpp>
#include <mp/queue.hpp>

class Job {
 public:
  Job() = default;
  Job(int number, int size) : number_(number), size_(size) {}
  int number() const { return number_; }

 private:
  int number_ = 0, size_ = 0;
};
template <>
inline constexpr bool mp::bytewise<Job> = true;

int main() {
  mp::JoinableQueue<Job> jobs{{.name = "jobs"}};
  mp::Process worker{[&] {
                       for (;;) {
                         if (jobs.get().number() == 2) std::raise(SIGFPE);
                         jobs.task_done();
                       }
                     },
                     {.name = "worker"}};
  worker.start();
  for (int i = 1; i <= 3; ++i) jobs.put(Job(i, i));
  jobs.join();
}
