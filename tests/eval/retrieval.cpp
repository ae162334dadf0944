// Retrieval quality on judged collections: nDCG@10 with linear gain as trec_eval has it, and recall at 100, of the
// legs, of all together, and without each of them. FOLDER holds <set>/corpus.jsonl, queries.jsonl, qrels.tsv.
//
// eval_retrieval FOLDER [SET...]             whether what is promised is kept
//                [--sample N [--draws D]]    the same of D random parts of N documents each, and nothing is promised
//                [--shares]                  how much words should count, by how many terms a query has
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "actors/embed/analyzer.hpp"
#include "tests/eval/judged_set.hpp"

using namespace troupe;

namespace {

struct arguments {
  std::filesystem::path folder;
  std::vector<std::string> sets;
  std::size_t sample = 0; // documents; 0: all
  std::uint32_t draws = 8;
  bool shares = false;
};

/// What is to be reached, hybrid; elsewhere the set's BM25.
const std::map<std::string, double> promised{
  {"cranfield", .375}, {"cisi", .395}, {"npl", .450}, {"nq-utd", .805}, {"limit-small", .985}};

struct ranking {
  std::string name;
  search_mode mode;
  fusion_choice choice;
  const variety* varied = nullptr;
};

fusion_choice always(const leg_weights& x) { return {x, x, fusion_method::convex, three_legs.boosts}; }

fusion_choice without(double leg_weights::*leg) {
  auto choice = three_legs;
  choice.brief.*leg = choice.wordy.*leg = 0;
  return choice;
}

fusion_choice without(double boost_weights::*boost) {
  auto choice = three_legs;
  choice.boosts.*boost = 0;
  return choice;
}

fusion_choice by_ranks() {
  auto choice = three_legs;
  choice.how = fusion_method::reciprocal_rank;
  return choice;
}

const std::vector<ranking> ablations{
  {"BM25", search_mode::lexical, always({1, 0, 0})},
  {"latent alone", search_mode::vector, always({0, 1, 0})},
  {"hashed alone", search_mode::vector, always({0, 0, 1})},
  {"hybrid", search_mode::hybrid, three_legs},
  {"without latent", search_mode::hybrid, without(&leg_weights::latent)},
  {"without hashed", search_mode::hybrid, without(&leg_weights::hashed)},
  {"without BM25", search_mode::hybrid, without(&leg_weights::lexical)},
  {"without phrases", search_mode::hybrid, without(&boost_weights::phrases)},
  {"without headings", search_mode::hybrid, without(&boost_weights::heading)},
  {"by ranks", search_mode::hybrid, by_ranks()},
  {"for reading", search_mode::hybrid, three_legs, &for_reading},
};

/// Hybrid with a fixed share of the lexical leg, and the rest divided as it always is.
std::vector<ranking> fixed_shares() {
  std::vector<ranking> result;
  auto rest = 1 - three_legs.brief.lexical;
  for (int tenths = 2; tenths <= 10; ++tenths) {
    auto share = (10 - tenths) / 10.0 / rest;
    result.push_back({"words " + std::to_string(tenths) + "/10", search_mode::hybrid,
                      always({tenths / 10.0, three_legs.brief.latent * share, three_legs.brief.hashed * share})});
  }
  return result;
}

struct row {
  quality sum;
  std::size_t queries = 0;
  void add(const quality& x) {
    sum.ndcg += x.ndcg;
    sum.recall += x.recall;
    ++queries;
  }
  [[nodiscard]] quality mean() const {
    auto n = static_cast<double>(std::max<std::size_t>(queries, 1));
    return {sum.ndcg / n, sum.recall / n};
  }
};

/// Of all queries, and of those of about as many terms, by ranking.
using rows = std::map<std::string, row>;
using rows_by_length = std::map<std::size_t, rows>;
constexpr std::size_t every_length = 0;

std::size_t length_class(const std::string& query) {
  analyzer words;
  std::set<std::string> different;
  for (auto& term : words.terms(query))
    different.insert(std::move(term));
  auto n = different.size();
  return n <= brief_terms ? 1 : n >= wordy_terms ? wordy_terms : (n - brief_terms - 1) / 3 * 3 + brief_terms + 1;
}

bool measure(eval_index& index, const judged_set& set, const std::vector<ranking>& rankings, bool by_length,
             rows_by_length& out) {
  for (const auto& query : set.queries) {
    auto grades = set.grades.find(query.id);
    if (grades == set.grades.end() || !answered(grades->second))
      continue;
    for (const auto& how : rankings) {
      auto hits = index.search(query.text, how.mode, 100, &how.choice, how.varied);
      if (!hits)
        return false;
      auto q = judge(*hits, grades->second);
      out[every_length][how.name].add(q);
      if (by_length)
        out[length_class(query.text)][how.name].add(q);
    }
  }
  return true;
}

/// Seconds the fit took; nothing when something failed.
std::optional<double> measure(const judged_set& set, const std::vector<ranking>& rankings, bool by_length,
                              rows_by_length& out) {
  eval_index index;
  for (const auto& item : set.corpus)
    if (!index.add(item))
      return {};
  auto start = std::chrono::steady_clock::now();
  if (!index.fit())
    return {};
  auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (!measure(index, set, rankings, by_length, out))
    return {};
  return took;
}

void print(const std::vector<ranking>& rankings, const rows_by_length& measured) {
  for (const auto& [least, of] : measured) {
    if (least != every_length)
      std::printf(" queries of %zu terms or more: %zu\n", least, of.begin()->second.queries);
    for (const auto& how : rankings) {
      auto q = of.at(how.name).mean();
      std::printf("  %-16s nDCG@10 %.4f  R@100 %.4f\n", how.name.c_str(), q.ndcg, q.recall);
    }
  }
}

bool keeps_promise(const std::string& set, const rows& of) {
  auto at_least = promised.find(set);
  auto hybrid = of.at("hybrid").mean();
  auto words = of.at("BM25").mean();
  auto bar = at_least == promised.end() ? words.ndcg : at_least->second;
  auto kept = hybrid.ndcg >= bar && hybrid.recall >= words.recall;
  if (!kept)
    std::fprintf(stderr, "%s: below what is promised\n", set.c_str());
  return kept;
}

bool measure_set(const std::string& name, const arguments& given) {
  auto set = read_judged_set(given.folder / name);
  if (!set) {
    std::fprintf(stderr, "%s\n", set.error().message.c_str());
    return false;
  }
  auto rankings = given.shares ? fixed_shares() : ablations;
  rows_by_length measured;
  if (given.sample == 0) {
    auto took = measure(*set, rankings, given.shares, measured);
    if (!took)
      return false;
    std::printf("%s: %zu documents, %zu queries, fitted in %.2f s\n", name.c_str(), set->corpus.size(),
                set->queries.size(), *took);
    print(rankings, measured);
    return given.shares || measured.empty() || keeps_promise(name, measured.at(every_length));
  }
  for (std::uint32_t draw = 1; draw <= given.draws; ++draw)
    if (!measure(sample(*set, given.sample, draw), rankings, given.shares, measured))
      return false;
  std::printf("%s, %u times %zu documents of it\n", name.c_str(), given.draws, given.sample);
  print(rankings, measured);
  return true;
}

std::optional<arguments> read_arguments(const std::vector<std::string>& words) {
  arguments given;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto number = [&] { return ++i < words.size() ? std::strtoul(words[i].c_str(), nullptr, 10) : 0; };
    if (words[i] == "--shares")
      given.shares = true;
    else if (words[i] == "--sample" || words[i] == "--draws") {
      auto draws = words[i] == "--draws";
      auto value = number();
      if (value == 0)
        return {};
      if (draws)
        given.draws = static_cast<std::uint32_t>(value);
      else
        given.sample = value;
    } else if (words[i].starts_with("--"))
      return {};
    else
      names.push_back(words[i]);
  }
  if (names.empty())
    return {};
  given.folder = names.front();
  given.sets.assign(names.begin() + 1, names.end());
  if (given.sets.empty())
    given.sets = {"cranfield", "cisi", "npl", "nq-utd", "limit-small"};
  return given;
}

} // namespace

int main(int argc, char** argv) {
  auto given = read_arguments({argv + 1, argv + argc});
  if (!given) {
    std::fprintf(stderr, "usage: eval_retrieval FOLDER [SET...] [--sample N [--draws D]] [--shares]\n");
    return 2;
  }
  auto kept = true;
  for (const auto& set : given->sets)
    kept = measure_set(set, *given) && kept;
  return kept ? 0 : 1;
}
