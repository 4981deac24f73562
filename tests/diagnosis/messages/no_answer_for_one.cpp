// A filter answers only what passes it; main counts on an answer for each.
// expect: request-unanswered
// says: filter got "spam" from mails and put nothing on kept for it | says: for every item
// not: sentinel | not: nobody is left
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <string>

int main() {
  mp::Queue<std::string> mails{{.name = "mails"}};
  mp::Queue<std::string> kept{{.name = "kept"}};
  mp::Process filter{[&] {
                       for (;;) {
                         auto const mail = mails.get();
                         if (mail == "spam") continue;
                         kept.put(mail);
                       }
                     },
                     {.name = "filter"}};
  filter.start();
  for (char const* mail : {"hello", "spam", "bye"}) mails.put(mail);
  for (int i = 0; i < 3; ++i) kept.get();
  filter.terminate();
}
