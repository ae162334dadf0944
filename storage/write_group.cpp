#include "storage/write_group.hpp"

#include <algorithm>
#include <unordered_map>

#include "storage/rules.hpp"

namespace troupe::storage {

verdicts group_snapshots::examine(std::span<const write_op> ops, blob_store& blobs, const stored_of& stored) {
  verdicts result(ops.size(), error{errc::none, {}, {}});
  std::vector<std::pair<std::size_t, const commit_research*>> good;
  std::vector<document_id> named;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    const auto* x = std::get_if<commit_research>(&ops[i]);
    if (x == nullptr)
      continue;
    if (auto fine = check_commit(*x); !fine) {
      result[i] = fine.error();
    } else if (!x->pages.empty()) {
      good.emplace_back(i, x);
      for (const auto& page : x->pages)
        named.push_back(page.content.id);
    }
  }
  if (good.empty())
    return result;
  auto known = stored(named);
  if (!known) {
    for (auto [i, x] : good)
      result[i] = known.error();
    return result;
  }
  std::vector<std::size_t> owners; // ops with new texts, or such as have been lost since
  std::unordered_set<std::string_view> seen;
  for (auto [i, x] : good) {
    auto depends = false;
    for (const auto& page : x->pages) {
      const auto& id = page.content.id.value;
      if (known->contains(id) && blobs.has(id, page.content.text.size()))
        continue;
      depends = true;
      if (seen.insert(id).second)
        texts_.emplace_back(id, page.content.text);
    }
    if (depends)
      owners.push_back(i);
  }
  if (auto put = blobs.put(texts_); !put)
    for (auto i : owners)
      result[i] = put.error();
  return result;
}

void group_snapshots::drop_unnamed(blob_store& blobs, const stored_of& stored) const {
  std::vector<document_id> named;
  for (const auto& [name, text] : texts_)
    named.emplace_back(name);
  if (named.empty())
    return;
  if (auto known = stored(named))
    for (const auto& id : named)
      if (!known->contains(id.value))
        blobs.drop(id.value);
}

void coalesce(const std::vector<events_committed>& from, std::vector<events_committed>& to) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (const auto& x : from) {
    auto [place, fresh] = places.emplace(x.research.value, to.size());
    if (fresh) {
      to.push_back(x);
    } else {
      auto& known = to[place->second];
      known.last = std::max(known.last, x.last);
      known.final = known.final || x.final;
      known.cancel = known.cancel || x.cancel;
    }
  }
}

timestamp newest(std::span<const write_op> ops) {
  timestamp result{};
  for (const auto& op : ops)
    std::visit(
      [&](const auto& x) {
        if constexpr (requires { x.at; })
          result = std::max(result, x.at);
      },
      op);
  return result;
}

} // namespace troupe::storage
