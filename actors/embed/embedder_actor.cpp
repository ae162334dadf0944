#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "actors/embed/chunker.hpp"
#include "actors/embed/embed_actor.hpp"
#include "actors/embed/hashed_model.hpp"

namespace troupe {

namespace {

struct embedder_state {
  figures_ptr figures;
  std::unique_ptr<embedding_model> model;
  std::uint64_t passages = 0;

  expected<embedded_document> embed(const document& content);
};

expected<embedded_document> embedder_state::embed(const document& content) {
  embedded_document result;
  result.document = content.id;
  result.model = model->name();
  result.passages = chunk(content);
  std::vector<std::string> subjects;
  subjects.reserve(result.passages.size());
  for (const auto& p : result.passages)
    subjects.push_back(passage_subject(content.title, p));
  std::vector<std::string_view> views{subjects.begin(), subjects.end()};
  auto vectors = model->embed_documents(views, content.language);
  if (!vectors)
    return tl::make_unexpected(vectors.error());
  result.embeddings = std::move(*vectors);
  passages += result.passages.size();
  return result;
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
    [self](const embed_document& x) -> caf::result<embedded_document> {
      if (x.until.passed())
        return to_caf(
          {errc::deadline_exceeded, "no time was left to embed a document", "Allow the research more time."});
      auto result = self->state.embed(x.content);
      if (!result)
        return to_caf(result.error());
      self->state.figures->status(how_many(self->state.passages, "passage") + " embedded");
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
