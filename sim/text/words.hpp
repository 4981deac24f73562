// The model in words: the sentences that the window, the command line and the diagnosis share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// The event at this step as a sentence, without a full stop: "consumer-1 takes the read lock of jobs".
std::string sentence(Trace const&, Step);

/// The value of an item as its put showed it: "7", "None" for a sentinel ("nullopt" in a program in C++), "#3 of
/// producer" without a preview.
std::string item_label(Trace const&, ItemId);
/// The label, where one letter repeated many times is not written out: "\"x\" x 40", "\"x\" x many" where it was cut.
std::string folded_label(Trace const&, ItemId);
/// The folded label, cut to 24 columns: for lists.
std::string short_label(Trace const&, ItemId);
/// The label and where it comes from: "7 (item 3 of producer)".
std::string item_name(Trace const&, ItemId);
bool is_sentinel(Trace const&, ItemId);

/// What an actor can wait for: "the read lock of jobs", "consumer-1 to exit", "1.20 ms to pass".
/// `argument` is the time-out of a wait for a deadline.
std::string resource_words(Trace const&, Resource, std::uint16_t object, std::int64_t argument = -1);
/// Where the items of a queue are between put and get: "pipe"; "shared log", of a hardened queue.
std::string_view wire_word(mp::Mechanism);
/// The name of a public call: "put", "get", "join"; "" for a kind that does not begin a call.
std::string call_words(Kind begin);
std::string outcome_words(Outcome);
/// "running", "blocked", ...
std::string state_words(ActorState);

/// One line on an actor: "blocked in put: waits for a free slot of jobs (3 of 3 taken)".
std::string state_line(Trace const&, World const&, ActorIndex);
/// What a thread was seen doing outside the library: "waits outside the library (read)".
std::string outside_words(Trace const&, Event const& seen, std::string_view call);
/// Where its source is: "consumers.cpp:12"; "" if unknown.
std::string place(Trace const&, std::uint32_t location);

std::string duration(std::uint64_t nanoseconds);  ///< "850 ns", "1.20 ms", "2 min 5 s"
std::string number(std::uint64_t);                ///< "65,536"
std::string byte_count(std::uint64_t);            ///< "65,536 bytes", "1 byte"
/// "1 item", "3 items"; the plural is given where it is not the singular and an s.
std::string count(std::uint64_t, std::string_view singular, std::string_view plural = {});
/// "a", "a and b", "a, b and c"; beyond `most` names "a, b and 7 more".
std::string listing(std::vector<std::string> const& names, std::size_t most = 4);
std::string signal_name(int signal);    ///< "SIGKILL"
std::string exit_words(int exit_code);  ///< "exit code 3", "killed by SIGKILL" for -9

}  // namespace qs
