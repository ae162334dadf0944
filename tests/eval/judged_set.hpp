#pragma once
// A judged collection, random parts of it, and how good a ranking is by its judgements.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "actors/index/evaluation.hpp"

namespace troupe {

using judgements = std::map<std::string, int>; // grade by document

inline std::map<std::string, judgements> read_judgements(const std::filesystem::path& file) {
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

inline double gain(int grade, std::size_t rank) {
  return grade > 0 ? grade / std::log2(static_cast<double>(rank) + 2) : 0;
}

inline quality judge(const std::vector<eval_hit>& hits, const judgements& grades) {
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

struct judged_set {
  std::string name;
  std::vector<eval_item> corpus;
  std::vector<eval_item> queries;
  std::map<std::string, judgements> grades;
};

inline bool answered(const judgements& x) {
  return std::any_of(x.begin(), x.end(), [](const auto& grade) { return grade.second > 0; });
}

inline expected<judged_set> read_judged_set(const std::filesystem::path& folder) {
  auto corpus = read_eval_items(folder / "corpus.jsonl");
  if (!corpus)
    return tl::make_unexpected(corpus.error());
  auto queries = read_eval_items(folder / "queries.jsonl");
  if (!queries)
    return tl::make_unexpected(queries.error());
  return judged_set{folder.filename().string(), std::move(*corpus), std::move(*queries),
                    read_judgements(folder / "qrels.tsv")};
}

/// `documents` of it, drawn at random, the queries that one of these answers, and their judgements. The same on every
/// machine.
inline judged_set sample(const judged_set& whole, std::size_t documents, std::uint32_t seed) {
  judged_set part{whole.name, whole.corpus, {}, {}};
  std::mt19937 random{seed};
  auto n = std::min(documents, part.corpus.size());
  for (std::size_t i = 0; i < n; ++i)
    std::swap(part.corpus[i], part.corpus[i + random() % (part.corpus.size() - i)]);
  part.corpus.resize(n);
  std::set<std::string> inside;
  for (const auto& document : part.corpus)
    inside.insert(document.id);
  for (const auto& query : whole.queries) {
    auto found = whole.grades.find(query.id);
    if (found == whole.grades.end())
      continue;
    auto grades = found->second;
    std::erase_if(grades, [&](const auto& grade) { return inside.count(grade.first) == 0; });
    if (!answered(grades))
      continue;
    part.queries.push_back(query);
    part.grades.emplace(query.id, std::move(grades));
  }
  return part;
}

} // namespace troupe
