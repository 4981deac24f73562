// A diagnosis as text and as JSON.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/base/wrapping.hpp"
#include "sim/diagnosis/diagnosis.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

Json names(Trace const& trace, std::vector<ActorIndex> const& actors) {
  auto list = Json::array();
  for (ActorIndex actor : actors) list.push_back(trace.name(actor));
  return list;
}

Json to_json(Trace const& trace, WaitLink const& link) {
  Json json{{"actor", trace.name(link.actor)}, {"actor_index", link.actor}};
  if (link.resource != Resource::nothing) {
    json["waits_for"] = facts(link.resource).name;
    json["object"] = resource_words(trace, link.resource, link.object);
    json["because_of"] = names(trace, link.because_of);
  }
  if (link.since != no_step) json["since_step"] = link.since;
  json["sentence"] = link.sentence;
  return json;
}

Json to_json(Trace const& trace, Finding const& finding) {
  auto items = Json::array();
  for (ItemId item : finding.items) items.push_back(item_label(trace, item));
  return {{"mistake", name(finding.mistake)},
          {"title", finding.title},
          {"cause", finding.cause},
          {"remedy", finding.remedy},
          {"victims", names(trace, finding.victims)},
          {"items", items}};
}

/// Names stay as they are: a title that begins with one, or with a word of the API, is not capitalised.
std::string title_words(Finding const& finding) {
  if (finding.mistake == BugPattern::chain_of_waiting) return finding.title;
  return finding.title + fmt::format(" [{}]", name(finding.mistake));
}

}  // namespace

std::string to_text(WaitChain const& chain) {
  std::string text;
  for (std::size_t i = 0; i < chain.links.size(); ++i) {
    text += wrapped(chain.links[i].sentence, i == 0 ? "  " : "  -> ");
  }
  return text + wrapped(chain.conclusion, "  => ");
}

std::string to_text(Diagnosis const& diagnosis) {
  std::string text = wrapped(diagnosis.headline);
  for (auto const& finding : diagnosis.findings) {
    text += '\n' + wrapped(title_words(finding));
    text += wrapped(finding.cause, "  Cause:  ");
    text += wrapped(finding.remedy, "  Remedy: ");
  }
  if (diagnosis.chains.empty()) return text;
  text += "\nWho waits for what:\n";
  constexpr std::size_t most_chains = 12;
  for (std::size_t i = 0; i < diagnosis.chains.size() && i < most_chains; ++i) {
    if (i > 0) text += '\n';
    text += to_text(diagnosis.chains[i]);
  }
  if (diagnosis.chains.size() > most_chains) {
    text += fmt::format("\n  and {} more like these\n", number(diagnosis.chains.size() - most_chains));
  }
  return text;
}

Json to_json(Trace const& trace, WaitChain const& chain) {
  Json json{{"links", Json::array()}};
  for (auto const& link : chain.links) json["links"].push_back(to_json(trace, link));
  json["cycle"] = chain.cycle;
  json["hopeless"] = chain.hopeless;
  if (chain.root != nobody) json["root"] = trace.name(chain.root);
  json["conclusion"] = chain.conclusion;
  return json;
}

Json to_json(Trace const& trace, Diagnosis const& diagnosis) {
  Json json{{"stuck", diagnosis.stuck},
            {"headline", diagnosis.headline},
            {"findings", Json::array()},
            {"chains", Json::array()}};
  for (auto const& finding : diagnosis.findings) json["findings"].push_back(to_json(trace, finding));
  for (auto const& chain : diagnosis.chains) json["chains"].push_back(to_json(trace, chain));
  return json;
}

}  // namespace qs
