#include <array>
#include <cmath>
#include <limits>
#include <random>

#include <doctest/doctest.h>

#include <mp/codec.hpp>

namespace {

struct Point {
  int x = 0;
  double y = 0;
  friend bool operator==(Point const&, Point const&) = default;
};

struct Job {
  std::string name;
  std::vector<Point> steps;
  friend bool operator==(Job const&, Job const&) = default;
};
void mp_encode(mp::Encoder& out, Job const& job) { out(job.name, job.steps); }
void mp_decode(mp::Decoder& in, Job& job) { in(job.name, job.steps); }

struct Nothing {
  friend bool operator==(Nothing const&, Nothing const&) = default;
};

/// Trivially copyable, but its own codec takes precedence.
struct Celsius {
  double degrees = 0;
  friend bool operator==(Celsius const&, Celsius const&) = default;
};
void mp_encode(mp::Encoder& out, Celsius const& value) { out(static_cast<int>(value.degrees)); }
void mp_decode(mp::Decoder& in, Celsius& value) {
  int whole = 0;
  in(whole);
  value.degrees = whole;
}

struct Unwilling {};
void mp_encode(mp::Encoder&, Unwilling const&) { throw mp::NotSerialisable("it has a pointer inside"); }
[[maybe_unused]] void mp_decode(mp::Decoder&, Unwilling&) {}

/// No default constructor, and a codec that returns the value.
class NameTag {
 public:
  explicit NameTag(std::string text) : text_(std::move(text)) {}
  std::string const& text() const { return text_; }
  friend bool operator==(NameTag const&, NameTag const&) = default;

 private:
  std::string text_;
};
void mp_encode(mp::Encoder& out, NameTag const& label) { out(label.text()); }
NameTag mp_decode(mp::Decoder& in, std::type_identity<NameTag>) { return NameTag(in.value<std::string>()); }

/// Trivially copyable, no aggregate, no default constructor.
class Metres {
 public:
  explicit Metres(int count) : count_(count) {}
  friend bool operator==(Metres, Metres) = default;

 private:
  int count_;
};

struct Parcel {
  NameTag label;
  Metres length;
  std::map<std::string, std::set<int>> contents;
  std::optional<Point> where;
  std::variant<int, std::string> code;
  friend bool operator==(Parcel const&, Parcel const&) = default;
};
struct Arrays {
  int number;
  char name[8];
  Point points[2];
};
struct WithPointer {
  int number;
  char const* name;
};
struct Derived : Point {
  int z;
};

enum class Colour : std::uint8_t { red = 1, green = 2 };

template <typename T>
void check_round_trip(T const& value) {
  CHECK(mp::decode<T>(mp::encode(value)) == value);
}

}  // namespace

template <>
inline constexpr bool mp::bytewise<Metres> = true;

static_assert(mp::detail::CopiedBytewise<Point> && mp::detail::CopiedBytewise<Arrays>);
static_assert(mp::detail::member_count<Arrays> == 3 && mp::detail::member_count<Parcel> == 5);
static_assert(!mp::Encodable<int const*> && !mp::Encodable<WithPointer> && !mp::Encodable<Derived>);
static_assert(!mp::Encodable<std::vector<std::pair<int, WithPointer>>> && !mp::Encodable<std::string_view>);

