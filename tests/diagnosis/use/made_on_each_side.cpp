// Sender and receiver each make "the" queue by its name.
// expect: two-queues-of-one-name
// says: two queues called mailbox | says: sender put 3 items | says: let them inherit it
// not: Who could put: main | not: sentinel
#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::Process receiver{[] {
                         mp::Queue<int> mailbox{{.name = "mailbox"}};
                         for (int i = 0; i < 3; ++i) mailbox.get();
                       },
                       {.name = "receiver"}};
  mp::Process sender{[] {
                       mp::Queue<int> mailbox{{.name = "mailbox"}};
                       for (int i = 0; i < 3; ++i) mailbox.put(i);
                     },
                     {.name = "sender"}};
  receiver.start();
  sender.start();
  sender.join();
  receiver.join();
}
