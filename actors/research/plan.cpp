#include "actors/research/plan.hpp"

#include <algorithm>

#include "actors/research/asking.hpp"

namespace troupe {

namespace {

constexpr std::size_t most_questions = 5;
constexpr std::size_t longest_question = 2000;

using namespace asking;

const word_set deciders{"decide", "decides", "determine", "determines", "know", "knows", "choose", "chooses"};

/// First letter large and a question mark at the end when it asks; no stray punctuation.
std::string finished(std::string s) {
  auto asked = s.ends_with('?');
  while (!s.empty() && (std::string_view{" ,;.?!"}.find(s.back()) != std::string_view::npos))
    s.pop_back();
  if (s.empty())
    return s;
  auto first = plain(split_words(s)[0]);
  if (!interrogatives.contains(first) && !auxiliaries.contains(first))
    return asked ? s + '?' : s; // a topic, or a question in a language that the rules don't know
  s[0] = s[0] >= 'a' && s[0] <= 'z' ? static_cast<char>(s[0] - 32) : s[0];
  return s + '?';
}

/// Parts that end in their own question mark.
words by_question_marks(std::string_view text) {
  words parts;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto ends = text[i] == '?' && (i + 1 == text.size() || text[i + 1] == ' ');
    if (!ends)
      continue;
    parts.emplace_back(text.substr(from, i + 1 - from));
    from = std::min(i + 2, text.size());
  }
  if (from < text.size())
    parts.emplace_back(text.substr(from));
  return parts;
}

/// Words that say something of their own.
std::size_t content_words(const words& ws) {
  return static_cast<std::size_t>(std::count_if(ws.begin(), ws.end(), [](const std::string& w) {
    auto x = plain(w);
    return !x.empty() && !interrogatives.contains(x) && !auxiliaries.contains(x) && !persons.contains(x)
           && !determiners.contains(x) && !pronouns.contains(x) && x != "many" && x != "much" && x != "there";
  }));
}

/// Puts `text` before the question mark.
void append(words& ws, const std::string& text) {
  auto& last = ws.back();
  auto tail = last.find_last_not_of(".?!") + 1;
  auto mark = last.substr(tail);
  last = last.substr(0, tail) + " " + text + mark;
  ws = split_words(join_words(ws));
}

/// What points back in `ws` ("it", "its default", "change that", "which is the default") given what the question before
/// was about.
words resolved(words ws, const std::string& subject) {
  if (subject.empty() || ws.empty())
    return ws;
  auto put = [](std::string& w, const std::string& with) { w = with + w.substr(std::min(w.size(), plain(w).size())); };
  auto it = std::find_if(ws.begin(), ws.end(), [](const std::string& w) { return pronouns.contains(plain(w)); });
  if (it != ws.end()) {
    put(*it, subject);
    return ws;
  }
  if (plain(ws.back()) == "that") {
    put(ws.back(), subject);
    return ws;
  }
  auto its = std::find_if(ws.begin(), ws.end(), [](auto& w) { return plain(w) == "its" || plain(w) == "their"; });
  if (its != ws.end() && its + 1 != ws.end()) {
    *its = "the";
    append(ws, "of " + subject);
    return ws;
  }
  auto holds_subject = join_words(ws).find(subject) != std::string::npos;
  auto own_subject = plain(ws[0]) == "how" && ws.size() > 2 && determiners.contains(plain(ws[2]));
  auto named =
    std::any_of(ws.begin() + 1, ws.end(), [](auto& w) { return w.size() > 1 && w[0] >= 'A' && w[0] <= 'Z'; });
  if (interrogatives.contains(plain(ws[0])) && content_words(ws) <= 2 && !holds_subject && !own_subject && !named)
    append(ws, "for " + subject);
  return ws;
}

/// Where a second question starts: after "and" or a comma, an interrogative with more words behind it. 0: nowhere.
std::size_t second_start(const words& ws) {
  for (std::size_t i = 1; i + 1 < ws.size(); ++i) {
    auto joined = plain(ws[i]) == "and" || plain(ws[i]) == "or";
    auto w = plain(ws[i + 1]);
    auto asks = interrogatives.contains(w) || (auxiliaries.contains(w) && i + 3 < ws.size());
    if (joined && asks)
      return i + 1;
    if (!joined && ws[i].back() == ',' && interrogatives.contains(w) && i + 2 < ws.size())
      return i + 1;
  }
  return 0;
}

/// "How long do we keep them, and why?" asks "why do we keep them?".
words filled(const words& ws, const words& before) {
  auto verb = std::find_if(before.begin(), before.end(), [](auto& w) { return auxiliaries.contains(plain(w)); });
  if (ws.size() != 1 || verb == before.end())
    return ws;
  words out{std::string{plain(ws[0])}};
  out.insert(out.end(), verb, before.end());
  return out;
}

/// "What is X and how does it work" in two; "when and why does X" shared out.
std::vector<words> by_conjunctions(const words& ws) {
  std::vector<words> out;
  auto rest = ws;
  std::string subject;
  while (out.size() + 1 < most_questions) {
    if (rest.empty() || !(interrogatives.contains(plain(rest[0])) || auxiliaries.contains(plain(rest[0]))))
      break;
    auto at = second_start(rest);
    if (at == 0)
      break;
    auto end = plain(rest[at - 1]) == "and" || plain(rest[at - 1]) == "or" ? at - 1 : at;
    words left(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(end));
    words right(rest.begin() + static_cast<std::ptrdiff_t>(at), rest.end());
    if (left.size() == 1) // "when and why does X"
      left.insert(left.end(), right.begin() + 1, right.end());
    if (subject.empty())
      subject = subject_of(left);
    right = filled(right, left);
    out.push_back(std::move(left));
    rest = resolved(std::move(right), subject);
  }
  out.push_back(std::move(rest));
  return out;
}

/// "How does S decide when to V" asks also "When does S V".
std::string embedded(const words& ws, const std::string& subject) {
  for (std::size_t i = 0; i + 3 < ws.size(); ++i) {
    if (!deciders.contains(plain(ws[i])) || plain(ws[i + 2]) != "to")
      continue;
    auto w = plain(ws[i + 1]);
    auto asks = w == "whether" || w == "if" || w == "when" ? "When" : w == "where" ? "Where" : w == "how" ? "How" : "";
    return *asks == '\0' ? "" : std::string{asks} + " does " + subject + " " + join_words(ws, i + 3, ws.size());
  }
  return {};
}

/// Asks what a thing is; plurals by their ending, which is wrong at times and still understood.
std::string defining(const std::string& thing) {
  auto plural = thing.size() > 3 && thing.ends_with('s') && !thing.ends_with("ss") && thing == lower(thing);
  return (plural ? "What are " : "What is ") + thing;
}

/// What belongs to the answer of a single question although it was not said.
words implied(const words& ws) {
  if (auto pair = compared(ws); pair && !pair->first.empty() && !pair->second.empty())
    return {defining(pair->first), defining(pair->second)};
  auto question = join_words(ws);
  if (kind_of(question) != question_kind::how || ws.size() < 4)
    return {};
  auto subject = subject_of(ws);
  if (subject.empty() || pronouns.contains(lower(subject)))
    return {};
  words out;
  if (auto inner = embedded(ws, subject); !inner.empty())
    out.push_back(inner);
  if (auto aux = plain(ws[1]); aux == "does" || aux == "do")
    out.push_back("Which settings control " + subject);
  return out;
}

struct question_plan {
  std::vector<std::string> questions;
  std::size_t asked = 0;
};

question_plan make_plan(std::string_view question) {
  auto text = collapse_space(question.substr(0, std::min(question.size(), longest_question)));
  question_plan plan;
  auto add = [&plan](std::string q) {
    q = finished(std::move(q));
    auto same = [&q](const std::string& other) { return lower(other) == lower(q); };
    auto& all = plan.questions;
    if (!q.empty() && all.size() < most_questions && std::none_of(all.begin(), all.end(), same))
      all.push_back(std::move(q));
  };
  std::string subject;
  for (auto& part : by_question_marks(text)) {
    auto ws = resolved(split_words(part), subject);
    if (subject.empty())
      subject = subject_of(ws);
    for (auto& piece : compared(ws) ? std::vector<words>{ws} : by_conjunctions(ws))
      add(join_words(piece));
  }
  plan.asked = plan.questions.size();
  if (plan.asked == 1)
    for (auto& more : implied(split_words(plan.questions[0])))
      add(more);
  return plan;
}

} // namespace

std::vector<std::string> plan_questions(std::string_view question) { return make_plan(question).questions; }

std::size_t asked_questions(std::string_view question) { return make_plan(question).asked; }

} // namespace troupe
