#include "actors/scrape/extract/cue_phrases.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

constexpr std::array aside{
  "read also",
  "also read",
  "read more",
  "see also:",
  "related:",
  "follow us",
  "follow @",
  "subscribe to",
  "sign up for",
  "share this",
  "click here to",
  "advertisement",
  "sponsored",
  "credit:",
  "image credit",
  "photo credit",
  "photo:",
  "image:",
  "copyright",
  "\xC2\xA9",
  "all rights reserved",
  "filed under",
  "tagged",
  "tags:",
  "posted in",
  "categories:",
  "print this",
  "email this",
  "like this:",
  "loading...",
  "lea tambi\xC3\xA9n",
  "lee tambi\xC3\xA9n",
  "lire aussi",
  "\xC3\xA0 lire aussi",
  "leia tamb\xC3\xA9m",
  "leggi anche",
  "lesen sie auch",
  "lesen sie mehr",
  "mehr zum thema",
  "auch interessant",
  "weiterlesen",
  "weitere infos unter",
  "anzeige",
  "werbung",
  "foto:",
  "bild:",
  "quelle:",
  "bildquelle",
  "schlagw\xC3\xB6rter",
  "kategorien:",
  "ver\xC3\xB6"
  "ffentlicht in",
  "teilen mit",
  "gef\xC3\xA4llt mir",
  "zur startseite",
  "partager",
  "publicit\xC3\xA9",
  "compartir",
  "s\xC3\xADguenos",
  "continue reading",
  "recommended:",
  "this article was originally",
  "you may also like",
  "more from",
  "more on this",
  "back to top",
  "nach oben",
  "zur\xC3\xBC"
  "ck zur",
  "lesen sie dazu",
  "lesen sie hier",
  "lesetipp",
  "mehr dazu",
  "zum vergr\xC3\xB6\xC3\x9F"
  "ern",
  "puedes ver:",
  "le puede interesar",
  "te puede interesar",
  "tambi\xC3\xA9n te puede",
  "lea m\xC3\xA1s",
  "leer m\xC3\xA1s",
  "lee m\xC3\xA1s",
  "ver tambi\xC3\xA9n",
  "mira tambi\xC3\xA9n",
  "lire \xC3\xA9galement",
  "voir aussi",
  "veja tamb\xC3\xA9m",
  "veja mais",
  "saiba mais",
  "lees ook",
  "l\xC3\xA4s ocks\xC3\xA5",
  "l\xC3\xA4s mer",
  "les ogs\xC3\xA5",
  "l\xC3\xA6s ogs\xC3\xA5",
  "lue my\xC3\xB6s",
  "czytaj te\xC5\xBC",
  "czytaj tak\xC5\xBC"
  "e",
  "czytaj wi\xC4\x99"
  "cej",
  "zobacz te\xC5\xBC",
  "zobacz tak\xC5\xBC"
  "e",
  "przeczytaj te\xC5\xBC",
  "przeczytaj tak\xC5\xBC"
  "e",
  "dowiedz si\xC4\x99 wi\xC4\x99"
  "cej",
  "\xD0\xA7\xD0\xB8\xD1\x82\xD0\xB0\xD0\xB9\xD1\x82\xD0\xB5 \xD1\x82\xD0\xB0\xD0\xBA\xD0\xB6\xD0\xB5",
  "\xD0\xA7\xD0\xB8\xD1\x82\xD0\xB0\xD0\xB9\xD1\x82\xD0\xB5 \xD0\xB5\xD1\x89\xD0\xB5",
  "reklama",
  "reklame",
  "advertentie",
  "publicidad",
  "publicidade",
  "pubblicit\xC3\xA0",
  "photograph by",
  "photo by",
  "photo via",
  "picture:",
  "bild via",
  "fotos:",
  "fot.:",
  "cr\xC3\xA9"
  "dits:",
  "cr\xC3\xA9"
  "dit photo",
};

