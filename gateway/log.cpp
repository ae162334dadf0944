#include "gateway/log.hpp"

#include <array>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "protocols/json/event_json.hpp"

namespace troupe {

namespace {

constexpr std::size_t queue_lines = 8192;

struct log_target {
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::logger> logger;
  std::string instance;
};

// Set once before threads start, so that the hot path reads it without a lock.
std::atomic<log_target*> target{nullptr};

constexpr std::array levels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};
constexpr std::array level_names{"debug", "info", "warning", "error"};

/// Waits, for a second at most, until the lines that were handed over are written.
void drain(log_target& x) {
  x.logger->flush();
  for (int i = 0; i < 1000 && x.pool->queue_size() > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

/// What the rooms below say through spdlog itself becomes lines like all others.
class line_sink final : public spdlog::sinks::base_sink<std::mutex> {
  void sink_it_(const spdlog::details::log_msg& x) override {
    auto level = x.level >= spdlog::level::err    ? log_level::error
                 : x.level == spdlog::level::warn ? log_level::warning
                 : x.level == spdlog::level::info ? log_level::info
                                                  : log_level::debug;
    log_line{level, {x.payload.data(), x.payload.size()}};
  }
  void flush_() override {
    if (auto* t = target.load(std::memory_order_acquire))
      drain(*t);
  }
};

expected<log_level> level_from(std::string_view name) {
  if (name == "warn")
    return log_level::warning;
  for (std::size_t i = 0; i < level_names.size(); ++i)
    if (name == level_names[i])
      return static_cast<log_level>(i);
  return fail(errc::invalid_argument, "\"" + std::string{name} + "\" is no log level",
              "Use debug, info, warning or error.");
}

} // namespace

expected<void> init_logging(std::string_view level, const std::filesystem::path& file, std::string_view instance) {
  auto least = level_from(level);
  if (!least)
    return tl::make_unexpected(least.error());
  try {
    spdlog::sink_ptr sink;
    if (file.empty())
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    else
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
    auto made = std::make_unique<log_target>();
    made->pool = std::make_shared<spdlog::details::thread_pool>(queue_lines, 1);
    made->logger = std::make_shared<spdlog::async_logger>("troupe", std::move(sink), made->pool,
                                                          spdlog::async_overflow_policy::overrun_oldest);
    made->logger->set_pattern("%v");
    made->logger->set_level(levels[static_cast<std::size_t>(*least)]);
    made->logger->flush_on(levels[static_cast<std::size_t>(*least)]);
    made->instance = instance;
    end_logging();
    target.store(made.release(), std::memory_order_release);
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("rooms", std::make_shared<line_sink>()));
  } catch (const spdlog::spdlog_ex& x) {
    return fail(errc::unreadable, "can't log to " + file.string() + ": " + x.what(),
                "Give a file that can be written, or none for stderr.");
  }
  return {};
}

void end_logging() {
  // Kept until the process ends: a thread may just be writing its last line.
  static std::mutex guard;
  static std::vector<std::unique_ptr<log_target>> ended;
  std::unique_ptr<log_target> old{target.exchange(nullptr)};
  if (!old)
    return;
  drain(*old);
  std::lock_guard lock{guard};
  ended.push_back(std::move(old));
}

bool logs(log_level level) noexcept {
  auto* t = target.load(std::memory_order_acquire);
  return t != nullptr && t->logger->should_log(levels[static_cast<std::size_t>(level)]);
}

log_line::log_line(log_level level, std::string_view message) : level_(level), on_(logs(level)) {
  if (!on_)
    return;
  out_.begin_object()
    .field("ts", to_iso8601(std::chrono::system_clock::now()))
    .field("level", level_names[static_cast<std::size_t>(level)])
    .field("msg", message)
    .field("service", "troupe")
    .field("version", TROUPE_VERSION);
  if (auto* t = target.load(std::memory_order_acquire))
    out_.field("instance", t->instance);
}

log_line::~log_line() {
  if (!on_)
    return;
  out_.end_object();
  if (auto* t = target.load(std::memory_order_acquire))
    t->logger->log(levels[static_cast<std::size_t>(level_)], spdlog::string_view_t{out_.str()});
}

} // namespace troupe
