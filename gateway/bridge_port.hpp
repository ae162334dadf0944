#pragma once
/// What both sides of the bridge know: which request has which answer, and where an answer goes. No CAF, no Asio, so
/// that neither library is compiled where the other is used.

#include "protocols/error.hpp"
#include "protocols/research.hpp"
#include "protocols/searching.hpp"
#include "protocols/storing.hpp"
#include "protocols/tree.hpp"

namespace troupe::gateway {

/// Answer of each request that crosses the bridge; asking anything else does not compile.
template <class Request>
struct answer_of_request;
template <>
struct answer_of_request<accept_research> {
  using type = accepted_research;
};
template <>
struct answer_of_request<cancel_research> {
  using type = research_row;
};
template <>
struct answer_of_request<get_research> {
  using type = research_row;
};
template <>
struct answer_of_request<list_research> {
  using type = research_list;
};
template <>
struct answer_of_request<read_events> {
  using type = event_page;
};
template <>
struct answer_of_request<get_report> {
  using type = report;
};
template <>
struct answer_of_request<get_document> {
  using type = document;
};
template <>
struct answer_of_request<get_store_figures> {
  using type = store_figures;
};
template <>
struct answer_of_request<search_passages> {
  using type = search_hits;
};
template <>
struct answer_of_request<get_tree> {
  using type = tree_snapshot;
};
template <>
struct answer_of_request<restart_child> {
  using type = actor_info;
};
template <>
struct answer_of_request<list_dead_letters> {
  using type = dead_letter_list;
};
template <>
struct answer_of_request<settle_dead_letter> {
  using type = settled_dead_letter;
};

template <class Request>
using answer_of = typename answer_of_request<Request>::type;

/// Calls `X(request)` for each request type: both sides instantiate their templates with it.
#define TROUPE_BRIDGE_REQUESTS(X)                                                                                      \
  X(accept_research)                                                                                                   \
  X(cancel_research)                                                                                                   \
  X(get_research)                                                                                                      \
  X(list_research)                                                                                                     \
  X(read_events)                                                                                                       \
  X(get_report)                                                                                                        \
  X(get_document)                                                                                                      \
  X(get_store_figures)                                                                                                 \
  X(search_passages)                                                                                                   \
  X(get_tree)                                                                                                          \
  X(restart_child)                                                                                                     \
  X(list_dead_letters)                                                                                                 \
  X(settle_dead_letter)

/// Takes one answer, once, on any thread; it hands it on to where it is wanted and never blocks.
template <class Answer>
class answer_sink {
public:
  virtual ~answer_sink() = default;
  virtual void deliver(expected<Answer> x) noexcept = 0;
};

/// Told that a log grew, on any thread; it never blocks. Wake-ups may be merged and may be spurious.
class wake_target {
public:
  virtual ~wake_target() = default;
  virtual void wake() noexcept = 0;
};

} // namespace troupe::gateway
