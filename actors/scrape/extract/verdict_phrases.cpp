#include "actors/scrape/extract/verdict_phrases.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "actors/scrape/extract/ascii.hpp"

namespace troupe {

namespace {

/// Lists of phrases, lower case, `|` between them.
struct phrase_list {
  page_kind kind;
  std::string_view phrases;
};

constexpr std::array titles{
  phrase_list{
    page_kind::missing,
    "not found|page not found|file not found|page cannot be found|page can t be found|page could not be found|"
    "this page could not be found|page doesn t exist|page does not exist|this page doesn t exist|"
    "this page does not exist|page not available|page isn t available|this page isn t available|"
    "content not found|article not found|nothing found|url not found|we can t find that page|"
    "we couldn t find that page|we couldn t find the page|page no longer exists|page missing|"
    "nicht gefunden|seite nicht gefunden|seite wurde nicht gefunden|die seite wurde nicht gefunden|"
    "diese seite wurde nicht gefunden|seite nicht vorhanden|seite existiert nicht|"
    "diese seite existiert nicht|page introuvable|page non trouv\xC3\xA9"
    "e|cette page n existe pas|"
    "cette page est introuvable|la page est introuvable|contenu introuvable|p\xC3\xA1gina no encontrada|"
    "p\xC3\xA1gina no existe|la p\xC3\xA1gina no existe|contenido no encontrado|"
    "p\xC3\xA1gina n\xC3\xA3o encontrada|p\xC3\xA1gina n\xC3\xA3o existe|pagina non trovata|"
    "la pagina non esiste|pagina niet gevonden|pagina bestaat niet|sidan hittades inte|"
    "sidan kunde inte hittas|siden blev ikke fundet|siden ble ikke funnet|siden findes ikke|"
    "sivua ei l\xC3\xB6ydy|strona nie istnieje|nie znaleziono strony|nie znaleziono|"
    "str\xC3\xA1nka nenalezena|str\xC3\xA1nka nebyla nalezena|sayfa bulunamad\xC4\xB1|"
    "\xD1\x81\xD1\x82\xD1\x80\xD0\xB0\xD0\xBD\xD0\xB8\xD1\x86\xD0\xB0 \xD0\xBD\xD0\xB5 "
    "\xD0\xBD\xD0\xB0\xD0\xB9\xD0\xB4\xD0\xB5\xD0\xBD\xD0\xB0|"
    "\xE3\x83\x9A\xE3\x83\xBC\xE3\x82\xB8\xE3\x81\x8C\xE8\xA6\x8B\xE3\x81\xA4\xE3\x81\x8B\xE3\x82\x8A"
    "\xE3\x81\xBE\xE3\x81\x9B\xE3\x82\x93|\xE9\xA1\xB5\xE9\x9D\xA2\xE4\xB8\x8D\xE5\xAD\x98\xE5\x9C\xA8|"
    "\xE9\xA1\xB5\xE9\x9D\xA2\xE6\x9C\xAA\xE6\x89\xBE\xE5\x88\xB0"},
  phrase_list{page_kind::refused,
              "forbidden|access denied|access forbidden|access to this page has been denied|unauthorized|"
              "attention required|just a moment|are you a robot|are you human|robot or human|security check|"
              "security verification|human verification|verify you are human|verifying you are human|"
              "checking your browser|one more step|pardon our interruption|request blocked|"
              "sorry you have been blocked|you have been blocked|too many requests|captcha|zugriff verweigert|"
              "zugriff nicht erlaubt|kein zugriff|acc\xC3\xA8s refus\xC3\xA9|acc\xC3\xA8s interdit|acceso denegado|"
              "acceso restringido|acesso negado|accesso negato|toegang geweigerd|\xC3\xA5tkomst nekad|"
              "odmowa dost\xC4\x99pu|brak dost\xC4\x99pu"},
  phrase_list{page_kind::broken,
              "internal server error|server error|bad gateway|service unavailable|service temporarily unavailable|"
              "temporarily unavailable|site temporarily unavailable|gateway timeout|gateway time out|"
              "error establishing a database connection|database connection error|database error|application error|"
              "runtime error|fatal error|something went wrong|an error occurred|an error has occurred|"
              "under maintenance|site under maintenance|scheduled maintenance|down for maintenance|"
              "maintenance mode|wartungsarbeiten|wartungsmodus|wegen wartung geschlossen|interner serverfehler|"
              "ein fehler ist aufgetreten|erreur interne du serveur|une erreur est survenue|site en maintenance|"
              "error interno del servidor|se ha producido un error|sitio en mantenimiento|erro interno do servidor|"
              "errore interno del server|sito in manutenzione"},
  phrase_list{
    page_kind::login,
    "log in|login|sign in|log on|signin|please log in|please sign in|log in to continue|"
    "sign in to continue|log in to your account|sign in to your account|member login|user login|"
    "login required|sign in or create an account|log in or sign up|log in or create account|anmelden|anmeldung|"
    "einloggen|bitte anmelden|bitte einloggen|connexion|se connecter|connectez vous|identifiez vous|"
    "iniciar sesi\xC3\xB3n|inicia sesi\xC3\xB3n|acceder|iniciar sess\xC3\xA3o|entrar|accedi|inloggen|"
    "logga in|log ind|logg inn|kirjaudu|zaloguj si\xC4\x99|logowanie"},
};

constexpr std::array bodies{
  phrase_list{page_kind::missing,
              "not found|could not be found|couldn't find|couldn\xE2\x80\x99t find|could not find|cannot be found|"
              "can't be found|can\xE2\x80\x99t be found|can't find|can\xE2\x80\x99t find|cannot find|unable to find|"
              "does not exist|doesn't exist|doesn\xE2\x80\x99t exist|no longer exists|no longer available|"
              "isn't available|isn\xE2\x80\x99t available|is not available|may have been moved|might have been moved|"
              "has moved|been removed|been deleted|broken link|mistyped|nothing was found|nicht gefunden|"
              "nicht finden|existiert nicht|nicht mehr verf\xC3\xBCgbar|nicht verf\xC3\xBCgbar|nicht vorhanden|"
              "gibt es nicht|introuvable|n'existe p|n\xE2\x80\x99"
              "existe p|n'a pas \xC3\xA9t\xC3\xA9 trouv|"
              "no existe|no se encuentra|no encontrada|no se ha encontrado|no hemos encontrado|non trovata|"
              "non esiste|non \xC3\xA8 stata trovata|niet gevonden|bestaat niet|n\xC3\xA3o encontrada|"
              "n\xC3\xA3o existe|n\xC3\xA3o foi encontrada|nie istnieje|nie znaleziono|hittades inte|finns inte|"
              "ikke fundet|findes ikke|ikke funnet|finnes ikke|ei l\xC3\xB6ydy|nenalezena|bulunamad|"
              "\xD0\xBD\xD0\xB5 \xD0\xBD\xD0\xB0\xD0\xB9\xD0\xB4\xD0\xB5\xD0\xBD|"
              "\xD0\xBD\xD0\xB5 \xD1\x81\xD1\x83\xD1\x89\xD0\xB5\xD1\x81\xD1\x82\xD0\xB2\xD1\x83\xD0\xB5\xD1\x82|"
              "\xE8\xA6\x8B\xE3\x81\xA4\xE3\x81\x8B\xE3\x82\x8A\xE3\x81\xBE\xE3\x81\x9B\xE3\x82\x93|"
              "\xE4\xB8\x8D\xE5\xAD\x98\xE5\x9C\xA8"},
  phrase_list{page_kind::refused,
              "robot|captcha|javascript|cookies|permission|not authorized|not allowed|unusual traffic|"
              "security service|verify|blocked|denied|forbidden|ddos|ray id|reference #|too many requests|verweigert|"
              "berechtigung|refus\xC3\xA9|interdit|autoris|denegado|negado|negato|geweigerd|nekad"},
  phrase_list{
    page_kind::broken,
    "error|unavailable|maintenance|try again|come back|be back|went wrong|wartung|fehler|erneut|sp\xC3\xA4ter|"
    "erreur|r\xC3\xA9"
    "essay|m\xC3\xA1s tarde|mantenimiento|mais tarde|manuten|manutenzione|riprova"},
};

constexpr std::string_view prompts =
  "subscribe to continue|subscribe to read|subscribe to keep reading|subscribe now to continue|"
  "subscribe for full access|to continue reading|continue reading with a subscription|to read the full story|"
  "to read the full article|to read the rest of this|this article is for subscribers|"
  "this content is for subscribers|this story is for subscribers|this post is for paid subscribers|"
  "this post is for paying subscribers|available to subscribers only|for subscribers only|exclusive to subscribers|"
  "reserved for subscribers|members-only story|this content is for members|register to read|log in to read|"
  "sign in to read|unlock this article|unlock the full article|free articles this month|"
  "um weiterzulesen|m\xC3\xB6"
  "chten sie weiterlesen|weiterlesen mit|mit abo weiterlesen|jetzt abonnieren und weiterlesen|"
  "registrieren und weiterlesen|nur f\xC3\xBCr abonnenten|exklusiv f\xC3\xBCr abonnenten|f\xC3\xBCr abonnenten "
  "verf\xC3\xBCgbar|"
  "den ganzen artikel lesen sie|diesen artikel weiterlesen|artikel freischalten|"
  "r\xC3\xA9serv\xC3\xA9 aux abonn\xC3\xA9s|r\xC3\xA9serv\xC3\xA9"
  "e aux abonn\xC3\xA9s|r\xC3\xA9serv\xC3\xA9 \xC3\xA0 nos abonn\xC3\xA9s|"
  "pour lire la suite|exclusivo para suscriptores|solo para suscriptores|para seguir leyendo|"
  "suscr\xC3\xAD"
  "bete para|riservato agli abbonati|per continuare a leggere|abbonati per|exclusivo para assinantes|"
  "para continuar lendo|alleen voor abonnees|om verder te lezen|bara f\xC3\xB6r prenumeranter|kun for abonnenter";

constexpr std::string_view subscribing = "subscri|abonn|suscri|abbon|assina|prenumer|premium|weiterlesen|registr|log "
                                         "in|sign in|anmelden|als abo|mit abo|digital-abo";

/// Calls `test` with each phrase until it says yes.
template <class Test>
bool any_phrase(std::string_view list, Test test) {
  while (!list.empty()) {
    auto end = std::min(list.find('|'), list.size());
    if (test(list.substr(0, end)))
      return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

bool holds_any(std::string_view text, std::string_view list) {
  return any_phrase(list, [text](auto x) { return text.find(x) != text.npos; });
}

/// What the number of an HTTP status says.
std::optional<page_kind> kind_of_status(std::string_view word) {
  if (word == "404" || word == "410")
    return page_kind::missing;
  if (word == "401" || word == "403" || word == "429")
    return page_kind::refused;
  if (word == "500" || word == "502" || word == "503" || word == "504")
    return page_kind::broken;
  return std::nullopt;
}

bool is_filler(std::string_view word) {
  constexpr std::array<std::string_view, 21> fillers{"error",  "http", "oops",   "ooops",  "whoops", "sorry", "uh",
                                                     "oh",     "ups",  "hoppla", "fehler", "erreur", "erro",  "errore",
                                                     "status", "code", "the",    "your",   "o",      "we",    "re"};
  return std::find(fillers.begin(), fillers.end(), word) != fillers.end();
}

/// Words in lower case, a space between them; marks are spaces.
std::string words_of(std::string_view x) {
  std::string out;
  for (std::size_t i = 0; i < x.size(); ++i) {
    auto c = x[i];
    auto rest = x.substr(i);
    auto mark = rest.starts_with("\xE2\x80") ? 3 : rest.starts_with("\xC2\xA0") || rest.starts_with("\xC2\xA1") ? 2 : 0;
    if (mark > 0)
      i += static_cast<std::size_t>(mark) - 1;
    out += mark == 0 && (is_alnum(c) || static_cast<unsigned char>(c) >= 0x80) ? to_lower(c) : ' ';
  }
  return collapse(out);
}

page_kind kind_of_phrase(std::string_view words) {
  for (auto& list : titles)
    if (any_phrase(list.phrases, [words](auto x) { return x == words; }))
      return list.kind;
  return page_kind::article;
}

} // namespace

page_kind kind_of_title(std::string_view title) {
  auto words = words_of(title);
  if (auto kind = kind_of_phrase(words); kind != page_kind::article)
    return kind;
  std::optional<page_kind> status;
  std::string rest;
  for (std::string_view left = words; !left.empty();) {
    auto end = std::min(left.find(' '), left.size());
    auto word = left.substr(0, end);
    left.remove_prefix(std::min(end + 1, left.size()));
    if (auto kind = kind_of_status(word); kind && !status)
      status = kind;
    else if (!is_filler(word))
      rest.append(rest.empty() ? "" : " ").append(word);
  }
  if (rest.empty())
    return status.value_or(page_kind::article);
  return kind_of_phrase(rest);
}

bool confirms(page_kind kind, std::string_view lower_text) {
  return std::any_of(bodies.begin(), bodies.end(),
                     [&](auto& list) { return list.kind == kind && holds_any(lower_text, list.phrases); });
}

bool asks_to_subscribe(std::string_view lower_line) { return holds_any(lower_line, prompts); }

bool speaks_of_subscribing(std::string_view lower_text) { return holds_any(lower_text, subscribing); }

} // namespace troupe
