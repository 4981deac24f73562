#include <mp/expect.hpp>
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

// Depth 2: the first part of sender-1 before the second of sender-2, and the first of sender-2 before the second
// of sender-1. One preemption: a sender between its puts.

namespace qs::scenarios::message_in_two_parts {

using Letters = mp::SimpleQueue<int>;

void send(Letters& letters, int sender, bool fixed) {
  if (fixed) {
    letters.put(11 * sender);
  } else {
    letters.put(10 * sender);  // wrong: the other sender's parts may come in between
    letters.put(sender);
  }
}

int receive(Letters& letters, bool fixed) {
  if (fixed) return letters.get();
  int const tens = letters.get();
  return tens + letters.get();
}

void program(Arguments const& arguments) {
  bool const fixed = arguments["fixed"] != 0;
  Letters letters{{.name = "letters"}};
  mp::Process first{[&] { send(letters, 1, fixed); }, {.name = "sender-1"}};
  mp::Process second{[&] { send(letters, 2, fixed); }, {.name = "sender-2"}};
  first.start();
  second.start();
  int const one = receive(letters, fixed), other = receive(letters, fixed);
  first.join();
  second.join();
  mp::expect(one % 11 == 0 && other % 11 == 0, "the parts of a letter belong together");
}

Scenario scenario() {
  return {.name = "message-in-two-parts",
          .title = "A message in two parts",
          .explanation =
              "Two senders put their letters in two parts each, and a part of one may come between "
              "the parts of the other: the receiver puts together what does not belong together. Put "
              "what belongs together as one item.",
          .group = "Bugs that need a schedule",
          .parameters = {{"fixed", "1: a letter is one item", 0, 1, 0}},
          .deadline_s = 3,
          .bug = Bug{.endings = {Ending::failed_expectation}, .depth = 2, .preemptions = 1},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::message_in_two_parts
