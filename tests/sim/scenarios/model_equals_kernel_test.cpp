// While nothing moves, the model's pipe bytes equal the kernel's own count (FIONREAD), and its semaphore values those
// of sem_getvalue. tests/programs/queue_script.cpp notes the kernel's values at each `state`.
#include <array>
#include <deque>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <unistd.h>

#include <doctest/doctest.h>

#include "tests/sim/support/recorded.hpp"

using namespace tests;

namespace {

/// A file that is removed with this object.
class ScriptFile {
 public:
  explicit ScriptFile(std::string const& text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "queuescope-script-XXXXXX").string();
    int const descriptor = mkstemp(pattern.data());
    REQUIRE(descriptor >= 0);
    close(descriptor);
    path_ = pattern;
    std::ofstream(path_) << text;
  }
  ~ScriptFile() { std::filesystem::remove(path_); }
  ScriptFile(ScriptFile const&) = delete;
  ScriptFile& operator=(ScriptFile const&) = delete;
  std::string const& path() const { return path_; }

 private:
  std::string path_;
};

/// Returns how many moments were compared.
int check_all_moments(std::string const& script) {
  ScriptFile const file(script);
  qs::RunOptions options;
  options.command = {"sh", "-c", std::string("exec ") + QUEUE_SCRIPT + " < " + file.path()};
  Recorded const run(options);
  CHECK(run.ending() == qs::RunEnding::finished);
  int moments = 0;
  qs::World world;
  for (qs::Step step = 0; step < run.trace.size(); ++step) {
    apply(world, run.trace, step);
    std::string const text(run.trace.text(step));
    if (run.trace.at(step).kind != qs::Kind::note || !text.starts_with("kernel ")) continue;
    auto const& queue = world.queues.at(0);
    std::ostringstream model;
    model << "kernel " << queue.pipe_bytes;
    for (auto const resource : {Resource::slot, Resource::read_lock, Resource::write_lock, Resource::condition_lock,
                                Resource::unfinished, Resource::sleeping, Resource::woken_joiner, Resource::barrier}) {
      bool const has_it = resource == Resource::read_lock || resource == Resource::write_lock ||
                          (resource == Resource::slot ? queue.type != mp::trace::QueueClass::simple
                                                      : queue.type == mp::trace::QueueClass::joinable);
      model << ' ' << (has_it ? std::to_string(queue.semaphore(resource)) : "-");
    }
    CAPTURE(step);
    CHECK(model.str() == text);
    ++moments;
  }
  return moments;
}

std::string random_script(unsigned seed) {
  std::mt19937 random(seed);
  int const maxsize = static_cast<int>(random() % 5);
  std::string script = "queue JoinableQueue " + std::to_string(maxsize) + "\nstart c1\nstart c2\n";
  std::size_t bytes = 0, unfinished = 0;
  std::deque<std::size_t> frames;
  for (int step = 0; step < 60; ++step) {
    std::string const who = std::array{"", "c1 ", "c2 "}[random() % 3];
    bool const room = maxsize == 0 || frames.size() < static_cast<std::size_t>(maxsize);
    if (random() % 2 == 0 && room && bytes < 30'000) {
      std::size_t const size = random() % 3 == 0 ? random() % 20'000 : random() % 20;
      script += who + "put x" + std::string(2 * size, '7') + "\n";
      frames.push_back(size + 4);
      bytes += size + 4;
      ++unfinished;
    } else if (!frames.empty()) {
      script += who + (random() % 2 == 0 ? "get\n" : "get timeout 5\n");
      bytes -= frames.front();
      frames.pop_front();
    } else if (unfinished > 0) {
      script += who + "task_done\n";
      --unfinished;
    } else {
      script += who + "get nowait\n";
    }
    script += "settle " + std::to_string(bytes) + " 1\n" + who + "state\n";
  }
  return script;
}

}  // namespace

TEST_CASE("model equals kernel: after puts, gets and tasks of three processes") {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    CHECK(check_all_moments(random_script(seed)) == 60);
  }
}

TEST_CASE("model equals kernel: while processes wait for a lock, bytes, room, a slot and in join") {
  std::string const large(2 * 70'000, '7');
  CHECK(check_all_moments("queue JoinableQueue 3\nstart c1\nstart c2\nstart c3\n"
                          "c1& get\nawait read_lock 0\nstate\n"
                          "c2& get\nstate\n"
                          "put x" +
                          large +
                          "\nc1 answer\nsettle 0 1\nstate\n"
                          "put x01\nc2 answer\nsettle 0 1\nstate\n"
                          "c1& join\nawait sleeping 1\nstate\n"
                          "c2& join\nawait sleeping 2\nstate\n"
                          "task_done\nstate\n"
                          "c3 task_done\nc1 answer\nc2 answer\nstate\n"
                          "c3 put x" +
                          large +
                          "\nsettle 61796 0\nstate\n"
                          "put x02\nput x03\nc2& put x04\nstate\n"
                          "get\nsettle 10 1\nc2 answer\nsettle 15 1\nstate\n") == 11);
}

TEST_CASE("model equals kernel: after kills") {
  CHECK(check_all_moments("queue JoinableQueue 0\nstart c1\nstart c2\nstart c3\n"
                          "c1& get\nawait read_lock 0\nc1 kill\nput x01\nsettle 5 1\nstate\n"
                          "get timeout 0.02\nstate\n"
                          "c2& join\nawait sleeping 1\nc2 kill\nstate\n"
                          "c3& task_done\nawait barrier 1\nstate\n") == 4);
}

TEST_CASE("model equals kernel: a SimpleQueue") {
  CHECK(check_all_moments("queue SimpleQueue 0\nstart c1\nput x01\nput x\nstate\nget\nc1 get\nstate\n"
                          "c1& get\nawait read_lock 0\nstate\nput x02\nc1 answer\nstate\n"
                          "c1& put x" +
                          std::string(2 * 70'000, '7') + "\nsettle 61796 0\nstate\nget\nc1 answer\nstate\n") == 6);
}
