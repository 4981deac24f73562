// The adder counts three times -1, one of each sensor; a sensor that is switched off returns without it.
// expect: nothing-to-get
// says: adder waits for more after 2 sentinels of samples | says: sensor-1 | says: -1 is the sentinel
// not: for each consumer
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <string>
#include <vector>

int main() {
  mp::Queue<int> samples{{.name = "samples"}};
  mp::Process adder{[&] {
                      for (int ended = 0; ended < 3;) ended += samples.get() == -1;
                    },
                    {.name = "adder"}};
  std::vector<mp::Process> sensors;
  for (int me = 0; me < 3; ++me) {
    sensors.emplace_back(
        [&, me] {
          for (int i = 0; i < 4; ++i) samples.put(10 * me + i);
          if (me != 1) samples.put(-1);
        },
        mp::ProcessOptions{.name = "sensor-" + std::to_string(me)});
  }
  adder.start();
  for (auto& sensor : sensors) sensor.start();
  for (auto& sensor : sensors) sensor.join();
  adder.join();
}
