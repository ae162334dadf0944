#include "actors/research/read.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace troupe {

namespace {

constexpr std::size_t queries_a_question = 4; // at least as many as there can be

} // namespace

retrieval::retrieval(const std::vector<std::string>& questions, std::vector<collection_name> collections, bool whole,
                     const session_options& options)
  : collections_(std::move(collections)), whole_(whole), options_(options) {
  for (auto& q : questions)
    evidence_.push_back({q, {}});
}

void retrieval::start(session_desk& desk, deadline until) {
  for (auto& x : evidence_) {
    queries_.push_back(search_queries(x.question));
    lists_.emplace_back(queries_.back().size());
  }
  first_alone_ = whole_ && collections_.empty() && !lists_.empty() && !lists_[0].empty();
  if (first_alone_)
    ask(0, 0, desk, until);
  else
    ask_all(desk, until);
}

void retrieval::ask_all(session_desk& desk, deadline until) {
  for (std::size_t i = 0; i < lists_.size(); ++i)
    for (std::size_t k = 0; k < lists_[i].size(); ++k)
      if (!first_alone_ || i + k > 0)
        ask(i, k, desk, until);
}

void retrieval::ask(std::size_t question, std::size_t query, session_desk& desk, deadline until) {
  const auto& asked = queries_[question][query];
  search_passages what;
  what.query = asked.text;
  what.collections = collections_;
  what.k = asked.most > 0 ? asked.most : options_.hits_a_question;
  what.whole = whole_;
  what.varied = true;
  desk.steps.ask(std::move(what), until, asked.text, question * queries_a_question + query);
  ++searching_;
}

bool retrieval::nothing_there(const expected<search_hits>& x) const {
  return x ? x->documents == 0 && x->hits.empty() && x->coverage >= 1.0 : x.error().code != errc::overloaded;
}

void retrieval::searched(const session_step& step, expected<search_hits> x, session_desk& desk, deadline until) {
  --searching_;
  auto others = first_alone_ && step.tag == 0 && !nothing_there(x);
  if (x) {
    ++searched_;
    if (whole_) // otherwise all that is wanted was indexed by this research itself
      coverage_ = std::min(coverage_, x->coverage);
    documents_ = std::max(documents_, x->documents);
    lists_[step.tag / queries_a_question][step.tag % queries_a_question] = std::move(x->hits);
  } else if (!failure_) {
    failure_ = x.error();
  }
  if (others)
    ask_all(desk, until);
  if (searching_ > 0)
    return;
  if (searched_ > 0)
    failure_.reset();
  for (std::size_t i = 0; i < evidence_.size(); ++i)
    evidence_[i].hits = fuse_hits(std::move(lists_[i]), options_.hits_a_question);
  drop_older_versions();
  count_passages();
  load(desk, until);
}

/// A collection may hold what another place has a newer version of, under the same address.
void retrieval::drop_older_versions() {
  std::map<std::string, const passage_hit*> newest;
  for (auto& x : evidence_)
    for (auto& hit : x.hits)
      if (auto& known = newest[hit.url]; known == nullptr || hit.fetched_at > known->fetched_at)
        known = &hit;
  std::map<std::string, document_id> current;
  for (auto& [url, hit] : newest)
    current.emplace(url, hit->document);
  for (auto& x : evidence_)
    std::erase_if(x.hits, [&](auto& hit) { return !hit.url.empty() && hit.document != current[hit.url]; });
}

/// Documents by their best rank over the questions; the first question counts twice.
void retrieval::load(session_desk& desk, deadline until) {
  struct standing {
    double score = 0;
    const passage_hit* hit = nullptr;
  };
  std::map<document_id, standing> found;
  for (std::size_t q = 0; q < evidence_.size(); ++q)
    for (std::size_t rank = 0; rank < evidence_[q].hits.size(); ++rank) {
      auto& hit = evidence_[q].hits[rank];
      auto& x = found[hit.document];
      x.score += (q == 0 ? 2.0 : 1.0) / static_cast<double>(rank + 2);
      x.hit = x.hit == nullptr ? &hit : x.hit;
    }
  std::vector<standing> order;
  for (auto& [id, x] : found)
    order.push_back(x);
  std::stable_sort(order.begin(), order.end(), [](auto& a, auto& b) { return a.score > b.score; });
  order.resize(std::min(order.size(), options_.documents_read));
  for (auto& x : order) {
    evidence_page page;
    page.content.id = x.hit->document;
    page.url = x.hit->url;
    page.title = x.hit->title;
    page.fetched_at = x.hit->fetched_at;
    desk.steps.ask(get_document{x.hit->document, {}}, until, x.hit->document.value, wanted_.size());
    wanted_.push_back(std::move(page));
    ++loading_;
  }
}

void retrieval::loaded(const session_step& step, expected<document> x) {
  --loading_;
  if (x) {
    auto& page = wanted_[step.tag];
    page.content = std::move(*x);
    if (page.title.empty())
      page.title = page.content.title;
  }
  if (loading_ > 0)
    return;
  for (auto& page : wanted_) // those that came, in the order of their standing
    if (!page.content.text.empty())
      pages_.push_back(std::move(page));
  for (auto& page : pages_)
    read_documents_.insert(page.content.id);
  wanted_.clear();
}

void retrieval::count_passages() {
  std::set<std::pair<document_id, std::uint32_t>> different;
  for (auto& x : evidence_)
    for (auto& hit : x.hits)
      different.emplace(hit.document, hit.found.start);
  passages_ = static_cast<std::uint32_t>(different.size());
}

} // namespace troupe
