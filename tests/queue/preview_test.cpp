#include <limits>

#include <doctest/doctest.h>

#include <mp/preview.hpp>

namespace {

struct EventOrder {
  int number = 0;
};
void mp_preview(std::string& out, EventOrder const& job) { out += "job " + std::to_string(job.number); }

struct Plain {
  int values[3];
  char name[8];
  std::vector<std::string> more;
};
class Opaque {
 public:
  explicit Opaque(long long value) : value_(value) {}

 private:
  [[maybe_unused]] long long value_;
};
enum class Level : int { low = 3 };

}  // namespace

TEST_CASE("preview: the form of each type") {
  CHECK(mp::preview(7) == "7");
  CHECK(mp::preview(-7L) == "-7");
  CHECK(mp::preview(std::uint8_t{200}) == "200");
  CHECK(mp::preview(2.5) == "2.5");
  CHECK(mp::preview(std::numeric_limits<double>::lowest()).size() <= mp::longest_preview);
  CHECK(mp::preview(true) == "True");
  CHECK(mp::preview(false) == "False");
  CHECK(mp::preview('x') == "\"x\"");
  CHECK(mp::preview(Level::low) == "3");
  CHECK(mp::preview(std::string("text")) == "\"text\"");
  CHECK(mp::preview(std::vector<int>{}) == "[]");
  CHECK(mp::preview(std::vector<int>{1, 2, 3}) == "[1, 2, 3]");
  CHECK(mp::preview(std::vector<bool>{true, false}) == "[True, False]");
  CHECK(mp::preview(std::optional<int>{}) == "None");
  CHECK(mp::preview(std::optional<int>{7}) == "7");
  CHECK(mp::preview(std::monostate{}) == "None");
  CHECK(mp::preview(std::pair<int, std::string>{1, "a"}) == "(1, \"a\")");
  CHECK(mp::preview(std::tuple<>{}) == "()");
  CHECK(mp::preview(std::tuple<int, bool, std::string>{1, true, "a"}) == "(1, True, \"a\")");
  CHECK(mp::preview(std::variant<std::monostate, int>{5}) == "5");
  CHECK(mp::preview(EventOrder{3}) == "job 3");
  CHECK(mp::preview(std::vector<EventOrder>{{1}, {2}}) == "[job 1, job 2]");
  CHECK(mp::preview(Plain{{1, 2, 3}, "abc", {"x"}}) == R"(([1, 2, 3], "abc", ["x"]))");
  CHECK(mp::preview(std::map<std::string, int>{{"a", 1}, {"b", 2}}) == R"({"a": 1, "b": 2})");
  CHECK(mp::preview(std::set<int>{1, 2}) == "[1, 2]");
  CHECK(mp::preview(std::filesystem::path("/tmp")) == "\"/tmp\"");
  CHECK(mp::preview(Opaque(1)) == "<8 bytes>");
}

TEST_CASE("preview: control characters become dots") {
  CHECK(mp::preview(std::string("a\nb\x01\x7f\0c", 7)) == "\"a.b...c\"");
}

TEST_CASE("preview: long previews are cut, but not inside a character") {
  std::string const cut = mp::preview(std::string(1'000'000, 'x'));
  CHECK(cut.size() == mp::longest_preview);
  CHECK(cut.substr(cut.size() - 3) == "...");
  std::string umlauts;
  for (int count = 0; count < 100; ++count) umlauts += "\xc3\xa4";
  std::string const text = mp::preview(umlauts);
  CHECK(text.size() <= mp::longest_preview);
  CHECK(text.substr(text.size() - 5, 2) == "\xc3\xa4");
  CHECK(mp::preview(std::vector<int>(1'000'000, 1)).size() == mp::longest_preview);
  CHECK(mp::preview(std::vector<std::vector<int>>(1000, std::vector<int>(1000, 1))).size() == mp::longest_preview);
}

TEST_CASE("preview: a sentinel is what Python would call None") {
  using mp::detail::is_sentinel;
  CHECK(is_sentinel(std::optional<int>{}));
  CHECK(!is_sentinel(std::optional<int>{0}));
  CHECK(is_sentinel(std::variant<int, std::monostate>{std::monostate{}}));
  CHECK(!is_sentinel(std::variant<int, std::monostate>{0}));
  CHECK(!is_sentinel(0));
  CHECK(!is_sentinel(std::string()));
}
