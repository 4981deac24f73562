// Two players each wait for the other's move before they make one.
// expect: circle-of-waits
// says: black and white wait for each other | says: has to put before it gets
// not: sentinel | not: nobody is left
#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::Queue<int> to_white{{.name = "to-white"}};
  mp::Queue<int> to_black{{.name = "to-black"}};
  auto play = [](mp::Queue<int>& in, mp::Queue<int>& out) {
    for (int move = 0; move < 3; ++move) {
      in.get();
      out.put(move);
    }
  };
  mp::Process black{[&] { play(to_black, to_white); }, {.name = "black"}};
  mp::Process white{[&] { play(to_white, to_black); }, {.name = "white"}};
  black.start();
  white.start();
  black.join();
  white.join();
}
