#include <mp/expect.hpp>
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

// Depth 2: client-1's request before client-2's, and client-2 takes the read lock of the replies before client-1.
// One preemption: client-1 between its request and its get.

namespace qs::scenarios::mixed_up_replies {

void program(Arguments const& arguments) {
  bool const fixed = arguments["fixed"] != 0;
  mp::SimpleQueue<int> requests{{.name = "requests"}};
  mp::SimpleQueue<int> replies{{.name = "replies"}}, others{{.name = "replies-2"}};
  auto const ask = [&](int client, mp::SimpleQueue<int>& mine) {
    requests.put(client);
    mp::expect(mine.get() == client, "the reply is for who asked");  // wrong: it is for whoever gets it first
  };
  mp::SimpleQueue<int>& second_replies = fixed ? others : replies;
  mp::Process first{[&] { ask(1, replies); }, {.name = "client-1"}};
  mp::Process second{[&] { ask(2, second_replies); }, {.name = "client-2"}};
  first.start();
  second.start();
  for (int request = 0; request < 2; ++request) {
    int const client = requests.get();
    (client == 1 ? replies : second_replies).put(client);
  }
  first.join();
  second.join();
}

Scenario scenario() {
  return {.name = "mixed-up-replies",
          .title = "Replies that go to the wrong client",
          .explanation =
              "Two clients wait for their replies on one queue, and a reply goes to whoever gets "
              "first, not to who asked first. Give each client a queue of its own for its replies.",
          .group = "Bugs that need a schedule",
          .parameters = {{"fixed", "1: each client has a queue of its own for its replies", 0, 1, 0}},
          .deadline_s = 3,
          .bug = Bug{.endings = {Ending::failed_expectation}, .depth = 2, .preemptions = 1},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::mixed_up_replies
