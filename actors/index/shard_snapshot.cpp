// The part of a shard that writes itself to a file and comes back from there.
//
// Documents with their passages, vectors and places never change once they are there, so they are written a few at a
// time while the shard goes on working; those that came or went meanwhile are seen to at the end, with all that
// changes.
#include "actors/index/index_shard.hpp"

namespace troupe {

namespace {

constexpr std::string_view snapshot_mark = "index 1"; // another number when anything below changes

void write_vector(snapshot_writer& out, const embedding& x) {
  out.number(x.scale);
  out.list(std::span<const std::int8_t>{x.values});
}

embedding read_vector(snapshot_reader& in) {
  auto scale = in.number<float>();
  return {scale, in.list<std::int8_t>()};
}

std::string options_line(const shard_options& x) { return x.model + " " + std::to_string(x.dimensions); }

} // namespace

shard_snapshot::shard_snapshot(const std::filesystem::path& path) : file_(path, snapshot_mark) {}

void index_shard::write_document(shard_snapshot& to, const stored_document& d) const {
  auto& out = to.file_;
  out.text(d.id.value);
  if (d.id.value.empty())
    return; // removed
  out.text(d.title);
  out.text(d.language);
  out.number(d.first);
  out.text(d.text);
  out.number(static_cast<std::uint64_t>(d.headings.size()));
  for (const auto& h : d.headings)
    out.text(h);
  out.list(std::span<const stored_passage>{d.passages});
  for (std::size_t i = 0; i < d.passages.size(); ++i) {
    auto at = static_cast<slot>(d.first + i);
    write_vector(out, vectors_.at(at));
    if (latent_)
      write_vector(out, latent_->places.at(at));
  }
  to.passages_ += d.passages.size();
}

index_shard::snapshot_step index_shard::write_more(shard_snapshot& to, std::uint64_t at_most) const {
  auto space = latent_ ? latent_->space : nullptr;
  if (coming_ || (to.next_ != 0 && to.space_ != space))
    return snapshot_step::stale;
  auto& out = to.file_;
  if (to.next_ == 0) {
    to.space_ = space;
    out.text(options_line(options_));
    out.text(space ? space->save() : std::string{});
  }
  for (auto end = out.written() + at_most; to.next_ < documents_.size(); ++to.next_) {
    if (out.written() >= end)
      return snapshot_step::more;
    out.number(std::uint8_t{1});
    write_document(to, documents_[to.next_]);
  }
  out.number(std::uint8_t{0});
  lexical_.save(out);
  out.number(static_cast<slot>(owners_.size()));
  out.number(static_cast<std::uint64_t>(numbers_.size()));
  for (const auto& [id, number] : numbers_)
    out.number(number);
  return snapshot_step::ended;
}

bool index_shard::read_document(snapshot_reader& in) {
  stored_document d;
  d.id = document_id{in.text()};
  d.first = static_cast<slot>(owners_.size());
  auto number = static_cast<std::uint32_t>(documents_.size());
  if (!d.id.value.empty()) {
    d.title = in.text();
    d.language = in.text();
    d.first = in.number<slot>();
    d.text = in.text();
    d.headings.resize(in.size(1));
    for (auto& h : d.headings)
      h = in.text();
    d.passages = in.list<stored_passage>();
    if (!in.good() || d.first < owners_.size())
      return false;
    d.outdated = true;
    owners_.resize(d.first, number); // of documents that were gone before it was written: nobody finds them
    for (std::size_t i = 0; i < d.passages.size(); ++i) {
      auto at = static_cast<slot>(d.first + i);
      owners_.push_back(number);
      if (d.passages[i].heading >= d.headings.size() || d.passages[i].text_end > d.text.size())
        return false;
      if (auto vector = read_vector(in); vectors_.add(at, vector))
        weights_.add(vector);
      if (latent_)
        if (auto place = read_vector(in); !place.values.empty())
          latent_->places.add(at, place);
    }
    live_.insert(d.first, d.passages.size());
    ++languages_[analysis_language(d.language)];
    ++outdated_;
    numbers_.emplace(d.id, number);
    unconfirmed_.insert(d.id);
  }
  documents_.push_back(std::move(d));
  return in.good();
}

bool index_shard::read_all(snapshot_reader& in) {
  if (in.text() != options_line(options_))
    return false;
  if (auto bytes = in.text(); !bytes.empty()) {
    auto space = lsa_space::load(bytes);
    if (!space)
      return false;
    adopt(std::make_shared<const lsa_space>(std::move(*space)));
  }
  while (in.number<std::uint8_t>() == 1)
    if (!read_document(in))
      return false;
  lexical_.load(in);
  if (auto slots = in.number<slot>(); slots >= owners_.size() && in.good())
    owners_.resize(slots, 0); // of documents gone by then; they are never given again
  std::set<std::uint32_t> there;
  for (auto left = in.size(sizeof(std::uint32_t)); left > 0 && in.good(); --left)
    there.insert(in.number<std::uint32_t>());
  if (!in.ended())
    return false;
  for (std::uint32_t number = 0; number < documents_.size(); ++number)
    if (!documents_[number].id.value.empty() && there.count(number) == 0)
      remove(document_id{documents_[number].id});
  return true;
}

expected<void> index_shard::load(const std::filesystem::path& path) {
  auto in = snapshot_reader::open(path, snapshot_mark);
  if (!in)
    return tl::make_unexpected(in.error());
  if (read_all(*in))
    return {};
  *this = index_shard{options_};
  return fail(errc::unreadable, "the snapshot " + path.string() + " is damaged or of another model",
              "It is made anew as the index grows.");
}

void index_shard::confirm(std::uint32_t number, const indexed_document& x) {
  auto& d = documents_[number];
  d.url = x.url;
  d.fetched_at = x.fetched_at;
  facts_.set(number, x);
  set_outdated(x.embedded.document, x.outdated);
}

void index_shard::remove_unconfirmed() {
  while (!unconfirmed_.empty())
    remove(document_id{*unconfirmed_.begin()});
}

} // namespace troupe
