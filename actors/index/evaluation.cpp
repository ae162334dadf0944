#include "actors/index/evaluation.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>

#include <simdjson.h>

#include "actors/embed/hashed_model.hpp"
#include "actors/index/index_shard.hpp"

namespace troupe {

namespace {

constexpr std::size_t line_limit = 16U << 20U; // of one document
constexpr std::size_t least_to_fit = 12;       // documents; a latent space of fewer says nothing

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

tl::unexpected<error> bad_line(const std::filesystem::path& file, std::size_t number, const char* what) {
  return fail(errc::unreadable, file.string() + " line " + std::to_string(number) + ": " + what,
              "Give a file in BEIR's layout: one JSON object a line with _id, title and text.");
}

bool parse_item(simdjson::ondemand::parser& parser, const std::string& line, eval_item& out) {
  simdjson::padded_string padded{line};
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS
      || document.get_object().get(object) != simdjson::SUCCESS)
    return false;
  auto read = [&object](std::string_view name, std::string& value) {
    std::string_view text;
    auto failed = object.find_field_unordered(name).get_string().get(text);
    if (failed == simdjson::SUCCESS)
      value = text;
    return failed;
  };
  auto title = read("title", out.title);
  return (title == simdjson::SUCCESS || title == simdjson::NO_SUCH_FIELD) && read("_id", out.id) == simdjson::SUCCESS
         && !out.id.empty() && read("text", out.text) == simdjson::SUCCESS;
}

} // namespace

expected<std::vector<eval_item>> read_eval_items(const std::filesystem::path& file) {
  std::ifstream in{file};
  if (!in)
    return fail(errc::unreadable, "can't read " + file.string(), "Check the path and its permissions.");
  std::vector<eval_item> items;
  simdjson::ondemand::parser parser;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos)
      continue;
    if (line.size() > line_limit)
      return bad_line(file, number, "longer than 16 MiB.");
    if (!parse_item(parser, line, items.emplace_back()))
      return bad_line(file, number, "not a JSON object with text fields _id and text.");
  }
  return items;
}

struct eval_index::impl {
  std::unique_ptr<embedding_model> model = make_hashed_model();
  index_shard shard;
};

eval_index::eval_index() : impl_(std::make_unique<impl>()) {}
eval_index::~eval_index() = default;

expected<void> eval_index::add(const eval_item& x) {
  indexed_document d;
  d.embedded.document = document_id{x.id};
  d.embedded.model = impl_->model->name();
  d.embedded.passages.push_back({0, 0, static_cast<std::uint32_t>(x.text.size()), x.title, x.text});
  auto subject = passage_subject("", d.embedded.passages[0]);
  std::string_view view = subject;
  auto vectors = impl_->model->embed_documents({&view, 1}, "en");
  if (!vectors)
    return tl::make_unexpected(vectors.error());
  d.embedded.embeddings = std::move(*vectors);
  d.language = "en";
  impl_->shard.add(d);
  return {};
}

expected<void> eval_index::fit() {
  auto& shard = impl_->shard;
  lsa_fit fitting;
  analyzer_set analyzers;
  term_list terms;
  for (const auto& x : shard.sample(lsa_options{}.most_passages)) {
    terms.clear();
    analyzers.of(x.language).analyze(x.text, terms);
    fitting.add(terms);
  }
  auto space = fitting.fit();
  if (!space)
    return tl::make_unexpected(space.error());
  shard.adopt(std::make_shared<const lsa_space>(std::move(*space)));
  shard.place_more(shard.passages());
  return {};
}

expected<std::vector<eval_hit>> eval_index::search(const std::string& query, search_mode mode, std::size_t k,
                                                   const fusion_choice* fusion, const variety* varied) {
  auto vector = impl_->model->embed_query(query);
  if (!vector)
    return tl::make_unexpected(vector.error());
  std::vector<eval_hit> hits;
  for (auto& hit : impl_->shard.search({query, {}, mode, k, &*vector, fusion, nullptr, varied}))
    hits.push_back({std::move(hit.document.value), hit.score});
  return hits;
}

expected<eval_summary> run_evaluation(const eval_options& options) {
  if (options.k == 0 || options.k > 1000)
    return fail(errc::invalid_argument, "k is " + std::to_string(options.k) + ", not between 1 and 1,000",
                "Give -k a number in that range.");
  auto corpus = read_eval_items(options.corpus);
  if (!corpus)
    return tl::make_unexpected(corpus.error());
  auto queries = read_eval_items(options.queries);
  if (!queries)
    return tl::make_unexpected(queries.error());
  eval_summary summary{corpus->size(), queries->size(), 0, 0, 0, 0};
  eval_index index;
  auto start = std::chrono::steady_clock::now();
  for (const auto& item : *corpus)
    if (auto added = index.add(item); !added)
      return tl::make_unexpected(added.error());
  summary.index_seconds = seconds_since(start);
  start = std::chrono::steady_clock::now();
  if (options.mode != search_mode::lexical && corpus->size() >= least_to_fit)
    if (auto fitted = index.fit(); !fitted)
      return tl::make_unexpected(fitted.error());
  summary.fit_seconds = seconds_since(start);
  start = std::chrono::steady_clock::now();
  std::ofstream out{options.out, std::ios::trunc};
  for (const auto& query : *queries) {
    auto hits = index.search(query.text, options.mode, options.k);
    if (!hits)
      return tl::make_unexpected(hits.error());
    std::size_t rank = 0;
    for (const auto& hit : *hits) {
      char score[32];
      std::snprintf(score, sizeof score, "%.9g", hit.score);
      out << query.id << " Q0 " << hit.id << ' ' << ++rank << ' ' << score << " troupe\n";
    }
    summary.lines += rank;
  }
  summary.search_seconds = seconds_since(start);
  if (!out.flush())
    return fail(errc::storage_failed, "can't write " + options.out.string(),
                "Check that the folder exists, is writable and has room.");
  return summary;
}

} // namespace troupe