TEST_CASE("codec: containers and aggregates round-trip") {
  using namespace std::chrono_literals;
  check_round_trip(std::map<std::string, std::vector<int>>{{"a", {1}}, {"b", {}}});
  check_round_trip(std::unordered_map<int, std::string>{{1, "x"}, {2, "y"}});
  check_round_trip(std::multiset<int>{1, 1, 2});
  check_round_trip(std::deque<std::string>{"a", "b"});
  check_round_trip(std::array<std::string, 2>{"a", "b"});
  check_round_trip(std::filesystem::path("/tmp/a b"));
  check_round_trip(1500ms);
  check_round_trip(NameTag("x"));
  check_round_trip(std::map<int, std::optional<NameTag>>{{1, NameTag("x")}, {2, std::nullopt}});
  check_round_trip(std::pair<NameTag, Metres>{NameTag("x"), Metres(3)});
  check_round_trip(Parcel{NameTag("box"), Metres(2), {{"nails", {1, 2}}}, Point{1, 2}, "code"});
  Arrays const arrays = mp::decode<Arrays>(mp::encode(Arrays{7, "seven", {{1, 2}, {3, 4}}}));
  CHECK(std::string_view(arrays.name) == "seven");
  CHECK(arrays.points[1] == Point{3, 4});
  std::string const huge("\xff\xff\xff\xff", 4);
  CHECK_THROWS_AS((mp::decode<std::map<int, int>>(huge)), mp::DecodeError);
  CHECK_THROWS_AS(mp::decode<Parcel>(mp::encode(NameTag("box"))), mp::DecodeError);
}

TEST_CASE("codec: built-in types round-trip") {
  check_round_trip(0);
  check_round_trip(std::numeric_limits<std::int64_t>::min());
  check_round_trip(std::uint8_t{255});
  check_round_trip(true);
  check_round_trip(false);
  check_round_trip('x');
  check_round_trip(-0.5);
  check_round_trip(std::numeric_limits<double>::infinity());
  CHECK(std::isnan(mp::decode<double>(mp::encode(std::nan("")))));
  check_round_trip(Colour::green);
  check_round_trip(std::array<int, 3>{1, 2, 3});
  check_round_trip(Point{1, 2.5});
  check_round_trip(Nothing{});
  check_round_trip(std::monostate{});
  check_round_trip(std::string());
  check_round_trip(std::string("a\0b\xff", 4));
  check_round_trip(std::string(1'000'000, 'x'));
  check_round_trip(std::vector<int>{});
  check_round_trip(std::vector<int>{1, 2, 3});
  check_round_trip(std::vector<bool>{true, false, true});
  check_round_trip(std::vector<Nothing>(7));
  check_round_trip(std::vector<std::string>{"", "a", "bc"});
  check_round_trip(std::optional<int>{});
  check_round_trip(std::optional<int>{7});
  check_round_trip(std::pair<int, std::string>{1, "one"});
  check_round_trip(std::tuple<>{});
  check_round_trip(std::tuple<int, bool, std::string>{1, true, "x"});
  check_round_trip(std::variant<std::monostate, int, std::string>{});
  check_round_trip(std::variant<std::monostate, int, std::string>{5});
  check_round_trip(std::variant<std::monostate, int, std::string>{"five"});
}

TEST_CASE("codec: nested types round-trip") {
  using Tree = std::vector<std::optional<std::variant<int, std::pair<std::string, std::vector<bool>>>>>;
  check_round_trip(Tree{});
  check_round_trip(Tree{std::nullopt, 1, std::pair{std::string("x"), std::vector<bool>{true}}});
  check_round_trip(std::optional<std::optional<int>>{std::optional<int>{}});
  check_round_trip(std::vector<std::vector<std::vector<std::string>>>{{}, {{}, {"a", "b"}}, {{""}}});
  check_round_trip(std::tuple<std::tuple<int>, std::optional<std::tuple<std::string, double>>>{
      {1}, std::tuple<std::string, double>{"y", 0.25}});
}

TEST_CASE("codec: user-defined types, alone and nested") {
  Job const job{"paint", {{1, 0.5}, {2, -0.5}}};
  check_round_trip(job);
  check_round_trip(std::vector<Job>{job, {}, job});
  check_round_trip(std::optional<Job>{job});
  check_round_trip(std::pair<Job, std::variant<Job, int>>{job, job});
  CHECK(mp::decode<Celsius>(mp::encode(Celsius{21.75})) == Celsius{21});
  CHECK(mp::encode(std::vector<Celsius>(3)).size() == 4 + 3 * sizeof(int));
}

