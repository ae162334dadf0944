#pragma once
/// "rollback" and "roll back" are one: words that a question writes together and a text apart, or the other way round.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

class compound_words {
public:
  /// Index terms of a question, in its order.
  void add(const std::vector<std::string>& asked);
  /// Adds to the terms of a text, given in order, those of the question that it writes the other way.
  void complete(const std::vector<std::string>& said, std::set<std::string>& terms) const;

private:
  std::set<std::string> whole_; ///< terms as asked
  std::map<std::string, std::pair<std::string, std::string>>
    two_; ///< neighbours in the question, by both written as one
};

} // namespace troupe
