// What the benchmark says at its end, in Markdown: ratios of ours to each peer, and the targets.
#pragma once

#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "measure.hpp"
#include "peer.hpp"

namespace benchmarks {

class Results {
 public:
  explicit Results(std::vector<Peer> peers) : peers_(std::move(peers)) {}

  void add(Peer const& peer, Cell const& cell, Measured const& measured) {
    by_peer_[peer.id][cell].push_back(measured);
  }
  std::vector<Peer> const& peers() const { return peers_; }
  /// Of each round. A peer without a choice of bounds has one cell for both.
  std::vector<Measured> rounds(std::string const& peer, Cell cell) const;
  /// The median of the rounds, by rate.
  std::optional<Measured> find(std::string const& peer, Cell const& cell) const;
  /// All cells that anybody has.
  std::vector<Cell> cells() const;

 private:
  std::vector<Peer> peers_;
  std::map<std::string, std::map<Cell, std::vector<Measured>>> by_peer_;
};

/// How much of `other` the peer reaches: of its rate; in a round trip, the other's median by its own. The median of the
/// rounds' ratios: what one round compares was measured within seconds, the rounds are minutes apart.
std::optional<double> ratio(Results const& results, std::string const& peer, std::string const& other,
                            Cell const& cell);

void write_report(std::ostream& out, Results const& results);

}  // namespace benchmarks
