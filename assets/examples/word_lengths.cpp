// A pipeline of two queues: readers put the words of each file, workers count their letters, the main process
// collects the results. A type of one's own travels through the second queue.
//
//     queuescope record -o words.qtrace -- example-word-lengths README.md LICENSE
//     queuescope stats words.qtrace
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <mp/process.hpp>
#include <mp/queue.hpp>

namespace {

struct Count {
  std::string worker;
  std::map<std::size_t, int> words_of_length;
};
void mp_encode(mp::Encoder& out, Count const& count) {
  out(count.worker,
      std::vector<std::pair<std::size_t, int>>(count.words_of_length.begin(), count.words_of_length.end()));
}
void mp_decode(mp::Decoder& in, Count& count) {
  std::vector<std::pair<std::size_t, int>> pairs;
  in(count.worker, pairs);
  count.words_of_length = {pairs.begin(), pairs.end()};
}
void mp_preview(std::string& out, Count const& count) { out += "counts of " + count.worker; }

using Words = mp::Queue<std::optional<std::string>>;
using Counts = mp::Queue<Count>;

void read(std::string const& file, Words& words) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file);
  for (std::string word; in >> word;) words.put(word);
}

void count(Words& words, Counts& counts) {
  Count mine{mp::process_name(), {}};
  while (auto const word = words.get()) ++mine.words_of_length[word->size()];
  counts.put(mine);
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int workers = 3;
  if (argc < 2) {
    std::cerr << "usage: example-word-lengths FILE...\n";
    return 2;
  }
  Words words{{.maxsize = 50, .name = "words"}};
  Counts counts{{.name = "counts"}};

  std::vector<mp::Process> readers, counters;
  for (int index = 1; index < argc; ++index) {
    readers.emplace_back([&, index] { read(argv[index], words); },
                         mp::ProcessOptions{.name = "reader-" + std::to_string(index)});
  }
  for (int number = 1; number <= workers; ++number) {
    counters.emplace_back([&] { count(words, counts); },
                          mp::ProcessOptions{.name = "worker-" + std::to_string(number)});
  }
  for (auto& process : counters) process.start();
  for (auto& process : readers) process.start();
  for (auto& process : readers) process.join();
  for (int sentinel = 0; sentinel < workers; ++sentinel) words.put(std::nullopt);

  std::map<std::size_t, int> all;
  for (int result = 0; result < workers; ++result) {
    for (auto const& [length, number] : counts.get().words_of_length) all[length] += number;
  }
  for (auto& process : counters) process.join();  // after their results have been got
  for (auto const& [length, number] : all) std::cout << number << " words of " << length << " characters\n";
  for (auto& process : readers) {
    if (process.exitcode() != 0) return 1;
  }
  return 0;
}
