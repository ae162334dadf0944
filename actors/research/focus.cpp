#include "actors/research/focus.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "actors/research/other_words.hpp"
#include "actors/research/spelling.hpp"
#include "actors/research/words.hpp"

namespace troupe {

namespace {

/// Words that make a question of a sentence and are in no answer.
const word_set asking_words{
  "how",  "what",    "when",  "why",    "where",     "who",     "whom",     "whose",   "which", "does", "do",
  "did",  "can",     "could", "should", "would",     "will",    "has",      "have",    "had",   "may",  "must",
  "i",    "we",      "you",   "my",     "your",      "our",     "me",       "us",      "one",   "were", "am",
  "from", "about",   "than",  "please", "tell",      "explain", "describe", "compare", "give",  "show", "many",
  "much", "during",  "while", "within", "up",        "out",     "vs",       "versus",  "its",   "each", "any",
  "some", "between", "per",   "now",    "currently", "still",   "already",  "going",   "ever"};

/// The same in short, with a straight apostrophe.
const word_set asking_short{"what's",  "who's",   "where's",   "when's",   "how's",  "why's",  "that's",
                            "there's", "it's",    "i'm",       "i've",     "i'd",    "i'll",   "don't",
                            "doesn't", "didn't",  "can't",     "won't",    "isn't",  "aren't", "wasn't",
                            "hasn't",  "haven't", "shouldn't", "couldn't", "weren't"};

bool only_asks(const std::string& word) {
  if (asking_words.contains(word))
    return true;
  auto at = word.find("\xe2\x80\x99"); // the other apostrophe
  return asking_short.contains(at == std::string::npos ? word : word.substr(0, at) + "'" + word.substr(at + 3));
}

/// Words that say how something is asked rather than what about: they count little.
const word_set light{
  "decide",   "decides",  "determine", "determines", "know",      "work",       "works",      "happen",      "happens",
  "use",      "used",     "uses",      "using",      "make",      "makes",      "get",        "gets",        "mean",
  "means",    "need",     "needs",     "kind",       "kinds",     "type",       "types",      "many",        "much",
  "long",     "often",    "way",       "ways",       "best",      "good",       "difference", "differences", "differ",
  "control",  "controls", "setting",   "settings",   "parameter", "parameters", "option",     "options",     "affect",
  "affects",  "handle",   "handles",   "support",    "supports",  "reason",     "purpose",    "example",     "examples",
  "possible", "exactly",  "actually",  "different",  "thing",     "things",     "choose",     "chooses",     "take",
  "takes",    "run",      "runs",      "value",      "values",    "number",     "amount",     "do",          "done",
  "there",    "start",    "starts",    "go",         "goes",      "people",     "right",      "correct"};

const word_set setting_words{"setting", "settings", "parameter", "parameters", "option",
                             "options", "variable", "variables", "flag",       "flags"};

constexpr double light_weight = 0.16;
constexpr double sort_weight = 0.12;
constexpr double common_weight = 0.35; // of a term that every passage holds, against 1 for one that none holds
constexpr double unseen_passages = 4; // without any of the terms: a word is not common because the one passage holds it
constexpr double other_word_share = 0.8;
constexpr double enough_in_a_passage = 0.6;
constexpr double enough_foreign = 0.5; // which words only ask can't be told
constexpr std::size_t passages_looked_at = 15;

std::set<std::string> passage_terms(const question_focus& focus, const passage_hit& hit, analyzer& words) {
  std::set<std::string> out;
  for (auto* text : {&hit.found.text, &hit.found.heading, &hit.title}) {
    auto said = words.terms(*text);
    focus.compounds.complete(said, out);
    out.insert(said.begin(), said.end());
  }
  return out;
}

bool is_shouted(const std::string& w) {
  return w.size() > 1 && std::none_of(w.begin(), w.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// "write-ahead log" may be said as WAL: the first letters of words side by side, when a passage has them as a word.
void add_short_forms(const std::string& question, const std::vector<passage_hit>& hits, analyzer& words,
                     question_focus& out) {
  constexpr std::size_t shortest = 3;
  constexpr std::size_t longest = 5;
  std::set<std::string> said;
  for (auto& hit : hits)
    for (auto& w : split_words(hit.found.text))
      if (auto x = std::string{trim_punctuation(w)}; is_shouted(x) && x.size() >= shortest && x.size() <= longest)
        said.insert(lower(x));
  auto asked = comparable(question);
  for (std::size_t from = 0; from < asked.size(); ++from) {
    std::string letters;
    for (auto to = from; to < std::min(asked.size(), from + longest) && !asking_words.contains(asked[to]); ++to) {
      letters += asked[to][0];
      if (letters.size() < shortest || !said.contains(letters))
        continue;
      for (auto i = from; i <= to; ++i)
        for (auto& t : words.terms(asked[i]))
          for (auto& o : words.terms(letters))
            out.others[t].insert(o);
    }
  }
}

/// What a term that stands nowhere may be: another form of a word that does, or a mistyped one.
void add_unusual_forms(const std::string& term, const std::set<std::string>& anywhere, question_focus& out) {
  std::set<std::string> mistyped;
  for (auto& t : anywhere)
    if (same_root(term, t))
      out.others[term].insert(t);
    else if (nearly_same(term, t))
      mistyped.insert(t);
  if (out.others[term].empty())
    out.others[term] = std::move(mistyped);
}

} // namespace

question_focus focus_of(const std::string& question, const std::vector<passage_hit>& hits, analyzer& words) {
  question_focus out;
  out.kind = kind_of(question);
  out.shape = shape_of(question);
  out.compounds.add(words.terms(question));
  std::map<std::string, double> kind_weight;
  std::size_t seen = 0;
  auto apart = true;
  auto opening = true;
  out.foreign = out.kind == question_kind::topic && has_question_mark(question);
  for (auto& w : split_words(question)) {
    auto word = lower(trim_punctuation(w));
    auto capital = !opening && w[0] >= 'A' && w[0] <= 'Z';
    auto asks = out.foreign && (opening || word.size() <= 3); // "Wie", "der"
    opening = false;
    out.wants_condition |= word == "when" || word == "whether" || word == "if" || word.starts_with("decide")
                           || word.starts_with("determine");
    out.wants_settings |= setting_words.contains(word);
    auto compares = out.kind == question_kind::compare && word.starts_with("differ"); // the answer shows it
    if (word.empty() || only_asks(word) || compares) {
      apart = true;
      continue;
    }
    auto terms = words.terms(word);
    if (std::exchange(apart, terms.empty()) && !terms.empty())
      out.groups.emplace_back();
    if (!terms.empty())
      out.groups.back().insert(out.groups.back().end(), terms.begin(), terms.end());
    if (auto as_asked = std::string{trim_punctuation(w)}; as_asked != word && is_shouted(as_asked))
      out.shouted.push_back(as_asked);
    if (word.find('_') != std::string::npos)
      out.named.insert(word);
    auto same_sort = comparable(word) == out.shape.sort;
    auto is_light = light.contains(word) || same_sort || asks;
    for (auto& t : words.terms(word)) {
      auto& x = kind_weight[t];
      x = std::max(x, same_sort || asks ? sort_weight : is_light ? light_weight : 1.0);
      if (capital)
        out.proper.insert(t);
      for (auto other : other_words(word))
        for (auto& o : words.terms(other))
          out.others[t].insert(o);
      if (!is_light && seen < 2)
        out.subject.insert(t);
    }
    seen += is_light ? 0 : 1;
  }
  for (auto& w : out.shape.property)
    if (!light.contains(w))
      for (auto& t : words.terms(w))
        if (kind_weight.contains(t))
          out.property.insert(t);
  std::vector<std::set<std::string>> said;
  std::set<std::string> anywhere;
  for (auto& hit : hits) {
    said.push_back(passage_terms(out, hit, words));
    anywhere.insert(said.back().begin(), said.back().end());
  }
  add_short_forms(question, hits, words, out);
  for (auto& entry : kind_weight)
    if (!anywhere.contains(entry.first))
      add_unusual_forms(entry.first, anywhere, out);
  std::map<std::string, double> df;
  for (auto& terms : said)
    for (auto& entry : kind_weight)
      df[entry.first] += held(out, entry.first, terms) > 0 ? 1 : 0;
  auto n = static_cast<double>(hits.size()) + unseen_passages;
  auto idf = [n](double d) { return std::log(1 + (n - d + 0.5) / (d + 0.5)); };
  double sum = 0;
  for (auto& [t, w] : kind_weight) {
    auto rare = idf(df[t]) / idf(0);
    out.terms[t] = w * (common_weight + (1 - common_weight) * rare);
    sum += out.terms[t];
  }
  for (auto& [t, w] : out.terms)
    w /= sum;
  return out;
}

std::set<std::string> asked_terms(const std::string& question, analyzer& words) {
  std::set<std::string> out;
  for (auto& w : split_words(question))
    if (auto word = lower(trim_punctuation(w)); word != "q" && !asking_words.contains(word) && !light.contains(word))
      for (auto& t : words.terms(word))
        out.insert(t);
  return out;
}

double held(const question_focus& focus, const std::string& term, const std::set<std::string>& terms) {
  if (terms.contains(term))
    return 1;
  auto it = focus.others.find(term);
  if (it == focus.others.end())
    return 0;
  auto said =
    std::any_of(it->second.begin(), it->second.end(), [&](const std::string& o) { return terms.contains(o); });
  return said ? other_word_share : 0;
}

double spread(const question_focus& focus, const std::vector<std::string>& said) {
  std::size_t asked = 0;
  std::size_t first = said.size();
  std::size_t last = 0;
  for (auto& entry : focus.terms) {
    auto& t = entry.first;
    auto at = static_cast<std::size_t>(
      std::find_if(said.begin(), said.end(), [&](auto& x) { return held(focus, t, {x}) > 0; }) - said.begin());
    if (at == said.size())
      continue;
    ++asked;
    first = std::min(first, at);
    last = std::max(last, at);
  }
  return asked == 0 ? 0 : static_cast<double>(last - first) / static_cast<double>(asked);
}

double covered(const question_focus& focus, const std::set<std::string>& terms) {
  double sum = 0;
  for (auto& [t, w] : focus.terms)
    sum += w * held(focus, t, terms);
  return sum;
}

double covered(const question_focus& focus, const passage_hit& hit, analyzer& words) {
  return covered(focus, passage_terms(focus, hit, words));
}

namespace {

/// Enough of what is asked, not only of the names it is asked about. Who did it and how much it was stands with the
/// verb or nowhere.
bool has_enough_of_few(const question_focus& focus, const std::set<std::string>& terms) {
  if (focus.kind == question_kind::who || focus.shape.date)
    return false;
  constexpr double enough_of_all = 0.42;
  constexpr double enough_of_plain = 0.45;
  constexpr double says_little = 0.08;
  double plain = 0;
  double found = 0;
  auto counts = [&](const std::string& t) {
    auto weight = focus.terms.find(t);
    auto names = focus.proper.contains(t) || (t[0] >= '0' && t[0] <= '9');
    return !names && weight != focus.terms.end() && weight->second >= says_little;
  };
  for (auto& [t, w] : focus.terms)
    if (counts(t)) {
      plain += w;
      found += w * held(focus, t, terms);
    }
  // "quorx widget" is one thing: that it is spoken of answers nothing yet.
  auto things = std::count_if(focus.groups.begin(), focus.groups.end(), [&](auto& group) {
    return std::any_of(group.begin(), group.end(), [&](auto& t) { return counts(t) && held(focus, t, terms) > 0; });
  });
  return things >= 2 && found >= enough_of_plain * plain && covered(focus, terms) >= enough_of_all;
}

} // namespace

bool has_evidence(const question_focus& focus, const std::vector<passage_hit>& hits, analyzer& words, bool few) {
  if (focus.terms.empty())
    return false;
  std::set<std::string> together;
  auto enough_of_few = false;
  double best = 0;
  for (std::size_t i = 0; i < std::min(hits.size(), passages_looked_at); ++i) {
    auto terms = passage_terms(focus, hits[i], words);
    best = std::max(best, covered(focus, terms));
    enough_of_few |= few && has_enough_of_few(focus, terms);
    together.merge(terms);
  }
  if (focus.kind == question_kind::compare) // the two sides may stand in different passages
    return covered(focus, together) >= 0.8 && best >= 0.4;
  return enough_of_few || best >= (focus.foreign ? enough_foreign : enough_in_a_passage);
}

} // namespace troupe
