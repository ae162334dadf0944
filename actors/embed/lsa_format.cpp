// A latent space as bytes: "TLSA", format, dimensions, passages, terms; for each term its length, itself, idf, scale
// and row; then a hash of all that. Little-endian.
#include <bit>
#include <cmath>

#include "actors/embed/hashing.hpp"
#include "actors/embed/lsa_model.hpp"

namespace troupe {

namespace {

constexpr std::string_view mark = "TLSA";
constexpr std::uint32_t format = 1;
constexpr std::size_t most_dimensions = 4096;
constexpr std::size_t hash_size = 8;

template <class T>
void put(std::string& out, T x) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out.push_back(static_cast<char>(static_cast<unsigned char>(x >> (8 * i))));
}

/// What is left to read. Reading beyond the end gives nothing, and `good` says so.
class byte_reader {
public:
  explicit byte_reader(std::string_view bytes) : left_(bytes) {}
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] std::size_t size() const { return left_.size(); }

  std::string_view take(std::size_t n) {
    good_ = good_ && n <= left_.size();
    if (!good_)
      return {};
    auto result = left_.substr(0, n);
    left_.remove_prefix(n);
    return result;
  }
  template <class T>
  T number() {
    T x = 0;
    auto bytes = take(sizeof(T));
    for (std::size_t i = 0; i < bytes.size(); ++i)
      x |= static_cast<T>(static_cast<T>(static_cast<unsigned char>(bytes[i])) << (8 * i));
    return x;
  }
  float real() { return std::bit_cast<float>(number<std::uint32_t>()); }

private:
  std::string_view left_;
  bool good_ = true;
};

tl::unexpected<error> damaged(const char* how) {
  return fail(errc::unreadable, std::string{"a stored latent space is "} + how, "It is fitted again by itself.");
}

} // namespace

std::string lsa_space::save() const {
  std::string out{mark};
  put(out, format);
  put(out, static_cast<std::uint32_t>(dimensions_));
  put(out, fitted_on_);
  put(out, static_cast<std::uint32_t>(terms()));
  for (std::size_t t = 0; t < terms(); ++t) {
    auto term = dictionary_.term(static_cast<term_number>(t));
    put(out, static_cast<std::uint8_t>(term.size()));
    out.append(term);
    put(out, std::bit_cast<std::uint32_t>(idf_[t]));
    put(out, std::bit_cast<std::uint32_t>(scales_[t]));
    out.append(reinterpret_cast<const char*>(rows_.data() + t * dimensions_), dimensions_);
  }
  put(out, hash_bytes(out));
  return out;
}

expected<lsa_space> lsa_space::load(std::string_view bytes) {
  if (bytes.size() < mark.size() + hash_size || !bytes.starts_with(mark))
    return damaged("none");
  auto body = bytes.substr(0, bytes.size() - hash_size);
  if (byte_reader{bytes.substr(body.size())}.number<std::uint64_t>() != hash_bytes(body))
    return damaged("damaged");
  byte_reader in{body.substr(mark.size())};
  if (in.number<std::uint32_t>() != format)
    return damaged("of another version");
  lsa_space x;
  x.dimensions_ = in.number<std::uint32_t>();
  x.fitted_on_ = in.number<std::uint64_t>();
  auto count = in.number<std::uint32_t>();
  if (!in.good() || x.dimensions_ > most_dimensions || count > in.size() / (x.dimensions_ + 9))
    return damaged("damaged");
  for (std::uint32_t t = 0; t < count; ++t) {
    auto term = in.take(in.number<std::uint8_t>());
    auto idf = in.real();
    embedding row{in.real(), {}};
    auto values = in.take(x.dimensions_);
    if (!in.good() || !std::isfinite(idf) || !std::isfinite(row.scale) || x.dictionary_.find(term) != no_term)
      return damaged("damaged");
    row.values.assign(values.begin(), values.end());
    x.add_term(term, idf, row);
  }
  if (in.size() != 0)
    return damaged("damaged");
  x.finish();
  return x;
}

} // namespace troupe
