// Which faults hold now. One plan a process; actors ask it by version, so that a lifted fault costs them one load.
#include "actors/supervision/fault_plan.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>

namespace troupe {

#ifdef TROUPE_FAULTS

namespace {

using clock_type = std::chrono::steady_clock;

class fault_plan {
public:
  std::atomic<std::uint64_t> version{0}; // 0: none was ever loaded

  expected<void> load(const std::string& value) {
    std::lock_guard guard{mutex_};
    file_ = value.starts_with('@') ? value.substr(1) : std::string{};
    auto text = file_.empty() ? std::optional{value} : read();
    if (!text)
      return fail(errc::invalid_argument, "TROUPE_FAULTS: the file \"" + file_ + "\" can't be read",
                  "Create it (it may be empty) before the start.");
    auto rules = parse_faults(*text);
    if (!rules)
      return tl::make_unexpected(rules.error());
    take(std::move(*text), std::move(*rules));
    return {};
  }

  /// A file that has gone means no faults; one that can't be understood leaves what was.
  void look_again() {
    auto now = clock_type::now().time_since_epoch().count();
    auto due = due_.load(std::memory_order_relaxed);
    if (now < due || !due_.compare_exchange_strong(due, now + clock_type::duration{std::chrono::seconds{1}}.count()))
      return;
    std::lock_guard guard{mutex_};
    if (file_.empty())
      return;
    auto text = read().value_or("");
    if (text == text_)
      return;
    auto rules = parse_faults(text);
    if (rules)
      take(std::move(text), std::move(*rules));
    else
      std::fprintf(stderr, "%s. %s\n", rules.error().message.c_str(), rules.error().advice.c_str());
  }

  fault fault_of(const std::string& path) {
    std::lock_guard guard{mutex_};
    auto i = std::find_if(rules_.begin(), rules_.end(), [&](auto& x) { return path_matches(x.glob, path); });
    return i == rules_.end() ? fault{} : i->what;
  }

private:
  std::optional<std::string> read() const {
    std::ifstream in{file_, std::ios::binary};
    if (!in)
      return std::nullopt;
    std::string text(64 * 1024, '\0'); // more than any test writes; what lies beyond is not read
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
  }

  void take(std::string text, std::vector<fault_rule> rules) {
    text_ = std::move(text);
    rules_ = std::move(rules);
    version.fetch_add(1);
  }

  std::mutex mutex_;
  std::string file_, text_;
  std::vector<fault_rule> rules_;
  std::atomic<clock_type::rep> due_{0};
};

fault_plan& the_plan() {
  static fault_plan plan;
  return plan;
}

} // namespace

expected<void> load_faults(const std::string& value) {
  if (value.empty() && the_plan().version == 0)
    return {};
  return the_plan().load(value);
}

fault fault_point::now() {
  auto& plan = the_plan();
  plan.look_again();
  if (auto latest = plan.version.load(std::memory_order_acquire); latest != seen_) {
    current_ = plan.fault_of(path_);
    seen_ = latest;
  }
  return current_;
}

std::unique_ptr<fault_point> fault_point_for(const std::string& path) {
  return the_plan().version == 0 ? nullptr : std::make_unique<fault_point>(path);
}

#else

expected<void> load_faults(const std::string& value) {
  if (value.empty())
    return {};
  return fail(errc::invalid_argument, "TROUPE_FAULTS is set, but this program was built without fault points",
              "Unset it, or build with -DTROUPE_FAULTS=ON.");
}

fault fault_point::now() { return current_; }

std::unique_ptr<fault_point> fault_point_for(const std::string&) { return nullptr; }

#endif

expected<void> load_faults() {
  auto value = std::getenv("TROUPE_FAULTS");
  return load_faults(value == nullptr ? std::string{} : std::string{value});
}

void fault_point::stretch(std::chrono::nanoseconds spent) {
  auto end = std::chrono::steady_clock::now() + spent * (current_.factor - 1);
  constexpr std::chrono::milliseconds slice{50}; // a lifted fault ends the sleep
  while (now().kind == fault_kind::slow && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::min<std::chrono::duration<double>>(slice, end - std::chrono::steady_clock::now()));
}

} // namespace troupe
