#pragma once
/// Words by which pages say that they are not what was asked for, in the languages of the web's larger parts.

#include <string_view>

#include "actors/scrape/extract/page_verdict.hpp"

namespace troupe {

/// What a whole title or heading says: "404", "Page not found", "Access denied", "Sign in". `article` when it is none
/// of these to the word; numbers of statuses, "error", "oops" and marks around it don't count.
page_kind kind_of_title(std::string_view title);

/// Does a page's text (lower case) say what its title of that kind says?
bool confirms(page_kind kind, std::string_view lower_text);

/// Does a line (lower case) ask to subscribe or register for the rest of a text?
bool asks_to_subscribe(std::string_view lower_line);

/// Does the text of a box that is called a paywall (lower case) speak of subscribing?
bool speaks_of_subscribing(std::string_view lower_text);

} // namespace troupe
