// Two callers share the queue of the answers: the impatient one takes the other's answer for its own.
// expect: reply-taken
// says: impatient got "42 for patient" from answers | says: a queue of its own
// not: sentinel
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <chrono>
#include <string>

int main() {
  mp::Queue<std::string> questions{{.name = "questions"}};
  mp::Queue<std::string> answers{{.name = "answers"}};
  mp::Process oracle{[&] {
                       for (;;) answers.put("42 for " + questions.get());
                     },
                     {.name = "oracle"}};
  mp::Process patient{[&] {
                        mp::sleep_for(std::chrono::milliseconds(100));
                        questions.put("patient");
                        mp::sleep_for(std::chrono::milliseconds(100));
                        while (answers.get() != "42 for patient") {
                        }
                      },
                      {.name = "patient"}};
  mp::Process impatient{[&] {
                          questions.put("impatient");
                          answers.get();
                          while (answers.get() != "42 for impatient") {
                          }
                        },
                        {.name = "impatient"}};
  oracle.start();
  patient.start();
  impatient.start();
  patient.join();
  impatient.join();
  oracle.terminate();
}
