-- Raw messages as they came. Append-only and in a file of its own, so that taking one never waits for an
-- import. What became of each is written with the hotel's data (inbox_outcomes).
CREATE TABLE messages (
    seq ROWKEY NOT NULL PRIMARY KEY,
    establishment_id BIGINT NOT NULL,
    integration_id TEXT NOT NULL,
    received_us BIGINT NOT NULL,
    request_id TEXT NOT NULL,
    client TEXT NOT NULL,                  -- the sender's address
    method TEXT NOT NULL,
    target TEXT NOT NULL,                  -- path and query, without the token
    headers TEXT NOT NULL,                 -- JSON array of [name, value]; credentials masked
    body BYTEA NOT NULL,                   -- exact bytes; card numbers masked (see is_masked)
    size BIGINT NOT NULL,                  -- of the body as it came
    sha256 BYTEA NOT NULL,                 -- of the body as it came
    message_key TEXT,                      -- the sender's id of the message
    is_masked BIGINT NOT NULL,
    verdict TEXT NOT NULL,                 -- signed, url_token, open, rejected
    reason TEXT,                           -- of a rejection
    reason_fr TEXT
);
CREATE INDEX messages_rejected ON messages (received_us) WHERE verdict = 'rejected';

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;
INSERT INTO counters (name, value) VALUES ('messages', 0);
