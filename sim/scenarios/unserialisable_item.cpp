#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::unserialisable_item {

struct Job {
  int number = 0;
  bool has_open_file = false;  ///< which no other process could use
};
void mp_encode(mp::Encoder& out, Job const& job) {
  if (job.has_open_file) throw mp::NotSerialisable("cannot serialise a job with an open file");
  out(job.number);
}
void mp_decode(mp::Decoder& in, Job& job) { in(job.number); }
void mp_preview(std::string& out, Job const& job) { out += "job " + std::to_string(job.number); }

void consume(mp::JoinableQueue<Job>& jobs, std::chrono::milliseconds work) {
  while (true) {
    jobs.get();
    mp::sleep_for(work);
    jobs.task_done();
  }
}

void program(Arguments const& arguments) {
  mp::JoinableQueue<Job> jobs{{.maxsize = arguments["maxsize"], .name = "jobs"}};
  mp::Process consumer{[&] { consume(jobs, arguments.milliseconds("work_ms")); }, {.name = "consumer", .daemon = true}};
  consumer.start();

  for (int number = 1; number <= arguments["items"]; ++number) {
    jobs.put({number, number == arguments["broken"]});  // never throws: the feeder serialises, later
  }
  jobs.join();
}

Scenario scenario() {
  return {.name = "unserialisable-item",
          .title = "An item that cannot become bytes",
          .explanation =
              "put succeeds, because the feeder serialises the item later; it fails there, prints a report, "
              "gives the slot back and drops the item. The count of unfinished tasks is not taken back, so "
              "join waits for a task that nobody will ever get.",
          .group = "Tasks",
          .parameters = {{"items", "jobs that the main process puts", 1, 1000, 6},
                         {"broken", "the job that cannot be serialised; 0: none", 0, 1000, 3},
                         {"maxsize", "slots of the queue; 0: no bound", 0, 1000, 2},
                         {"work_ms", "time the consumer takes for a job, in ms", 0, 1000, 150}},
          .deadline_s = 2,
          .hangs = true,
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::unserialisable_item
