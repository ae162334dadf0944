#include "actors/research/gather.hpp"

#include <algorithm>

#include "actors/egress/url.hpp"

namespace troupe {

namespace {

constexpr std::size_t addresses_a_lookup = 2000;

} // namespace

gathering::gathering(const research_row& row, const session_options& options, const session_log& log)
  : request_(row.request), id_(row.id), token_(work_token(row)), granted_(row.granted), options_(options),
    announced_(log.sources), fetched_(log.fetched), failed_(log.failed) {
  for (auto& path : request_.paths)
    folders_.push_back({path, false, {}, 0, 0, false, {}});
  std::vector<std::string> addresses;
  for (auto& text : request_.urls) {
    if (auto parsed = parse_url(text))
      seeds_.emplace(canonical(*parsed), text);
    addresses.push_back(text);
  }
  if (!addresses.empty()) {
    frontier_limits limits;
    limits.max_depth = request_.depth;
    limits.max_pages = request_.max_pages;
    auto ingest = request_.kind == research_kind::ingest;
    frontier_.emplace(ingest ? std::string_view{} : std::string_view{request_.question}, addresses, limits);
  }
  for (auto& [url, outcome] : log.pages) {
    ended_.insert(url);
    if (outcome.ended == page_outcome::kind::fetched)
      documents_.insert(outcome.document);
    else if (outcome.ended == page_outcome::kind::failed)
      note_failure(url, error{errc_from(outcome.reason), outcome.detail, {}});
    else if (is_skip(errc_from(outcome.reason)))
      note_skip(url, error{errc_from(outcome.reason), outcome.detail, {}});
    if (!frontier_ || url.starts_with("file:"))
      continue;
    if (outcome.ended == page_outcome::kind::fetched) {
      frontier_->done(url, outcome.bytes);
      to_rebuild_.push_back(outcome);
      to_rebuild_urls_.push_back(url);
    } else {
      frontier_->failed(url);
    }
  }
}

void gathering::advance(session_desk& desk) {
  if (stopped_)
    return;
  refuse_sources(desk);
  list_folders(desk);
  check_files(desk);
  rebuild(desk);
  check_web(desk);
  check_passed_over(desk);
  fetch_pages(desk);
  read_files(desk);
  embed_waiting(desk);
  look_after_pages(desk);
}

void gathering::refuse_sources(session_desk& desk) {
  if (std::exchange(sources_refused_, true))
    return;
  for (auto& name : request_.sources)
    say_failed(name, {errc::not_found, "no search source is called \"" + name + "\"", "Give --url or --path instead."},
               desk);
  if (request_.kind == research_kind::research && !request_.collections.empty()) {
    counting_ = true;
    desk.steps.ask(get_store_figures{}, desk.within(options_.stall));
  }
  for (auto& text : request_.urls)
    if (auto parsed = parse_url(text); !parsed)
      say_failed(text, parsed.error(), desk);
    else if (parsed->scheme != "http" && parsed->scheme != "https")
      say_failed(text,
                 {errc::url_invalid, "the scheme \"" + parsed->scheme + "\" is neither http nor https",
                  "Give a web address, or the path of a local file."},
                 desk);
}

void gathering::counted_collections(const expected<store_figures>& x, session_desk& desk) {
  counting_ = false;
  for (auto& name : request_.collections) {
    if (!x) { // nobody knows how many there are; that is no reason not to search
      announce_collection(name.value, 0, desk);
      continue;
    }
    auto found = std::find_if(x->collections.begin(), x->collections.end(),
                              [&](auto& entry) { return entry.first == name.value; });
    if (found != x->collections.end())
      announce_collection(name.value, found->second, desk);
    else if (!already(name.value))
      say_failed(name.value,
                 {errc::not_found, "no collection is called \"" + name.value + "\"",
                  "Read into it first: troupe ingest PATH|URL --collection " + name.value + "."},
                 desk);
  }
}

void gathering::announce_collection(const std::string& name, std::uint64_t documents, session_desk& desk) {
  auto n = static_cast<std::uint32_t>(documents);
  ++collections_found_;
  collection_pages_ += n;
  if (announced_.emplace("collection", name).second)
    desk.out.say(events::source_found{"collection", name, n, n}, desk.at.wall);
}

void gathering::list_folders(session_desk& desk) {
  for (std::size_t i = 0; i < folders_.size(); ++i) {
    if (folders_[i].asked || desk.at.now < rest_until_)
      continue;
    folders_[i].asked = true;
    folders_[i].looked_after = desk.at.now;
    list_files ask;
    ask.path = folders_[i].location;
    ask.roots = granted_.roots;
    ask.token = token_;
    ask.priority = request_.priority;
    desk.steps.ask(std::move(ask), desk.gather_until, folders_[i].location, i);
  }
}

void gathering::listed(const session_step& step, const expected<file_list>& x, session_desk& desk) {
  auto& where = folders_[step.tag];
  if (where.lost)
    return;
  if (!x && may_ask_again(where.refusals, x.error(), desk)) {
    where.asked = false;
    return;
  }
  if (!x)
    return lose(where, x.error(), desk);
  truncated_ = truncated_ || x->truncated;
  where.files = x->files;
  say_left_out(where, *x, desk);
  if (!where.files.empty())
    return;
  announce(where, desk);
  say_failed(where.location,
             {errc::not_found, where.location + " holds no file that can be read",
              "HTML, Markdown, plain text and PDF are read; links that lead out of the folder are not followed."},
             desk);
}

void gathering::lose(folder& where, error why, session_desk& desk) {
  if (!already(where.location)) // an earlier attempt may have said so
    say_failed(where.location, why, desk);
  where.lost = std::move(why);
  where.announced = true;
}

void gathering::say_left_out(const folder& where, const file_list& x, session_desk& desk) {
  for (auto& file : x.left_out)
    if (ended_.insert(file.url).second)
      desk.out.say(events::page_skipped{file.url, file.reason, file.detail}, desk.at.wall);
  auto rest = file_url(where.location) + "/";
  if (x.left_out_more > 0 && ended_.insert(rest).second)
    desk.out.say(events::page_skipped{rest, "more", std::to_string(x.left_out_more) + " more files were left out"},
                 desk.at.wall);
}

void gathering::announce(folder& where, session_desk& desk) {
  where.announced = true;
  if (announced_.emplace("path", where.location).second)
    desk.out.say(
      events::source_found{"path", where.location, static_cast<std::uint32_t>(where.files.size()), where.known},
      desk.at.wall);
}

/// One look-up at a time a folder: which of its files are stored as they are now.
void gathering::check_files(session_desk& desk) {
  for (std::size_t i = 0; i < folders_.size(); ++i) {
    auto& where = folders_[i];
    auto busy = desk.steps.waiting<find_fetches>() > 0;
    if (busy || where.checked >= where.files.size() || to_read_.size() > addresses_a_lookup)
      continue;
    find_fetches ask;
    auto end = std::min(where.files.size(), where.checked + addresses_a_lookup);
    for (auto j = where.checked; j < end; ++j)
      ask.urls.push_back(where.files[j].url);
    desk.steps.ask(std::move(ask), desk.within(options_.stall), where.location, i);
  }
}

void gathering::found(const session_step& step, expected<fetch_list> x, session_desk& desk) {
  auto list = x ? std::move(*x) : fetch_list{}; // without the look-up everything is read again
  if (step.tag == tag_web)
    found_web(list, desk);
  else if (step.tag == tag_rebuild)
    rebuilt(list);
  else if (step.tag == tag_passed_over)
    found_passed_over(list, desk);
  else
    found_files(folders_[step.tag], list, desk);
}

void gathering::found_files(folder& where, const fetch_list& x, session_desk& desk) {
  std::unordered_map<std::string, const fetch_record*> stored;
  for (auto& item : x.items)
    stored.emplace(item.url, &item);
  auto end = std::min(where.files.size(), where.checked + addresses_a_lookup);
  std::vector<page_work> known;
  for (; where.checked < end; ++where.checked) {
    auto& file = where.files[where.checked];
    auto it = stored.find(file.url);
    auto same = it != stored.end() && it->second->validator == file.validator && !it->second->document.value.empty();
    where.known += same ? 1 : 0;
    if (!ended_.insert(file.url).second)
      continue;
    if (same)
      known.push_back({file.url, file.validator, 0, false, *it->second});
    else
      to_read_.push_back({file.url, {}, 0, false, {}});
  }
  if (where.checked == where.files.size())
    announce(where, desk);
  for (auto& work : known)
    say_known(work, work.known, desk);
}

void gathering::note_failure(const std::string& url, const error& why) {
  if (!first_failure_)
    first_failure_ = why;
  for (auto& x : folders_) // a file that was named
    if (url == file_url(x.location))
      x.lost = why;
}

void gathering::note_skip(const std::string& url, const error& why) {
  if (first_skip_ || url.starts_with("file:"))
    return;
  first_skip_ = why;
  if (first_skip_->advice.empty())
    first_skip_->advice = why.code == errc::robots_disallowed ? "Ask the owner of the site, or give another source."
                                                              : "Give another source.";
}

const error* gathering::nothing_read() const {
  if (collections_found_ > 0 || !documents_.empty())
    return nullptr;
  return first_failure_ ? &*first_failure_ : first_skip_ ? &*first_skip_ : nullptr;
}

const error* gathering::lost_source() const {
  for (auto& x : folders_)
    if (x.lost)
      return &*x.lost;
  return nullptr;
}

void gathering::stop(session_desk& desk) {
  if (std::exchange(stopped_, true))
    return;
  tell(files_, 0, 0, desk);
  tell(texts_, 0, 0, desk);
  to_fetch_.clear();
  to_read_.clear();
  unembedded_.clear();
  unembedded_bytes_ = 0;
  fetching_.clear();
  embedding_.clear();
  checking_.clear();
  counting_ = checking_passed_over_ = false;
}

bool gathering::finished() const {
  if (stopped_)
    return true;
  auto listed_all = std::all_of(folders_.begin(), folders_.end(), [](const folder& x) { return x.announced; });
  auto idle = to_fetch_.empty() && to_read_.empty() && under_way() == 0 && checking_.empty();
  auto crawled =
    !frontier_ || (rebuilt_ >= to_rebuild_urls_.size() && !checking_passed_over_ && frontier_->exhausted());
  return sources_refused_ && !counting_ && listed_all && idle && crawled;
}

std::uint32_t gathering::pages_found() const {
  std::size_t files = 0;
  for (auto& x : folders_)
    files += x.files.size();
  return static_cast<std::uint32_t>(files + collection_pages_ + (frontier_ ? frontier_->counts().found : 0));
}

} // namespace troupe
