// The server asks the client back before it answers; the client waits for the answer and does not listen.
// expect: circle-of-waits
// says: wait for each other | says: client waits in get on answers | says: server waits in get on details
// not: nobody is left | not: sentinel
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <string>

int main() {
  mp::Queue<std::string> requests{{.name = "requests"}};
  mp::Queue<std::string> answers{{.name = "answers"}};
  mp::Queue<std::string> questions{{.name = "questions"}};
  mp::Queue<std::string> details{{.name = "details"}};
  mp::Process server{[&] {
                       for (int i = 0; i < 2; ++i) {
                         auto request = requests.get();
                         if (i == 1) {
                           questions.put("which one?");
                           request += details.get();
                         }
                         answers.put(request + "!");
                       }
                     },
                     {.name = "server"}};
  mp::Process client{[&] {
                       for (int i = 0; i < 2; ++i) {
                         requests.put("request " + std::to_string(i));
                         answers.get();
                       }
                       questions.get();
                       details.put("this one");
                     },
                     {.name = "client"}};
  server.start();
  client.start();
  client.join();
  server.join();
}
