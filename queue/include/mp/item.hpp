// How a queue reads the bytes of an item in put, and builds an item from bytes in get. Trivially copyable items and
// contiguous sequences of them are copied directly, without an intermediate buffer.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <mp/codec.hpp>
#include <mp/preview.hpp>
#include <mp/trace/event.hpp>

namespace mp::detail {

/// A thread-local buffer, borrowed for the duration of one call, so that calls do not allocate.
template <typename Buffer>
class Scratch {
 public:
  Scratch() = default;
  ~Scratch() {
    if (buffer_ == nullptr) return;
    if (buffer_->capacity() > max_kept_bytes) *buffer_ = Buffer();
    kept().reset(buffer_);
  }
  Scratch(Scratch const&) = delete;
  Scratch& operator=(Scratch const&) = delete;
  Buffer& operator*() {
    if (buffer_ == nullptr) buffer_ = kept().release();
    if (buffer_ == nullptr) buffer_ = new Buffer;
    return *buffer_;
  }

 private:
  static constexpr std::size_t max_kept_bytes = std::size_t{4} << 20;
  static std::unique_ptr<Buffer>& kept() {
    static thread_local std::unique_ptr<Buffer> buffer;
    return buffer;
  }
  Buffer* buffer_ = nullptr;
};

/// A growing buffer for received bytes. New bytes are left uninitialised.
class Body {
 public:
  char* resize(std::size_t size) {
    if (size > capacity_) {
      data_ = std::make_unique_for_overwrite<char[]>(size);
      capacity_ = size;
    }
    size_ = size;
    return data_.get();
  }
  std::size_t capacity() const { return capacity_; }
  std::string_view view() const { return {data_.get(), size_}; }

 private:
  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0, capacity_ = 0;
};

/// An item's body in two consecutive pieces, valid as long as the item and the scratch buffer.
struct Pieces {
  std::string_view first, second;
  std::size_t size() const { return first.size() + second.size(); }
};

/// An item that is not encoded yet.
class Item {
 public:
  virtual ~Item() = default;
  virtual void encode(std::string& body) const = 0;                ///< may throw
  virtual Pieces pieces(Scratch<std::string>& scratch) const = 0;  ///< the same bytes, without a copy where possible
  virtual std::string preview() const = 0;
  virtual bool sentinel() const = 0;
  /// Moves or copies the item to the heap, to be kept in a buffer.
  virtual std::unique_ptr<Item> to_owned() = 0;

  trace::ItemId id;            ///< set by put
  std::uint32_t location = 0;  ///< of the put, for the feeder's events
};

/// Receives the bytes of one item, piece by piece.
class Receiver {
 public:
  virtual void begin(std::size_t bytes) = 0;
  virtual void piece(std::string_view bytes) = 0;

 protected:
  ~Receiver() = default;
};

template <typename T>
concept WholeBytewise = CopiedBytewise<T> && !HasOwnCodec<T> && !std::is_empty_v<T> && !std::same_as<T, bool>;

template <typename>
inline constexpr bool is_text = false;
template <>
inline constexpr bool is_text<std::string> = true;
template <WholeBytewise T>
inline constexpr bool is_text<std::vector<T>> = true;

/// A sequence that is encoded as a count and the contiguous bytes of its elements.
template <typename T>
concept Text = is_text<T> && !HasOwnCodec<T>;

/// Refers to the caller's value: a queue that encodes it during put copies nothing else.
template <typename T>
class ItemOf : public Item {
 public:
  explicit ItemOf(T const& value) : value_(value) {}
  ItemOf(ItemOf const&) = delete;
  ItemOf& operator=(ItemOf const&) = delete;
  void encode(std::string& body) const override {
    if constexpr (Encodable<T>) Encoder{body}(value_);  // QueueBase reports a type without a codec, once
  }
  Pieces pieces(Scratch<std::string>& scratch) const override {
    if constexpr (WholeBytewise<T>) {
      return {{reinterpret_cast<char const*>(&value_), sizeof value_}, {}};
    } else {
      std::string& text = *scratch;
      text.clear();
      if constexpr (Text<T>) {
        Encoder{text}.count(value_.size());
        return {text, {reinterpret_cast<char const*>(value_.data()), value_.size() * sizeof *value_.data()}};
      } else {
        if constexpr (Encodable<T>) Encoder{text}(value_);
        return {text, {}};
      }
    }
  }
  std::string preview() const override { return mp::preview(value_); }
  bool sentinel() const override { return is_sentinel(value_); }
  T const& value() const { return value_; }