constexpr std::array related{
  "related",
  "related articles",
  "related posts",
  "related stories",
  "related news",
  "related content",
  "related topics",
  "related links",
  "\xC3\xA4hnliche beitr",
  "\xC3\xA4hnliche artikel",
  "verwandte artikel",
  "verwandte themen",
  "verwandte beitr\xC3\xA4ge",
  "you might also",
  "you may also",
  "more stories",
  "read next",
  "recommended",
  "most read",
  "most popular",
  "popular posts",
  "recent posts",
  "latest news",
  "trending",
  "auch interessant",
  "das k\xC3\xB6nnte",
  "das thema k\xC3\xB6nnte",
  "weitere artikel",
  "weitere beitr\xC3\xA4ge",
  "mehr zum thema",
  "mehr aus",
  "meistgelesen",
  "neueste beitr\xC3\xA4ge",
  "sur le m\xC3\xAAme",
  "articles li\xC3\xA9s",
  "noticias relacionadas",
  "temas relacionados",
  "art\xC3\xAD"
  "culos relacionados",
  "not\xC3\xAD"
  "cias relacionadas",
  "articoli correlati",
  "gerelateerde artikelen",
  "weitere themen",
  "mehr themen",
  "pressekontakt",
  "media contact",
  "press contact",
  "te puede interesar",
  "tambi\xC3\xA9n te puede",
  "leia mais",
  "share this",
  "teilen mit",
  "tags",
  "schlagw\xC3\xB6rter",
  "kategorien",
  "about the author",
  "\xC3\xBC"
  "ber den autor",
  "newsletter",
  "follow us",
  "blogroll",
  "archiv",
  "see more",
};

constexpr std::array comments{
  "comments",
  "leave a comment",
  "leave a reply",
  "kommentare",
  "kommentar schreiben",
  "kommentar verfassen",
  "schreibe einen kommentar",
  "schreiben sie einen kommentar",
  "commentaires",
  "laisser un commentaire",
  "comentarios",
  "deja un comentario",
  "deja una respuesta",
  "add a comment",
  "post a comment",
  "join the conversation",
  "kommentieren",
  "responses to",
  "hinterlasse eine antwort",
  "hinterlasse einen kommentar",
  "no comments",
  "no response",
  "keine kommentare",
  "aucun commentaire",
  "dejar un comentario",
  "deixe um coment\xC3\xA1rio",
  "lascia un commento",
  "dodaj komentarz",
};

/// Single words open honest lines too ("Recommended settings"): they have to stand alone.
bool is_phrase(std::string_view x) { return x.find_first_of(" :@") != x.npos || !is_alpha(x.front()); }

bool nothing_behind(std::string_view rest) {
  return std::none_of(rest.begin(), rest.end(),
                      [](char c) { return is_alpha(c) || static_cast<unsigned char>(c) >= 0x80; });
}

template <class List>
bool starts_with_any(std::string_view line, const List& list) {
  if (line.empty())
    return false;
  for (const char* phrase : list) {
    if (*phrase != line.front()) // most of them, before their lengths are counted
      continue;
    std::string_view x{phrase};
    if (line.starts_with(x) && (is_phrase(x) || nothing_behind(line.substr(x.size()))))
      return true;
  }
  return false;
}

} // namespace

cue cue_of(std::string_view line) {
  auto lower = lower_case(clip(line, 64));
  // Capital umlauts and accents of the phrases' first letters.
  if (lower.starts_with("\xC3") && lower.size() > 1 && static_cast<unsigned char>(lower[1]) < 0x9F)
    lower[1] = static_cast<char>(static_cast<unsigned char>(lower[1]) + 0x20);
  auto word = lower.find_first_not_of("0123456789 ");
  if (starts_with_any(std::string_view{lower}.substr(word == lower.npos ? 0 : word), comments))
    return cue::comments;
  if (starts_with_any(lower, related))
    return cue::related;
  return starts_with_any(lower, aside) ? cue::aside : cue::none;
}

} // namespace troupe
