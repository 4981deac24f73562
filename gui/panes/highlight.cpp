#include "gui/panes/highlight.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace qs::gui {
namespace {

constexpr auto npos = std::string_view::npos;

constexpr std::array cpp_words = {
    "auto",    "bool",  "break",    "case",      "catch",  "char",     "class",   "const",    "constexpr", "continue",
    "default", "do",    "double",   "else",      "enum",   "explicit", "false",   "float",    "for",       "if",
    "inline",  "int",   "long",     "namespace", "new",    "noexcept", "nullptr", "operator", "private",   "public",
    "return",  "short", "signed",   "sizeof",    "static", "struct",   "switch",  "template", "this",      "throw",
    "true",    "try",   "typename", "unsigned",  "using",  "virtual",  "void",    "while",    "#include",  "#pragma"};
constexpr std::array python_words = {"False",    "None",   "True",  "and",    "as",   "assert", "break",   "class",
                                     "continue", "def",    "del",   "elif",   "else", "except", "finally", "for",
                                     "from",     "global", "if",    "import", "in",   "is",     "lambda",  "not",
                                     "or",       "pass",   "raise", "return", "try",  "while",  "with",    "yield"};

template <std::size_t n>
bool one_of(std::array<char const*, n> const& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool starts_word(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '#'; }
bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }
bool digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

class Scanner {
 public:
  Scanner(std::string_view line, Language language, Inside& inside)
      : line_(line), language_(language), inside_(inside) {}

  std::vector<Span> run() {
    if (inside_ != Inside::nothing) finish_inside(0);
    while (at_ < line_.size()) step();
    return std::move(spans_);
  }

 private:
  void step() {
    char const c = line_[at_];
    if (begins_comment()) {
      add(line_.size(), Tone::comment);
    } else if (language_ == Language::cpp && line_.substr(at_, 2) == "/*") {
      inside_ = Inside::block_comment;
      finish_inside(2);
    } else if (language_ == Language::python && line_.substr(at_, 3) == "\"\"\"") {
      inside_ = Inside::triple_double;
      finish_inside(3);
    } else if (language_ == Language::python && line_.substr(at_, 3) == "'''") {
      inside_ = Inside::triple_single;
      finish_inside(3);
    } else if (c == '"' || c == '\'') {
      add(end_of_string(c), Tone::string);
    } else if (digit(c)) {
      add(end_of([](char x) { return in_word(x) || x == '.' || x == '\''; }), Tone::number);
    } else if (starts_word(c)) {
      add_word();
    } else {
      add(at_ + 1, Tone::plain);
    }
  }

  bool begins_comment() const { return language_ == Language::cpp ? line_.substr(at_, 2) == "//" : line_[at_] == '#'; }

  void finish_inside(std::size_t skip) {
    std::string_view const closing = inside_ == Inside::block_comment   ? "*/"
                                     : inside_ == Inside::triple_double ? "\"\"\""
                                                                        : "'''";
    Tone const tone = inside_ == Inside::block_comment ? Tone::comment : Tone::string;
    auto const found = line_.find(closing, at_ + skip);
    add(found == npos ? line_.size() : found + closing.size(), tone);
    if (found != npos) inside_ = Inside::nothing;
  }

  std::size_t end_of_string(char quote) const {
    for (std::size_t i = at_ + 1; i < line_.size(); ++i) {
      if (line_[i] == '\\') {
        ++i;
      } else if (line_[i] == quote) {
        return i + 1;
      }
    }
    return line_.size();
  }

  template <class Belongs>
  std::size_t end_of(Belongs belongs) const {
    std::size_t end = at_ + 1;
    while (end < line_.size() && belongs(line_[end])) ++end;
    return end;
  }

  void add_word() {
    std::size_t const end = end_of(in_word);
    std::string_view const word = line_.substr(at_, end - at_);
    bool const keyword = language_ == Language::cpp ? one_of(cpp_words, word) : one_of(python_words, word);
    add(end, keyword ? Tone::keyword : Tone::plain);
  }

  void add(std::size_t end, Tone tone) {
    if (!spans_.empty() && spans_.back().tone == tone) {
      spans_.back().end = end;
    } else if (end > at_) {
      spans_.push_back({at_, end, tone});
    }
    at_ = end;
  }

  std::string_view line_;
  Language language_;
  Inside& inside_;
  std::size_t at_ = 0;
  std::vector<Span> spans_;
};

}  // namespace

Language language_of(std::string_view file) {
  return file.size() > 3 && file.substr(file.size() - 3) == ".py" ? Language::python : Language::cpp;
}

std::vector<Span> highlight(std::string_view line, Language language, Inside& inside) {
  return Scanner(line, language, inside).run();
}

}  // namespace qs::gui
