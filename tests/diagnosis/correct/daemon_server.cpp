// Correct: a daemon serves until main ends.
// expect: nothing
#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::Queue<int> questions{{.name = "questions"}};
  mp::Queue<int> answers{{.name = "answers"}};
  mp::Process server{[&] {
                       for (;;) answers.put(questions.get() + 1);
                     },
                     {.name = "server", .daemon = true}};
  server.start();
  for (int i = 0; i < 5; ++i) {
    questions.put(i);
    answers.get();
  }
}
