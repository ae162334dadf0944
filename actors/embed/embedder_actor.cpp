#include <algorithm>
#include <exception>
#include <iterator>

#include <caf/stateful_actor.hpp>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "actors/embed/chunker.hpp"
#include "actors/embed/embed_actor.hpp"
#include "actors/embed/hashed_model.hpp"
#include "actors/flow/work_messages.hpp"

namespace troupe {

namespace {

struct embedder_state {
  figures_ptr figures;
  std::unique_ptr<embedding_model> model;
  std::uint64_t passages = 0;

  expected<embedded_document> embed(const document& content, const stop_flag* stop);
  expected<embedded_document> answer(const embed_document& x, const stop_flag* stop);
};

constexpr std::size_t passages_at_once = 32; // a few milliseconds between looks at the stop flag
constexpr std::uint32_t credit = 8;

expected<embedded_document> embedder_state::embed(const document& content, const stop_flag* stop) {
  embedded_document result;
  result.document = content.id;
  result.model = model->name();
  result.passages = chunk(content);
  std::vector<std::string> subjects;
  subjects.reserve(result.passages.size());
  for (const auto& p : result.passages)
    subjects.push_back(passage_subject(content.title, p));
  std::vector<std::string_view> views{subjects.begin(), subjects.end()};
  for (std::span<const std::string_view> left{views}; !left.empty();) {
    if (stop != nullptr && *stop)
      return fail(errc::cancelled, "the document is not wanted any more", {});
    auto now = left.first(std::min(left.size(), passages_at_once));
    left = left.subspan(now.size());
    auto vectors = model->embed_documents(now, content.language);
    if (!vectors)
      return tl::make_unexpected(vectors.error());
    std::move(vectors->begin(), vectors->end(), std::back_inserter(result.embeddings));
  }
  passages += result.passages.size();
  return result;
}

/// What a library throws is an error of this document, not the end of the worker.
expected<embedded_document> embedder_state::answer(const embed_document& x, const stop_flag* stop) {
  if (x.until.passed())
    return fail(errc::deadline_exceeded, "no time was left to embed a document", "Allow the research more time.");
  try {
    auto result = embed(x.content, stop);
    figures->status(how_many(passages, "passage") + " embedded");
    return result;
  } catch (const std::exception& thrown) {
    return fail(errc::internal, std::string{"embedding failed: "} + thrown.what(), "Look at the log of this node.");
  }
}

/// Computation yields to coordination: the calling thread alone becomes nicer.
void lower_priority() {
  constexpr int nicer = 5;
  setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), nicer);
}

caf::behavior embedder(caf::stateful_actor<embedder_state>* self, const figures_ptr& figures, bool own_thread) {
  if (own_thread)
    lower_priority();
  auto& state = self->state;
  state.figures = figures;
  state.model = make_hashed_model();
  return {
    [self](const call_to_work& x) {
      self->send(x.pool, worker_ready{caf::actor{self}, x.number, credit});
    },
    [self](const leased_work<embed_document>& x) {
      self->send(caf::actor_cast<caf::actor>(self->current_sender()),
                 done_with(x, self->state.answer(*x.work, x.stop.get())));
    },
    [self](const embed_document& x) -> caf::result<embedded_document> {
      auto result = self->state.answer(x, nullptr);
      if (!result)
        return to_caf(result.error());
      return std::move(*result);
    },
    [self](const embed_query& x) -> caf::result<embedding> {
      auto result = self->state.model->embed_query(x.text);
      if (!result)
        return to_caf(result.error());
      return std::move(*result);
    },
  };
}

} // namespace

caf::actor spawn_embedder(const child_context& ctx) { return ctx.spawn(embedder, ctx.figures, ctx.detached); }

} // namespace troupe
