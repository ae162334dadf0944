// Retrieval quality on judged collections: nDCG@10 with linear gain as trec_eval has it, and recall at 100, for each
// mode. eval_retrieval FOLDER [SET...]; FOLDER holds <set>/corpus.jsonl, queries.jsonl, qrels.tsv.
#include <algorithm>
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

const std::map<std::string, double> promised_lexical{{"cranfield", .340}, {"cisi", .360}, {"npl", .430}};
constexpr double hybrid_may_lose = .005;

bool keeps_promise(const std::string& set, const std::map<std::string, double>& ndcg) {
  auto promised = promised_lexical.find(set);
  if (promised == promised_lexical.end())
    return true;
  auto kept = ndcg.at("lexical") >= promised->second && ndcg.at("hybrid") >= ndcg.at("lexical") - hybrid_may_lose;
  if (!kept)
    std::fprintf(stderr, "%s: below what is promised\n", set.c_str());
  return kept;
}

bool measure(const std::filesystem::path& set) {
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
  constexpr std::pair<search_mode, const char*> modes[] = {
    {search_mode::lexical, "lexical"}, {search_mode::vector, "vector"}, {search_mode::hybrid, "hybrid"}};
  std::map<std::string, double> ndcg;
  for (auto [mode, name] : modes) {
    quality sum;
    std::size_t judged = 0;
    for (const auto& query : *queries) {
      auto of = grades.find(query.id);
      if (of == grades.end()
          || std::none_of(of->second.begin(), of->second.end(), [](const auto& x) { return x.second > 0; }))
        continue;
      auto hits = index.search(query.text, mode, 100);
      if (!hits)
        return false;
      auto q = judge(*hits, of->second);
      sum.ndcg += q.ndcg;
      sum.recall += q.recall;
      ++judged;
    }
    auto n = static_cast<double>(judged == 0 ? 1 : judged);
    ndcg[name] = sum.ndcg / n;
    std::printf("%-12s %-8s nDCG@10 %.4f  R@100 %.4f  (%zu queries, %zu documents)\n", set.filename().c_str(), name,
                sum.ndcg / n, sum.recall / n, judged, corpus->size());
  }
  return keeps_promise(set.filename().string(), ndcg);
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
  for (const auto& set : sets)
    if (!measure(std::filesystem::path{argv[1]} / set))
      return 1;
  return 0;
}
