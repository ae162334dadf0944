#pragma once
/// A few pages of a folder, extracted and cut into passages, with a plain search over them: what a writer needs.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "actors/egress/url.hpp"
#include "actors/embed/analyzer.hpp"
#include "actors/embed/chunker.hpp"
#include "actors/research/answer.hpp"
#include "actors/research/plan.hpp"
#include "actors/research/question.hpp"
#include "actors/research/verify.hpp"
#include "actors/research/write.hpp"
#include "actors/scrape/extract/article_extractor.hpp"

namespace troupe::research_tests {

class page_shelf {
public:
  /// `names` empty: every HTML page of the folder.
  explicit page_shelf(const std::filesystem::path& folder, const std::vector<std::string>& names = {}) {
    std::vector<std::filesystem::path> files;
    for (auto& name : names)
      files.push_back(folder / name);
    if (names.empty())
      for (auto& entry : std::filesystem::directory_iterator{folder})
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (auto& file : files)
      add(file);
  }

  [[nodiscard]] const std::vector<evidence_page>& pages() const { return pages_; }

  /// Passages by the weights of the different query terms they hold.
  [[nodiscard]] std::vector<passage_hit> search(const std::string& query, std::size_t k = 40) {
    std::set<std::string> wanted;
    for (auto& t : words_.terms(query))
      wanted.insert(t);
    std::map<std::string, double> df;
    for (auto& terms : terms_)
      for (auto& t : wanted)
        df[t] += terms.contains(t) ? 1 : 0;
    std::vector<passage_hit> out;
    double sum = 0;
    auto weight = [&](const std::string& t) { return std::log(1 + static_cast<double>(terms_.size()) / (1 + df[t])); };
    for (auto& t : wanted)
      sum += weight(t);
    for (std::size_t i = 0; i < hits_.size(); ++i) {
      auto hit = hits_[i];
      for (auto& t : wanted)
        hit.score += terms_[i].contains(t) ? weight(t) / sum : 0;
      if (hit.score > 0)
        out.push_back(std::move(hit));
    }
    std::stable_sort(out.begin(), out.end(), [](auto& a, auto& b) { return a.score > b.score; });
    out.resize(std::min(out.size(), k));
    return out;
  }

  struct written {
    answer_draft draft;
    std::vector<rejected_citation> rejected;
    report answer;
  };

  [[nodiscard]] written write(const std::string& question) {
    std::vector<question_evidence> found;
    for (auto& q : plan_questions(question)) {
      std::vector<std::vector<passage_hit>> lists;
      for (auto& query : search_queries(q))
        lists.push_back(search(query.text, query.most > 0 ? query.most : 40));
      found.push_back({q, fuse_hits(std::move(lists), 40)});
    }
    written out;
    out.draft = draft_answer(question, found, pages_);
    out.rejected = verify_draft(out.draft, pages_);
    report_facts facts;
    facts.question = question;
    facts.coverage.pages = static_cast<std::uint32_t>(pages_.size());
    out.answer = write_report(facts, out.draft, pages_);
    return out;
  }

private:
  void add(const std::filesystem::path& file) {
    std::ifstream in{file};
    std::stringstream bytes;
    bytes << in.rdbuf();
    auto address = file_url(file.string());
    auto ending = file.extension();
    auto type = ending == ".md" ? "text/markdown" : ending == ".txt" ? "text/plain" : "text/html";
    auto x = extract_article(bytes.str(), type, *parse_url(address));
    if (!x)
      return;
    pages_.push_back({x->content, address, x->content.title, timestamp{} + std::chrono::hours{490000}});
    for (auto& p : chunk(x->content)) {
      std::set<std::string> terms;
      for (auto* text : {&p.text, &p.heading})
        for (auto& t : words_.terms(*text))
          terms.insert(t);
      terms_.push_back(std::move(terms));
      hits_.push_back({x->content.id, p, address, x->content.title, {}, 0, 0, 0});
    }
  }

  analyzer words_;
  std::vector<evidence_page> pages_;
  std::vector<passage_hit> hits_;
  std::vector<std::set<std::string>> terms_;
};

} // namespace troupe::research_tests
