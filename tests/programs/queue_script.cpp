// Runs a list of queue operations on this library's queues and prints one line for the outcome of each.
// tests/cpython/interpret.py does the same with CPython's; tests/cpython/README.md describes the language.
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <mp/process.hpp>
#include <mp/queue.hpp>

namespace {

using namespace std::chrono_literals;
using mp::trace::Resource;
using Words = std::vector<std::string>;

constexpr auto longest_wait = 10s;  // until an event that must come is given up
constexpr auto still = 20ms;        // until the last event has been recorded
constexpr auto a_while = 150ms;     // after which a process that has not ended is taken to hang

/// An item as the bytes of its CPython pickle, or an item that cannot be serialised.
struct Pickled {
  std::string bytes;
  bool broken = false;
};
void mp_encode(mp::Encoder& out, Pickled const& item) {
  if (item.broken) throw mp::NotSerialisable("cannot be serialised");
  out.bytes(item.bytes.data(), item.bytes.size());
}
[[maybe_unused]] void mp_decode(mp::Decoder&, Pickled&) {}
void mp_preview(std::string& out, Pickled const& item) { out += std::to_string(item.bytes.size()) + " bytes"; }

std::string hex(std::string const& bytes) {
  std::string out;
  for (char const byte : bytes) {
    constexpr char digits[] = "0123456789abcdef";
    out += digits[static_cast<unsigned char>(byte) >> 4];
    out += digits[static_cast<unsigned char>(byte) & 15];
  }
  return out;
}
std::string unhex(std::string_view digits) {
  std::string out;
  for (; digits.size() >= 2; digits.remove_prefix(2)) {
    out += static_cast<char>(std::stoi(std::string(digits.substr(0, 2)), nullptr, 16));
  }
  return out;
}
Pickled item_of(std::string const& word) {
  return word == "broken" ? Pickled{{}, true} : Pickled{unhex(std::string_view(word).substr(1)), false};
}
std::string truth(bool value) { return value ? "True" : "False"; }

Words split(std::string const& line) {
  std::istringstream in(line);
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::string read_line(int descriptor) {
  std::string line;
  for (char letter = 0; read(descriptor, &letter, 1) == 1 && letter != '\n';) line += letter;
  return line;
}
void write_line(int descriptor, std::string line) {
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    ssize_t const wrote = write(descriptor, rest.data(), rest.size());
    if (wrote > 0) rest.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

std::map<std::string, Resource> const semaphores{{"read_lock", Resource::read_lock},
                                                 {"write_lock", Resource::write_lock},
                                                 {"slot", Resource::slot},
                                                 {"unfinished", Resource::unfinished},
                                                 {"condition_lock", Resource::condition_lock},
                                                 {"sleeping", Resource::sleeping},
                                                 {"woken_joiner", Resource::woken_joiner},
                                                 {"barrier", Resource::barrier}};

/// A process that executes the commands sent to it.
class Child {
 public:
  Child(std::function<std::string(Words const&)> outcome) {
    int to_child[2], from_child[2];
    if (pipe(to_child) != 0 || pipe(from_child) != 0) throw mp::OSError("pipe");
    commands_ = to_child[1];
    answers_ = from_child[0];
    process_ =
        std::make_unique<mp::Process>([commands = to_child[0], answers = from_child[1], outcome = std::move(outcome)] {
          for (std::string line = read_line(commands); !line.empty() && line != "exit"; line = read_line(commands)) {
            write_line(answers, outcome(split(line)));
          }
        });
    process_->start();
  }

  void tell(Words const& words) {
    std::string line;
    for (auto const& word : words) line += (line.empty() ? "" : " ") + word;
    write_line(commands_, line);
  }
  std::string operation(Words const& words) {
    if (words[0] == "blocked") {
      std::this_thread::sleep_for(a_while);
      return truth(process_->is_alive());
    }
    if (words[0] == "kill") process_->kill();
    if (words[0] == "kill" || words[0] == "joined") {
      process_->join();
      return std::to_string(*process_->exitcode());
    }
    if (words[0] != "answer") tell(words);
    return read_line(answers_);
  }

 private:
  int commands_ = -1, answers_ = -1;
  std::unique_ptr<mp::Process> process_;
};

template <typename Queue>
class Script {
 public:
  explicit Script(int maxsize) : queue_({.maxsize = maxsize, .name = "jobs"}) {
    if constexpr (buffered) {
      queue_.on_feeder_error([this](std::exception_ptr, Pickled const&) { ++errors_; });
    }
  }

  std::string line(Words words) {
    if (words[0] == "start") {
      children_.emplace(words[1], std::make_unique<Child>([this](Words const& told) { return outcome(told); }));
      return "ok";
    }
    bool const in_background = words[0].back() == '&';
    auto const child = children_.find(in_background ? words[0].substr(0, words[0].size() - 1) : words[0]);
    if (child == children_.end()) return outcome(words);
    words.erase(words.begin());
    if (!in_background) return child->second->operation(words);
    child->second->tell(words);
    return "told";
  }
  void kill_children() {
    for (auto const& [name, child] : children_) child->operation({"kill"});
  }

 private:
  static constexpr bool buffered = requires(Queue & queue) { queue.qsize(); };
  static constexpr bool joinable = requires(Queue & queue) { queue.task_done(); };

  std::string outcome(Words const& words) {
    try {
      return operation(words);
    } catch (mp::Empty const&) {
      return "Empty";
    } catch (mp::Full const&) {
      return "Full";
    } catch (mp::Error const& error) {
      return std::string(error.kind()) + ": " + error.what();
    }
  }

  std::string operation(Words const& words) {
    auto const& name = words[0];
    if (name == "put") return put(item_of(words.at(1)), {words.begin() + 2, words.end()});
    if (name == "get") return get({words.begin() + 1, words.end()});
    if (name == "empty") return truth(queue_.empty());
    if (name == "close") return queue_.close(), "ok";
    if (name == "state") {
      std::this_thread::sleep_for(still);
      mp::note(compact_state());
      return "bytes=" + pipe_bytes() + state();
    }
    if (name == "errors") return await("errors", [&] { return errors_ == std::stoi(words.at(1)); });
    if (name == "settle") {
      return await("settle", [&] {
        return pipe_bytes() == words.at(1) &&
               std::to_string(queue_.bytes().semaphore(Resource::write_lock)) == words.at(2);
      });
    }
    if (name == "await") {
      return await(words.at(1),
                   [&] { return queue_.bytes().semaphore(semaphores.at(words.at(1))) == std::stoi(words.at(2)); });
    }
    if (name == "raw") {
      std::string bytes(static_cast<std::size_t>(std::stoi(words.at(1))), '\0');
      bytes.resize(static_cast<std::size_t>(read(queue_.bytes().reader(), bytes.data(), bytes.size())));
      return hex(bytes);
    }
    if constexpr (buffered) {
      if (name == "qsize") return std::to_string(queue_.qsize());
      if (name == "full") return truth(queue_.full());
      if (name == "join_thread") return queue_.join_thread(), "ok";
      if (name == "cancel_join_thread") return queue_.cancel_join_thread(), "ok";
    }
    if constexpr (joinable) {
      if (name == "task_done") return queue_.task_done(), "ok";
      if (name == "join") return queue_.join(), "ok";
    }
    return "there is no " + name;
  }

  std::string put(Pickled item, Words const& how) {
    if constexpr (buffered) {
      queue_.put(std::move(item), block(how), timeout(how));
    } else {
      queue_.put(std::move(item));
    }
    return "ok";
  }
  std::string get(Words const& how) {
    return "x" + hex(queue_.bytes().get(block(how), timeout(how), mp::SourceLocation::current()));
  }
  static mp::Block block(Words const& how) {
    return !how.empty() && how[0] == "nowait" ? mp::Block::no : mp::Block::yes;
  }
  static mp::Timeout timeout(Words const& how) {
    if (how.empty() || how[0] != "timeout") return {};
    return std::chrono::duration_cast<mp::Nanoseconds>(std::chrono::duration<double>(std::stod(how.at(1))));
  }

  std::string pipe_bytes() const {
    if (queue_.bytes().reader() < 0) return "closed";
    int count = 0;
    ioctl(queue_.bytes().reader(), FIONREAD, &count);
    return std::to_string(count);
  }
  static bool has(Resource resource) {
    return resource == Resource::read_lock || resource == Resource::write_lock ||
           (resource == Resource::slot ? buffered : joinable);
  }
  std::string state() const {
    std::string values;
    for (auto const& [name, resource] : semaphores) {
      if (has(resource)) values += " " + name + "=" + std::to_string(queue_.bytes().semaphore(resource));
    }
    return values;
  }
  /// The same in a form short enough for a note in a trace.
  std::string compact_state() const {
    std::string values = "kernel " + pipe_bytes();
    for (auto const resource : {Resource::slot, Resource::read_lock, Resource::write_lock, Resource::condition_lock,
                                Resource::unfinished, Resource::sleeping, Resource::woken_joiner, Resource::barrier}) {
      values += has(resource) ? " " + std::to_string(queue_.bytes().semaphore(resource)) : " -";
    }
    return values;
  }
  std::string await(std::string const& what, std::function<bool()> const& look) const {
    auto const end = std::chrono::steady_clock::now() + longest_wait;
    while (!look()) {
      if (std::chrono::steady_clock::now() > end) return what + " never came: " + pipe_bytes() + " bytes," + state();
      std::this_thread::sleep_for(500us);
    }
    return "ok";
  }

  Queue queue_;
  std::atomic<int> errors_{0};
  std::map<std::string, std::unique_ptr<Child>> children_;
};

template <typename Queue>
void run(int maxsize) {
  Script<Queue> script(maxsize);
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "finish") {
      std::cout << "finishing" << std::endl;
      return;
    }
    std::cout << script.line(split(line)) << std::endl;
  }
  script.kill_children();
  _exit(0);
}

}  // namespace

int main() {
  std::string line;
  std::getline(std::cin, line);
  Words const words = split(line);
  int const maxsize = std::stoi(words.at(2));
  if (words.at(1) == "SimpleQueue") run<mp::SimpleQueue<Pickled>>(maxsize);
  if (words.at(1) == "Queue") run<mp::Queue<Pickled>>(maxsize);
  if (words.at(1) == "JoinableQueue") run<mp::JoinableQueue<Pickled>>(maxsize);
  return 0;
}
