#pragma once
/// Whether a page that the server called a success is one: error pages, refusals and forms to sign in look like pages,
/// and some pages show only the beginning of a text that has to be paid for.

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/scrape/extract/html_tree.hpp"
#include "actors/scrape/extract/structured_data.hpp"

namespace troupe {

enum class page_kind : std::uint8_t {
  article, ///< or anything else that is what it seems
  excerpt, ///< the free part of a text; the rest is for subscribers
  missing, ///< says that the page does not exist (a "soft 404")
  refused, ///< denies access, or asks for proof of being human
  broken,  ///< says that the server failed
  login    ///< a form to sign in, and next to nothing else
};

/// Stable name, such as `missing`.
const char* to_string(page_kind x) noexcept;

struct page_verdict {
  page_kind kind = page_kind::article;
  std::string why; ///< the words or the declaration that decided; empty for an article
};

/// `text`: what was extracted. A page is called anything but an article only if several signs agree: a whole title or
/// heading (or a class such as `error404`), little text, words in it that say the same, and nothing that declares an
/// article. Excerpts: declared as not free (JSON-LD `isAccessibleForFree`, `article:content_tier`) or with a prompt to
/// subscribe, and short, with nothing much in the part that JSON-LD's `cssSelector` names as paid.
page_verdict judge_page(const html_tree& tree, const structured_article& structured, std::string_view text);

} // namespace troupe
