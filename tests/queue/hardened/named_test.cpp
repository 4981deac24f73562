// Queues that unrelated processes open by name.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include <doctest/doctest.h>

#include <mp/named.hpp>
#include <mp/process.hpp>
#include <mp/wait.hpp>

#include "tests/support/processes.hpp"

using namespace std::chrono_literals;

namespace {

/// A name of this test process's own; whatever a failed test leaves of it is removed.
struct OwnName {
  std::string name = "/queuescope-test-" + std::to_string(getpid());
  std::string file() const { return "/dev/shm/mp." + name.substr(1); }
  bool exists() const { return access(file().c_str(), F_OK) == 0; }
  ~OwnName() { unlink(file().c_str()); }
};

}  // namespace

TEST_CASE("named: processes that are not related share a queue, which ends with the last of them") {
  OwnName const own;
  tests::Flag done;
  tests::Apart server([&] {
    auto const requests = mp::open<std::string>(own.name, {.maxsize = 3});
    tests::must(requests.get() == "first");
    tests::must(requests.get() == std::string(300'000, 'x'));
    done.raise();
    tests::must(requests.get() == "last");
  });
  {
    auto const requests = mp::open<std::string>(own.name, {.maxsize = 3});
    struct stat status {};
    REQUIRE(stat(own.file().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    requests.put("first");
    requests.put(std::string(300'000, 'x'));
    done.wait();
    auto const again = mp::open<std::string>(own.name, {.maxsize = 3});  // the same queue
    again.put("last");
    CHECK(mp::wait({again}, 0s).size() == static_cast<std::size_t>(again.qsize()));
    CHECK(server.code() == 0);
    CHECK(own.exists());
  }
  CHECK_FALSE(own.exists());
}

TEST_CASE("named: forked children keep the queue alive, and orderly ends remove the name") {
  OwnName const own;
  tests::Flag opened, end;
  tests::Apart parent([&] {
    auto queue = mp::open<int>(own.name);
    mp::Process child{[&] {
      end.wait();
      queue.put(7);
    }};
    child.start();
    queue.close();
    opened.raise();
  });
  opened.wait();
  {
    auto const queue = mp::open<int>(own.name);
    end.raise();
    CHECK(queue.get() == 7);
    CHECK(parent.code() == 0);
    CHECK(own.exists());
  }
  CHECK_FALSE(own.exists());
}

TEST_CASE("named: what killed processes leave is empty at the next open, and can be removed") {
  OwnName const own;
  auto const die_with_items = [&] {
    CHECK(tests::Apart([&] {
            auto const queue = mp::open<int>(own.name);
            for (int item = 0; item < 10'000; ++item) queue.put(item);
            raise(SIGKILL);
          }).code() == -SIGKILL);
    CHECK(own.exists());
  };
  die_with_items();
  {
    auto const queue = mp::open<int>(own.name, {.maxsize = 5});
    CHECK(queue.qsize() == 0);
    CHECK_FALSE(mp::remove_queue(own.name));
    queue.put(1);
    CHECK(queue.get() == 1);
  }
  die_with_items();
  CHECK(mp::remove_queue(own.name));
  CHECK_FALSE(mp::remove_queue(own.name));
}

TEST_CASE("named: other options, another user's file and wrong names are refused with the reason") {
  OwnName const own;
  auto const queue = mp::open<int>(own.name, {.maxsize = 2});
  std::string const prefix = "the queue '" + own.name + "' is open with ";
  CHECK_THROWS_WITH_AS(mp::open<long>(own.name, {.maxsize = 2}), (prefix + "the item type i, not l").c_str(),
                       mp::ValueError);
  CHECK_THROWS_WITH_AS(mp::open<int>(own.name), (prefix + "maxsize 2, not 0").c_str(), mp::ValueError);
  for (std::string const name : {"jobs", "/", "/a/b", ""}) CHECK_THROWS_AS(mp::open<int>(name), mp::ValueError);
  OwnName other;
  other.name += "-open-to-all";
  int const file = open(other.file().c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
  fchmod(file, 0666);
  close(file);
  CHECK_THROWS_WITH_AS(mp::open<int>(other.name),
                       ("cannot open the queue '" + other.name + "': it belongs to another user").c_str(), mp::OSError);
}

TEST_CASE("named: many open at once, and exactly one queue results") {
  OwnName const own;
  for (int round = 0; round < 10; ++round) {
    auto const results = mp::Queue<int>{{.mechanism = mp::Mechanism::hardened}};
    mp::ProcessGroup processes;
    for (int number = 0; number < 4; ++number) {
      processes.emplace_back([&] {
        auto const queue = mp::open<int>(own.name, {.maxsize = 100});
        queue.put(1);
        results.put(queue.get());
      });
    }
    processes.join();
    CHECK(results.qsize() == 4);
    CHECK_FALSE(own.exists());
  }
}
