// Counts the words of a file in several processes: word_count [FILE] [WORKERS]
#include <fstream>
#include <iostream>
#include <mp/process.hpp>
#include <mp/queue.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  std::ifstream text(argc > 1 ? argv[1] : __FILE__);
  int const workers = argc > 2 ? std::stoi(argv[2]) : 2;

  mp::Queue<std::optional<std::string>> lines{{.maxsize = 8, .name = "lines"}};
  mp::Queue<int> counts{{.name = "counts"}};

  std::vector<mp::Process> pool;
  for (int number = 1; number <= workers; ++number) {
    pool.emplace_back(
        [&] {
          int words = 0;
          while (auto line = lines.get()) {
            std::istringstream stream(*line);
            for (std::string word; stream >> word;) ++words;
          }
          counts.put(words);
        },
        mp::ProcessOptions{.name = "worker-" + std::to_string(number)});
    pool.back().start();
  }

  for (std::string line; std::getline(text, line);) lines.put(line);
  for (int number = 0; number < workers; ++number) lines.put(std::nullopt);

  int words = 0;
  for (int number = 0; number < workers; ++number) words += counts.get();
  for (auto& worker : pool) worker.join();
  std::cout << words << " words\n";
}
