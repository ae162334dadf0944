// Retrieval quality on judged collections: nDCG@10 with linear gain as trec_eval has it, and recall at 100, of the
// legs, of all together, and without each of them. eval_retrieval FOLDER [SET...]; FOLDER holds <set>/corpus.jsonl,
// queries.jsonl, qrels.tsv.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include "actors/index/evaluation.hpp"

using namespace troupe;

namespace {

using judgements = std::map<std::string, int>; // grade by document

std::map<std::string, judgements> read_judgements(const std::filesystem::path& file) {
  std::map<std::string, judgements> result;
  std::ifstream in{file};
  std::string line;
  std::getline(in, line); // header
  while (std::getline(in, line)) {
    std::istringstream fields{line};
    std::string query, document, grade;
    if (std::getline(fields, query, '\t') && std::getline(fields, document, '\t') && std::getline(fields, grade))
      result[query][document] = std::stoi(grade);
  }
  return result;
}

struct quality {
  double ndcg = 0;
  double recall = 0;
};

double gain(int grade, std::size_t rank) { return grade > 0 ? grade / std::log2(static_cast<double>(rank) + 2) : 0; }

quality judge(const std::vector<eval_hit>& hits, const judgements& grades) {
  std::vector<int> ideal;
  for (const auto& [document, grade] : grades)
    if (grade > 0)
      ideal.push_back(grade);
  std::sort(ideal.rbegin(), ideal.rend());
  double best = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(10, ideal.size()); ++i)
    best += gain(ideal[i], i);
  quality q;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    auto found = grades.find(hits[i].id);
    if (found == grades.end() || found->second <= 0)
      continue;
    q.ndcg += i < 10 ? gain(found->second, i) / best : 0;
    q.recall += 1.0 / static_cast<double>(ideal.size());
  }
  return q;
}

/// What is to be reached, hybrid; elsewhere the set's BM25.
const std::map<std::string, double> promised{
  {"cranfield", .375}, {"cisi", .395}, {"npl", .450}, {"nq-utd", .805}, {"limit-small", .985}};

struct ranking {
  const char* name;
  search_mode mode;
  fusion_choice choice;
};

const ranking rankings[] = {
  {"BM25", search_mode::lexical, {{1, 0, 0}}},
  {"latent alone", search_mode::vector, {{0, 1, 0}}},
  {"hashed alone", search_mode::vector, {{0, 0, 1}}},
  {"hybrid", search_mode::hybrid, {three_legs}},
  {"without latent", search_mode::hybrid, {{three_legs.lexical, 0, three_legs.hashed}}},
  {"without hashed", search_mode::hybrid, {{three_legs.lexical, three_legs.latent, 0}}},
  {"without BM25", search_mode::hybrid, {{0, three_legs.latent, three_legs.hashed}}},
  {"by ranks", search_mode::hybrid, {three_legs, fusion_method::reciprocal_rank}},
};

bool keeps_promise(const std::string& set, const std::map<std::string, quality>& of) {
  auto at_least = promised.find(set);
  const auto& hybrid = of.at("hybrid");
  auto bar = at_least == promised.end() ? of.at("BM25").ndcg : at_least->second;
  auto kept = hybrid.ndcg >= bar && hybrid.recall >= of.at("BM25").recall;
  if (!kept)
    std::fprintf(stderr, "%s: below what is promised\n", set.c_str());
  return kept;
}

expected<quality> measure(eval_index& index, const ranking& how, const std::vector<eval_item>& queries,
                          const std::map<std::string, judgements>& grades) {
  quality sum;
  std::size_t judged = 0;
  for (const auto& query : queries) {
    auto of = grades.find(query.id);
    if (of == grades.end()
        || std::none_of(of->second.begin(), of->second.end(), [](const auto& x) { return x.second > 0; }))
      continue;
    auto hits = index.search(query.text, how.mode, 100, &how.choice);
    if (!hits)
      return tl::make_unexpected(hits.error());
    auto q = judge(*hits, of->second);
    sum.ndcg += q.ndcg;
    sum.recall += q.recall;
    ++judged;
  }
  auto n = static_cast<double>(judged == 0 ? 1 : judged);
  return quality{sum.ndcg / n, sum.recall / n};
}

bool measure_set(const std::filesystem::path& set) {
  auto corpus = read_eval_items(set / "corpus.jsonl");
  auto queries = read_eval_items(set / "queries.jsonl");
  if (!corpus || !queries) {
    std::fprintf(stderr, "%s\n", (!corpus ? corpus.error() : queries.error()).message.c_str());
    return false;
  }
  auto grades = read_judgements(set / "qrels.tsv");
  eval_index index;
  for (const auto& item : *corpus)
    if (!index.add(item))
      return false;
  auto start = std::chrono::steady_clock::now();
  if (!index.fit())
    return false;
  auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%s: %zu documents, %zu queries, fitted in %.2f s\n", set.filename().c_str(), corpus->size(),
              queries->size(), took);
  std::map<std::string, quality> all;
  for (const auto& how : rankings) {
    auto q = measure(index, how, *queries, grades);
    if (!q)
      return false;
    all[how.name] = *q;
    std::printf("  %-16s nDCG@10 %.4f  R@100 %.4f\n", how.name, q->ndcg, q->recall);
  }
  return keeps_promise(set.filename().string(), all);
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: eval_retrieval FOLDER [SET...]\n");
    return 2;
  }
  std::vector<std::string> sets{argv + 2, argv + argc};
  if (sets.empty())
    sets = {"cranfield", "cisi", "npl", "nq-utd", "limit-small"};
  auto kept = true;
  for (const auto& set : sets)
    kept = measure_set(std::filesystem::path{argv[1]} / set) && kept;
  return kept ? 0 : 1;
}
