#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::unreliable_sizes {

/// Takes its time to become bytes, as a large object does.
struct Report {
  int number = 0;
  std::chrono::milliseconds effort{0};
};
void mp_encode(mp::Encoder& out, Report const& report) {
  mp::sleep_for(report.effort);
  out(report.number);
}
void mp_decode(mp::Decoder& in, Report& report) { in(report.number); }
void mp_preview(std::string& out, Report const& report) { out += "report " + std::to_string(report.number); }

void look_at(mp::Queue<Report> const& reports) {
  mp::note("qsize() is " + std::to_string(reports.qsize()) + ", empty() is " + (reports.empty() ? "True" : "False") +
           ", full() is " + (reports.full() ? "True" : "False"));
}

void program(Arguments const& arguments) {
  auto const effort = arguments.milliseconds("effort_ms");
  mp::Queue<Report> reports{{.maxsize = arguments["maxsize"], .name = "reports"}};
  for (int number = 1; number <= arguments["items"]; ++number) {
    reports.put({number, effort});
    look_at(reports);  // the slot is taken, and nothing is in the pipe yet
    mp::sleep_for(2 * effort);
    look_at(reports);  // now the feeder has written it
    reports.get();
    look_at(reports);
  }
}

Scenario scenario() {
  return {.name = "unreliable-sizes",
          .title = "qsize() is 1 and empty() is True",
          .explanation =
              "qsize and full count the slots that put takes, while empty looks into the pipe, which the "
              "feeder fills a moment later; no lock is taken for any of them. So right after a put the "
              "three disagree, and each of them is outdated as soon as another process runs.",
          .group = "Bounds and time",
          .parameters = {{"items", "reports that are put and got, one after the other", 1, 100, 4},
                         {"maxsize", "slots of the queue; 0: no bound", 0, 1000, 1},
                         {"effort_ms", "time a report takes to be serialised, in ms", 1, 1000, 100}},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::unreliable_sizes
