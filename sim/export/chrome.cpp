// The Trace Event Format: "Trace Event Format",
// docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
#include <fmt/format.h>

#include <string>

#include "sim/export/activity.hpp"
#include "sim/export/formats.hpp"
#include "sim/export/json_text.hpp"
#include "sim/export/thread_ids.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

class Chrome final : public Activity {
 public:
  explicit Chrome(OutputFile& out) : out_(out) { out_.write(R"({"displayTimeUnit":"ns","traceEvents":[)"); }

 private:
  void meet(Trace const& trace, ActorIndex index) override {
    auto const ids = ids_.of(trace, index);
    threads_.resize(std::max<std::size_t>(threads_.size(), std::size_t{index} + 1));
    threads_[index] = fmt::format(R"("pid":{},"tid":{})", ids.process, ids.thread);
    if (ids.process == ids.thread) name("process_name", threads_[index], trace.name(index));
    name("thread_name", threads_[index], trace.name(index));
    name_number("thread_sort_index", threads_[index], index);
  }

  void open(ActorIndex index, Slice& slice) override {
    begin("B", threads_[index], slice.begin);
    line_ += R"(,"name":)" + json(slice.name) + R"(,"cat":)" + json(slice.category);
    line_ += fmt::format(R"(,"args":{{"step":{})", slice.step);
    if (!slice.queue.empty()) line_ += R"(,"queue":)" + json(slice.queue);
    if (!slice.label.empty()) line_ += R"(,"item":)" + json(slice.label);
    if (!slice.where.empty()) line_ += R"(,"line":)" + json(slice.where);
    line_ += "}}";
    write();
  }

  void close(ActorIndex index, Slice& slice, std::uint64_t time, std::string const& outcome) override {
    begin("E", threads_[index], time);
    line_ += R"(,"name":)" + json(slice.name) + R"(,"cat":)" + json(slice.category) + R"(,"args":{)";
    if (!outcome.empty()) line_ += R"("outcome":)" + json(outcome);
    bool const later = slice.flow != Flow::none && slice.flow != Flow::begin && slice.what == Slice::What::call;
    if (later) line_ += (outcome.empty() ? "" : ",") + (R"("item":)" + json(slice.label));
    line_ += "}}";
    write();
  }

  void flow(ActorIndex index, Slice& slice, std::uint64_t time) override {
    char const* const phase = slice.flow == Flow::begin ? "s" : slice.flow == Flow::step ? "t" : "f";
    begin(phase, threads_[index], time);
    line_ += fmt::format(R"(,"id":"{:#x}","name":"item","cat":"item"{}}})", slice.item.packed(),
                         slice.flow == Flow::end ? R"(,"bp":"e")" : "");
    write();
  }

  void instant(Current const& now, std::string_view words) override {
    begin("i", threads_[now.event().actor], now.time);
    line_ += R"(,"s":"t","name":)" + json(words) + R"(,"cat":"event","args":{)";
    line_ += fmt::format(R"("step":{},"event":{}}}}})", now.step, json(sentence(now.trace, now.place)));
    write();
  }

  void count(Trace const& trace, QueueIndex queue, Count which, std::uint64_t time, std::int64_t value) override {
    if (!std::exchange(queues_met_, true)) name("process_name", queues_process, "queues");
    auto const hardened = trace.mechanism(queue) == mp::Mechanism::hardened;
    auto const unit = count_name(which, hardened);
    begin("C", queues_process, time);
    line_ += fmt::format(R"(,"name":{},"args":{{{}:{}}}}})", json(fmt::format("{}: {}", trace.queue_name(queue), unit)),
                         json(unit), value);
    write();
  }

  void end(Trace const& facts, std::uint64_t) override {
    out_.write(
        fmt::format("\n],\"otherData\":{{\"recorded by\":\"queuescope\",\"run\":{},\"ending\":{},\"host\":{},"
                    "\"started\":{},\"events lost\":\"{}\"}}}}\n",
                    json(facts.run.title), json(qs::name(facts.run.ending)), json(facts.run.host),
                    json(facts.run.started), facts.lost));
  }

  // In microseconds, which may have a fraction.
  void begin(char const* phase, std::string_view thread, std::uint64_t time) {
    line_ = fmt::format(R"({{"ph":"{}",{},"ts":{}.{:03})", phase, thread, time / 1000, time % 1000);
  }
  void name(char const* what, std::string_view thread, std::string_view value) {
    line_ = fmt::format(R"({{"ph":"M",{},"name":"{}","args":{{"name":{}}}}})", thread, what, json(value));
    write();
  }
  void name_number(char const* what, std::string_view thread, ActorIndex value) {
    line_ = fmt::format(R"({{"ph":"M",{},"name":"{}","args":{{"sort_index":{}}}}})", thread, what, value);
    write();
  }
  void write() {
    out_.write(std::exchange(first_, false) ? "\n" : ",\n");
    out_.write(line_);
  }

  static constexpr char queues_process[] = R"("pid":0,"tid":0)";

  OutputFile& out_;
  ThreadIds ids_;
  std::vector<std::string> threads_;
  std::string line_;
  bool first_ = true, queues_met_ = false;
};

}  // namespace

std::unique_ptr<Exporter> chrome_exporter(OutputFile& out) { return std::make_unique<Chrome>(out); }

}  // namespace qs
