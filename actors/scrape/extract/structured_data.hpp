#pragma once
/// What a page says about its article in JSON-LD with the vocabulary of schema.org.

#include <string>
#include <string_view>
#include <vector>

namespace troupe {

struct structured_article {
  std::string headline;
  std::vector<std::string> authors;       ///< people, and whoever is not said to be something else
  std::vector<std::string> organisations; ///< authors said to be no people
  std::string publisher;
  std::string published;               ///< as written
  bool paid = false;                   ///< `isAccessibleForFree` is false
  std::vector<std::string> paid_parts; ///< `.class` or `#id` of the elements that hold what is not free, at most 8
  std::string body;                    ///< `articleBody`: text, sometimes with tags; only if the page names one article
};

/// Of the first article (or posting, report, review) in the page's `application/ld+json` scripts. Reads at most 16 of
/// them of at most 2 MB; what is malformed is passed over.
structured_article read_structured_data(std::string_view html);

} // namespace troupe
