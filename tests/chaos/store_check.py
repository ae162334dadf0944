"""What must be true of a data folder that nobody holds any more, read from its files alone."""
import hashlib
import sqlite3

FINAL = ("research.done", "research.partial", "research.failed", "research.cancelled")
FINAL_OF = {"done": FINAL[0], "partial": FINAL[1], "failed": FINAL[2], "cancelled": FINAL[3]}

# Each row of an answer is a breach. `{final}` are the final event types.
QUERIES = {
    "every log is gapless from 1":
        "select research, count(*), min(seq), max(seq) from events group by research "
        "having min(seq) <> 1 or max(seq) <> count(*)",
    "every log starts with research.queued, and only there":
        "select research, seq, type from events where (seq = 1) <> (type = 'research.queued')",
    "every log has exactly one final event":
        "select l.id, l.state, (select count(*) from events e where e.research = l.row and e.type in ({final})) n "
        "from ledger l where n <> 1",
    "the final event is the last one and says what the ledger says":
        "select l.id, l.state, l.last_seq, e.seq, e.type from ledger l left join events e on e.research = l.row and "
        "e.type in ({final}) where e.seq is not l.last_seq or e.type is not 'research.' || l.state",
    "the ledger knows how long each log is":
        "select l.id, l.last_seq from ledger l where l.last_seq <> (select count(*) from events e where e.research = l.row)",
    "no event log is without its research":
        "select distinct research from events where research not in (select row from ledger)",
    "epochs never fall along a log":
        "select a.research, a.seq from events a join events b on b.research = a.research and b.seq = a.seq + 1 "
        "where b.epoch < a.epoch",
    "no lease is left":
        "select id, state, lease_owner, lease_until from ledger where state in ('queued', 'running') or lease_until <> 0",
    "each research was started at most once":
        "select research, count(*) from events where type = 'research.started' group by research having count(*) > 1",
    "no page is told as read twice in one log":
        "select research, json_extract(data, '$.url') url, count(*) from events where type = 'page.fetched' "
        "group by research, url having count(*) > 1",
    "each key of a tenant names a research that is there":
        "select key, research from idempotency where research not in (select row from ledger)",
    "each research has its request":
        "select id from ledger where body = '' and row not in (select research from requests)",
    "what ended done has a report":
        "select id from ledger where state = 'done' and row not in (select research from reports)",
    "passages, vectors, fetches and memberships belong to a document":
        "select 'passages', document from passages where document not in (select row from documents) union all "
        "select 'embeddings', document from embeddings where document not in (select row from documents) union all "
        "select 'fetches', document from fetches where document not in (select row from documents) union all "
        "select 'members', document from document_collections where document not in (select row from documents) "
        "union all select 'collections', collection from document_collections where collection not in "
        "(select row from collections)",
    "each document has as many passages as it says":
        "select d.row, d.passages, (select count(*) from passages p where p.document = d.row) n from documents d "
        "where d.passages <> n",
    "the totals are those of the tables":
        "select name, value from totals where (name = 'documents' and value <> (select count(*) from documents)) "
        "or (name = 'passages' and value <> (select count(*) from passages))",
}


class StoreFiles:
    """Opened after the node has ended; a write-ahead log that it left is read with it."""

    def __init__(self, data):
        self.data = data
        self.db = sqlite3.connect(data / "troupe.db")

    def close(self):
        self.db.close()

    def all(self, sql):
        return self.db.execute(sql).fetchall()

    def ledger(self):
        return {id: (row, state) for row, id, state in self.all("select row, id, state from ledger")}

    def log(self, row):
        return self.all(f"select seq, type from events where research = {int(row)} order by seq")

    def snapshots(self):
        """Documents whose file is missing or differs from its name, and files that no document names."""
        named, bad = set(), []
        for id, size in self.all("select id, bytes from documents"):
            name = id.hex()
            named.add(name)
            file = self.data / "blobs" / name[:2] / name[2:]
            text = file.read_bytes() if file.exists() else None
            if text is None or len(text) != size or hashlib.sha256(text).hexdigest() != name:
                bad.append((name, "missing" if text is None else f"{len(text)} of {size} bytes"))
        files = {f.parent.name + f.name for f in (self.data / "blobs").glob("??/*")}
        return bad, sorted(files - named)


def check_store(s, data, accepted):
    """`accepted`: every id that a client was told. Adds its invariants to scenario `s`; answers the ledger."""
    store = StoreFiles(data)
    try:
        s.check("the database passes its integrity check", store.all("pragma integrity_check") == [("ok",)],
                store.all("pragma integrity_check")[:3])
        final = ", ".join(f"'{x}'" for x in FINAL)
        breaches = {}
        for what, sql in QUERIES.items():
            found = store.all(sql.format(final=final))
            if found:
                breaches[what] = found[:3]
        s.check(f"{len(QUERIES)} rules of ledger, logs and documents", not breaches, breaches)
        ledger = store.ledger()
        missing = [id for id in accepted if id not in ledger]
        s.check(f"every accepted research ({len(accepted)}) is in the ledger and has ended once", not missing, missing[:5])
        bad, orphans = store.snapshots()
        s.check("each document's snapshot is there with its SHA-256", not bad, bad[:3])
        s.check("no snapshot is there without its document", not orphans, orphans[:3])
        return ledger
    finally:
        store.close()
