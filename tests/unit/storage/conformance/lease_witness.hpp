#pragma once
/// What must hold of the ledger whatever it is asked, watched from the answers and the logs alone.

#include <map>

#include "tests/unit/storage/store_fixture.hpp"

namespace troupe::storage_tests {

/// Keeps who holds what, as the nodes themselves would know it. `seen` answers what was broken, or nothing.
struct lease_witness {
  struct lease {
    node_id node;
    lease_epoch epoch;
    timestamp until;
  };
  std::map<std::string, lease> held;
  std::map<std::string, lease_epoch> newest;
  std::map<std::string, std::string> ended; ///< research → its final event

  std::string seen(const write_op& op, const expected<write_answer>& answer) {
    if (!answer)
      return {};
    if (const auto* x = std::get_if<claim_research>(&op))
      return claimed(*x, std::get<claimed_research>(*answer));
    if (const auto* x = std::get_if<renew_leases>(&op))
      return renewed(*x, std::get<lease_report>(*answer));
    if (const auto* x = std::get_if<commit_research>(&op))
      return committed(*x);
    if (const auto* x = std::get_if<cancel_research>(&op))
      if (is_final(std::get<research_row>(*answer).status))
        held.erase(x->research.value);
    return {};
  }

  /// A log, read back: gapless, and at most one end, which is last and stays what it was.
  std::string seen(const std::string& id, const std::vector<event_record>& log) {
    std::uint64_t seq = 0;
    for (const auto& e : log) {
      if (e.seq.value != ++seq)
        return "a gap in the log of " + id;
      if (is_final_event(e.type) && seq != log.size())
        return "an event after the end of " + id;
    }
    auto final = !log.empty() && is_final_event(log.back().type) ? log.back().type : "";
    auto [place, fresh] = ended.emplace(id, final);
    if (!fresh && !place->second.empty() && place->second != final)
      return id + " ended twice";
    place->second = final;
    return {};
  }

private:
  std::string claimed(const claim_research& x, const claimed_research& answer) {
    for (const auto& row : answer.rows) {
      const auto& id = row.id.value;
      if (auto i = held.find(id); i != held.end() && i->second.until > x.at)
        return "two live leases of " + id;
      if (row.epoch.value <= newest[id].value)
        return "an old epoch of " + id + " was given out again";
      if (ended.contains(id) && !ended[id].empty())
        return id + " was given out after its end";
      newest[id] = row.epoch;
      held[id] = {x.node, row.epoch, x.at + x.lease};
    }
    return {};
  }

  std::string renewed(const renew_leases& x, const lease_report& report) {
    for (const auto& mine : x.leases) {
      auto lost = std::find(report.lost.begin(), report.lost.end(), mine.research) != report.lost.end();
      auto i = held.find(mine.research.value);
      auto ours = i != held.end() && i->second.node == x.node && i->second.epoch == mine.epoch;
      if (!lost && !ours)
        return "a lease of " + mine.research.value + " was kept by somebody who did not hold it";
      if (ours && x.release) // named twice it is lost the second time
        held.erase(i);
      else if (!lost)
        i->second.until = x.at + x.lease;
    }
    return {};
  }

  std::string committed(const commit_research& x) {
    auto i = held.find(x.research.value);
    if (i == held.end() || i->second.epoch != x.epoch)
      return "a commit of " + x.research.value + " under a lease that nobody held";
    if (is_final(x.status))
      held.erase(i);
    return {};
  }
};

} // namespace troupe::storage_tests