TEST_CASE("codec: encoded sizes") {
  CHECK(mp::encode(7).size() == 4);
  CHECK(mp::encode(std::string("abc")).size() == 4 + 3);
  CHECK(mp::encode(std::vector<std::int16_t>(5)).size() == 4 + 10);
  CHECK(mp::encode(std::optional<int>{}).size() == 1);
  CHECK(mp::encode(std::optional<int>{1}).size() == 5);
  CHECK(mp::encode(std::monostate{}).empty());
  CHECK(mp::encode(std::tuple<>{}).empty());
  CHECK(mp::encode(std::variant<std::monostate, int>{}).size() == 4);
}

TEST_CASE("codec: malformed bytes are rejected, with the reason") {
  auto const refused = [](auto type, std::string const& body) {
    CHECK_THROWS_AS(mp::decode<decltype(type)>(body), mp::DecodeError);
  };
  std::string const huge("\xff\xff\xff\xff", 4);
  CHECK_THROWS_WITH_AS(mp::decode<int>("abc"), "the message is too short for the type that was asked for",
                       mp::DecodeError);
  CHECK_THROWS_WITH_AS(mp::decode<int>("abcde"), "the message is longer than the type that was asked for",
                       mp::DecodeError);
  CHECK_THROWS_WITH_AS(mp::decode<std::string>(huge), "a length is larger than the message", mp::DecodeError);
  CHECK_THROWS_WITH_AS(mp::decode<bool>("\x02"), "the byte of a bool is neither 0 nor 1", mp::DecodeError);
  refused(std::optional<int>{}, "");
  refused(std::optional<int>{}, "\x01");
  refused(std::optional<int>{}, "\x03zzzz");
  refused(std::vector<int>{}, huge);
  refused(std::vector<std::string>{}, huge);
  refused(std::vector<bool>{}, huge + "\x01");
  refused(std::vector<std::vector<std::vector<int>>>{}, huge + huge + huge);
  refused(std::vector<std::pair<int, int>>{}, mp::encode(2) + mp::encode(1) + mp::encode(1) + mp::encode(1));
  CHECK_THROWS_WITH_AS((mp::decode<std::variant<int, bool>>(mp::encode(2))), "a variant has no such alternative",
                       mp::DecodeError);
  refused(std::variant<int, bool>{}, huge);
  refused(std::tuple<int, int>{}, mp::encode(1));
}

TEST_CASE("codec: arbitrary bytes decode to a value or throw DecodeError") {
  using Everything = std::vector<
      std::variant<std::string, std::optional<std::vector<bool>>, std::tuple<int, std::vector<std::string>>, double>>;
  std::mt19937 random(1);
  std::uint64_t decoded = 0, refused = 0;
  Everything const sample{"text", std::vector<bool>{true, false}, std::tuple<int, std::vector<std::string>>{1, {"a"}},
                          0.5};
  std::string const whole = mp::encode(sample);
  for (int round = 0; round < 20'000; ++round) {
    std::string body = whole;
    for (int change = static_cast<int>(random() % 4); change >= 0; --change) {
      body[random() % body.size()] = static_cast<char>(random() % 4 == 0 ? random() : random() % 3);
    }
    if (random() % 3 == 0) body.resize(random() % (body.size() + 1));
    try {
      check_round_trip(mp::decode<Everything>(body).size());
      ++decoded;
    } catch (mp::DecodeError const&) {
      ++refused;
    }
  }
  CHECK(decoded > 0);
  CHECK(refused > 0);
}

TEST_CASE("codec: an exception thrown by a nested encoder propagates") {
  CHECK_THROWS_WITH_AS(mp::encode(Unwilling{}), "it has a pointer inside", mp::NotSerialisable);
  CHECK_THROWS_WITH_AS(mp::encode(std::vector<std::optional<Unwilling>>(1, Unwilling{})), "it has a pointer inside",
                       mp::NotSerialisable);
}