 private:
  T const& value_;
};

/// Owns its value; lives on the heap.
template <typename T>
class OwnedItemOf final : public ItemOf<T> {
 public:
  OwnedItemOf(T value, Item const& from) : ItemOf<T>(own_), own_(std::move(value)) {
    this->id = from.id;
    this->location = from.location;
  }
  std::unique_ptr<Item> to_owned() override { return std::make_unique<OwnedItemOf>(std::move(own_), *this); }

 private:
  T own_;
};

template <typename T>
class CopiedItemOf final : public ItemOf<T> {
 public:
  using ItemOf<T>::ItemOf;
  std::unique_ptr<Item> to_owned() override { return std::make_unique<OwnedItemOf<T>>(this->value(), *this); }
};

template <typename T>
class MovedItemOf final : public ItemOf<T> {
 public:
  explicit MovedItemOf(T& value) : ItemOf<T>(value), value_(value) {}
  std::unique_ptr<Item> to_owned() override { return std::make_unique<OwnedItemOf<T>>(std::move(value_), *this); }

 private:
  T& value_;
};

/// Collects the bytes; value() decodes them and throws as decode() does.
template <typename T>
class ReceiverOf final : public Receiver {
 public:
  void begin(std::size_t bytes) override { to_ = (*body_).resize(bytes); }
  void piece(std::string_view bytes) override {
    std::memcpy(to_, bytes.data(), bytes.size());
    to_ += bytes.size();
  }
  T value() {
    if constexpr (Encodable<T>) return decode<T>((*body_).view());
  }

 private:
  Scratch<Body> body_;
  char* to_ = nullptr;
};

template <WholeBytewise T>
class ReceiverOf<T> final : public Receiver {
 public:
  void begin(std::size_t bytes) override { bytes_ = bytes; }
  void piece(std::string_view bytes) override {
    if (bytes_ == sizeof(T)) std::memcpy(value_.bytes + done_, bytes.data(), bytes.size());
    done_ += bytes.size();
  }
  T value() {
    if (bytes_ < sizeof(T)) throw DecodeError("the message is too short for the type that was asked for");
    if (bytes_ > sizeof(T)) throw DecodeError("the message is longer than the type that was asked for");
    return std::bit_cast<T>(value_);
  }

 private:
  /// T may have no default constructor.
  struct Bytes {
    alignas(T) unsigned char bytes[sizeof(T)];
  };
  Bytes value_{};
  std::size_t bytes_ = 0, done_ = 0;
};

template <Text T>
class ReceiverOf<T> final : public Receiver {
  using Element = typename T::value_type;

 public:
  void begin(std::size_t bytes) override {
    bytes_ = bytes;
    std::size_t const elements = bytes < sizeof count_ ? 0 : (bytes - sizeof count_) / sizeof(Element);
    if constexpr (one_byte) {
      value_.reserve(elements);
    } else {
      value_.resize(elements);
    }
  }
  void piece(std::string_view bytes) override {
    if (done_ < sizeof count_) {
      std::size_t const of_count = std::min(bytes.size(), sizeof count_ - done_);
      std::memcpy(reinterpret_cast<char*>(&count_) + done_, bytes.data(), of_count);
      done_ += of_count;
      bytes.remove_prefix(of_count);
    }
    if (bytes.empty()) return;
    auto const* const data = reinterpret_cast<Element const*>(bytes.data());
    if constexpr (one_byte) {
      value_.insert(value_.end(), data, data + bytes.size());
    } else {
      std::size_t const at = done_ - sizeof count_;
      std::size_t const end = value_.size() * sizeof(Element);  // a malformed message may end with part of an element
      if (at < end)
        std::memcpy(reinterpret_cast<char*>(value_.data()) + at, bytes.data(), std::min(bytes.size(), end - at));
    }
    done_ += bytes.size();
  }
  T value() {
    if (bytes_ < sizeof count_) throw DecodeError("the message is too short for the type that was asked for");
    std::size_t const rest = bytes_ - sizeof count_;
    if (count_ > rest / sizeof(Element)) throw DecodeError("a length is larger than the message");
    if (count_ * sizeof(Element) != rest) throw DecodeError("the message is longer than the type that was asked for");
    return std::move(value_);
  }

 private:
  static constexpr bool one_byte = sizeof(Element) == 1;
  T value_;
  std::uint32_t count_ = 0;
  std::size_t bytes_ = 0, done_ = 0;
};

}  // namespace mp::detail
