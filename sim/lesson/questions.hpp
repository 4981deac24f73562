// Questions about what comes next. The right answer is read from the run; no lesson contains one.
//
//     who gets 7 | who gets sentinel     the name of the process; "nobody"
//     does main block                    "yes" or "no": in the call that it is in or makes next
//     what does main wait for            "a free slot", "the read lock", ...; "nothing": of its next wait
//     how does get of main return        "ok", "Empty", ..., "never": its next call of that name
//     what is jobs.qsize                 the next answer to anybody: a number; "True" or "False" of empty and full
//     where is 7 after its put           "in the buffer", "in the pipe", ...
//     which line of main is next         the line number of its next call on another line
//     how many gets of main              in the whole run
//     how does main end                  "by itself", "by a signal", "never"
//     how does the run end               "it finishes", "it hangs", "it fails"
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace qs {

struct RightAnswer {
  std::string right;
  Step reveal = no_step;  ///< where it can be seen
};

/// Throws std::invalid_argument, with a sentence, for a question that is not understood or names what is not there.
RightAnswer right_answer(Trace const&, std::string_view question, Step moment);
/// What there is to choose from when the lesson gives no choices: "yes" and "no", the processes, ...
std::vector<std::string> usual_choices(Trace const&, std::string_view question);
/// For the learner: "Who gets 7?"
std::string question_words(std::string_view question);
/// "a free slot", "the read lock", "main to exit": what the actor of a `blocked` event waits for.
std::string wait_words(Trace const&, Event const& blocked);
/// Whether this actor begins to wait for something that another must do, which an idle feeder and a sleeper do not.
bool waits_for_others(Event const&);
/// Whether the answer is the name of a process, so that it can be clicked on the stage.
bool asks_for_process(std::string_view question);

}  // namespace qs
