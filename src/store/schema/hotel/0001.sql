-- The hotel's data. One dialect for every engine: BIGINT, TEXT, BYTEA; ids made by the program; instants are
-- microseconds since 1970 UTC (…_us), nights are days since 1970-01-01, amounts are minor units (…_minor).
-- The marks ROWKEY and "sqlite" comments are explained in src/io/db_driver.h.

-- One row a hotel. The row is the lock under which the hotel's data changes (apply), and the source of its
-- ids and event numbers, which therefore commit in order.
CREATE TABLE establishments (
    id BIGINT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    currency TEXT NOT NULL,
    next_id BIGINT NOT NULL,
    next_event BIGINT NOT NULL,
    created_us BIGINT NOT NULL
);

CREATE TABLE users (
    id BIGINT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,          -- lower case
    password_hash TEXT NOT NULL,         -- Argon2id, with its parameters
    is_operator BIGINT NOT NULL,
    language TEXT NOT NULL,              -- en or fr
    created_us BIGINT NOT NULL
);

CREATE TABLE memberships (
    user_id BIGINT NOT NULL REFERENCES users (id),
    establishment_id BIGINT NOT NULL REFERENCES establishments (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'viewer')),
    PRIMARY KEY (user_id, establishment_id)
) /*sqlite WITHOUT ROWID*/;

CREATE TABLE sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY, -- SHA-256 of the cookie's value
    user_id BIGINT NOT NULL REFERENCES users (id),
    created_us BIGINT NOT NULL,
    seen_us BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;

CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,          -- its public part, by which a person knows it again
    user_id BIGINT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,      -- SHA-256; a token is 256 random bits, so a fast hash is enough
    created_us BIGINT NOT NULL,
    used_us BIGINT
);

-- Failed sign-ins, by a hash of the address tried and of the client, for the exponential delay.
CREATE TABLE login_failures (
    key_hash BYTEA NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_us BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;

-- The one-time link of a first start.
CREATE TABLE setup_links (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    expires_us BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;

-- Data keys, sealed by the master key, which is a file and never in here.
CREATE TABLE data_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    sealed TEXT NOT NULL,
    is_active BIGINT NOT NULL,
    created_us BIGINT NOT NULL
);

CREATE TABLE integrations (
    id TEXT NOT NULL PRIMARY KEY,
    establishment_slug TEXT NOT NULL REFERENCES establishments (slug),
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('disconnected', 'connected', 'error', 'paused', 'needs_reauth')),
    configuration TEXT NOT NULL,           -- a sealed envelope
    last_sync BIGINT,
    last_error TEXT,
    is_active BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    establishment_id BIGINT NOT NULL REFERENCES establishments (id),
    last_error_fr TEXT,
    next_sync BIGINT,                      -- due time of the next scheduled run
    last_export BIGINT,                    -- when files were last written by it
    tells_stock BIGINT NOT NULL            -- 1: changes of stock are queued for it in the outbox
);
CREATE INDEX integrations_by_establishment ON integrations (establishment_id);

CREATE TABLE integration_logs (
    id BIGINT NOT NULL,
    integration_id TEXT NOT NULL,          -- kept after the integration is deleted
    action TEXT NOT NULL,
    status TEXT NOT NULL,                  -- ok, warning, error
    message TEXT NOT NULL,
    data TEXT,                             -- JSON
    created_at BIGINT NOT NULL,
    establishment_id BIGINT NOT NULL,
    message_fr TEXT NOT NULL,
    actor TEXT,                            -- who did it: a user's e-mail, or the part of the program
    PRIMARY KEY (establishment_id, id)
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX integration_logs_by_integration ON integration_logs (establishment_id, integration_id, id);

CREATE TABLE room_types (
    establishment_id BIGINT NOT NULL REFERENCES establishments (id),
    id BIGINT NOT NULL,
    code TEXT NOT NULL,
    code_key TEXT NOT NULL,                -- folded for look-ups
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    units BIGINT NOT NULL,
    holds_unmapped BIGINT NOT NULL,        -- 1: unmapped stays hold one of it; 0: new, no batch has seen it yet
    created_us BIGINT NOT NULL,
    PRIMARY KEY (establishment_id, id),
    UNIQUE (establishment_id, code_key)
) /*sqlite WITHOUT ROWID*/;

-- What an integration calls a room type. kind is 'room'.
CREATE TABLE mappings (
    establishment_id BIGINT NOT NULL,
    integration_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    remote_key TEXT NOT NULL,              -- folded
    remote TEXT NOT NULL,
    room_type_id BIGINT,                   -- NULL: seen, not yet mapped
    seen_us BIGINT NOT NULL,
    PRIMARY KEY (establishment_id, integration_id, kind, remote_key)
) /*sqlite WITHOUT ROWID*/;

-- Names whose meaning changed: the reservations with them are looked at again, some at a time.
CREATE TABLE repairs (
    establishment_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    integration_id TEXT,                   -- whose name; '' nobody's; NULL whoever's (a room type came)
    room_key TEXT NOT NULL,                -- as in room_stays
    after_id BIGINT NOT NULL,              -- reservations up to this one were looked at
    PRIMARY KEY (establishment_id, id)
) /*sqlite WITHOUT ROWID*/;

-- One row a night of a room type that differs from "units, nothing sold".
CREATE TABLE stock_days (
    establishment_id BIGINT NOT NULL,
    room_type_id BIGINT NOT NULL,
    night BIGINT NOT NULL,
    physical BIGINT,                       -- NULL: the room type's units
    out_of_order BIGINT NOT NULL,
    sold BIGINT NOT NULL,
    held BIGINT NOT NULL,
    overbooking_limit BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (establishment_id, room_type_id, night)
) /*sqlite WITHOUT ROWID*/;

CREATE TABLE reservations (
    establishment_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    channel TEXT NOT NULL,
    reference TEXT NOT NULL,
    integration_id TEXT,                   -- by which it first came; NULL: entered at the hotel
    status BIGINT NOT NULL,                -- enum reservation_status
    revision TEXT,                         -- of the message in force
    ordered_us BIGINT NOT NULL,            -- the latest time that what was applied says it was so
    is_dated BIGINT NOT NULL,              -- enum reservation_dated
    arrived_us BIGINT NOT NULL,            -- when the message in force was received
    booked_us BIGINT,
    currency TEXT NOT NULL,
    total_minor BIGINT,
    commission_minor BIGINT,
    arrival BIGINT,                        -- first and last day over its rooms
    departure BIGINT,
    first_name TEXT,
    last_name TEXT,
    guest_id BIGINT NOT NULL,
    notes TEXT,
    is_oversold BIGINT NOT NULL,
    is_unmapped BIGINT NOT NULL,
    revisions BIGINT NOT NULL,             -- how many there are
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL,
    PRIMARY KEY (establishment_id, id),
    UNIQUE (establishment_id, channel, reference)
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX reservations_by_arrival ON reservations (establishment_id, arrival);
CREATE INDEX reservations_by_guest ON reservations (establishment_id, guest_id);

CREATE TABLE guests (
    establishment_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    email TEXT,
    phone TEXT,
    country TEXT,
    language TEXT,
    PRIMARY KEY (establishment_id, id)
) /*sqlite WITHOUT ROWID*/;

CREATE TABLE room_stays (
    establishment_id BIGINT NOT NULL,
    reservation_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    reference TEXT,
    room_type_id BIGINT,                   -- NULL: not mapped; held conservatively
    room_type TEXT,                        -- as the message called it
    room_key TEXT,                         -- the same, folded for look-ups; '' without a name
    named_by TEXT,                         -- the integration that called it so; NULL: nobody's
    rate_plan TEXT,
    arrival BIGINT NOT NULL,
    departure BIGINT NOT NULL,
    adults BIGINT,
    children BIGINT,
    amount_minor BIGINT,
    is_oversold BIGINT NOT NULL,
    PRIMARY KEY (establishment_id, reservation_id, position)
) /*sqlite WITHOUT ROWID*/;
-- Stays whose room nobody has mapped, by the name that they wait for; and oversold ones. Both are small, and hold all
-- that is asked of them: SQLite, which has no statistics here, would else read all stays of the hotel instead.
CREATE INDEX room_stays_waiting ON room_stays (establishment_id, room_key, reservation_id, named_by, arrival,
    departure, room_type_id) WHERE room_type_id IS NULL;
CREATE INDEX room_stays_oversold ON room_stays (establishment_id, room_type_id, reservation_id, arrival, departure,
    is_oversold) WHERE is_oversold = 1;

-- Every message about a reservation, applied or not: who said what, when, from which raw message.
CREATE TABLE revisions (
    establishment_id BIGINT NOT NULL,
    reservation_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    integration_id TEXT,
    actor TEXT,                            -- a user's e-mail when a person said it
    inbox_seq BIGINT,                      -- the raw message, or
    import_id BIGINT,                      -- the file and
    line BIGINT,                           -- its line
    type BIGINT NOT NULL,                  -- enum message_type
    revision TEXT,
    ordered_us BIGINT NOT NULL,
    is_dated BIGINT NOT NULL,
    received_us BIGINT NOT NULL,
    body_hash BIGINT NOT NULL,             -- of the canonical message; with the identity, says "the same again"
    outcome BIGINT NOT NULL,               -- enum revision_outcome
    message TEXT NOT NULL,                 -- canonical JSON
    PRIMARY KEY (establishment_id, reservation_id, number)
) /*sqlite WITHOUT ROWID*/;

-- What became of each raw message of the inbox. Written in the transaction that applied it.
CREATE TABLE inbox_outcomes (
    establishment_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    integration_id TEXT NOT NULL,
    outcome TEXT NOT NULL,                 -- see store/inbox.h
    pointer TEXT,
    detail TEXT,
    detail_fr TEXT,
    reservation_id BIGINT,
    duplicate_of BIGINT,                   -- seq of the message that this repeats
    attempts BIGINT NOT NULL,
    applied_us BIGINT NOT NULL,
    PRIMARY KEY (establishment_id, seq)
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX inbox_outcomes_waiting ON inbox_outcomes (establishment_id, integration_id, seq) WHERE outcome = 'waiting';

-- Up to which message of the inbox everything has an outcome.
CREATE TABLE inbox_cursor (
    id BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL
);

-- Identities of raw messages already applied (webhook id, else a hash of the body).
CREATE TABLE message_keys (
    establishment_id BIGINT NOT NULL,
    integration_id TEXT NOT NULL,
    message_key TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (establishment_id, integration_id, message_key)
) /*sqlite WITHOUT ROWID*/;

-- A file of reservations. Its bytes lie in the data directory under imports/.
CREATE TABLE imports (
    establishment_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    integration_id TEXT,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    content_hash TEXT NOT NULL,           -- BLAKE2b-256 of the bytes, hex
    source TEXT NOT NULL,                  -- upload, command, folder
    actor TEXT,
    status TEXT NOT NULL,                  -- waiting, asking, running, done, failed
    answers TEXT NOT NULL,                 -- JSON object of NAME: VALUE
    report TEXT NOT NULL,                  -- JSON: what was detected, questions, counts, first problems
    ordered_us BIGINT NOT NULL,            -- age of what the file says
    ordered_said BIGINT NOT NULL,          -- 0: nobody knows, it is when it came
    rows_done BIGINT NOT NULL,             -- records applied so far: where a restart goes on
    created_us BIGINT NOT NULL,
    updated_us BIGINT NOT NULL,
    PRIMARY KEY (establishment_id, id)
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX imports_interrupted ON imports (created_us) WHERE status IN ('waiting', 'running');

-- What happened, in order: live streams and outgoing webhooks read here.
CREATE TABLE events (
    establishment_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    type TEXT NOT NULL,
    entity_id BIGINT,
    data TEXT NOT NULL,                    -- JSON
    created_us BIGINT NOT NULL,
    PRIMARY KEY (establishment_id, seq)
) /*sqlite WITHOUT ROWID*/;

-- What must be told: one row a cell, however often it changed. The value sent is the one at sending time;
-- version is the stock's version that must have been sent for the row to go away.
CREATE TABLE outbox (
    establishment_id BIGINT NOT NULL,
    integration_id TEXT NOT NULL,
    room_type_id BIGINT NOT NULL,
    night BIGINT NOT NULL,
    version BIGINT NOT NULL,
    queued_us BIGINT NOT NULL,
    PRIMARY KEY (establishment_id, integration_id, room_type_id, night)
) /*sqlite WITHOUT ROWID*/;

-- What a person must see: an oversold night, an unmapped room, a failed message. One row a fingerprint.
CREATE TABLE alerts (
    establishment_id BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    severity TEXT NOT NULL,                -- warning, critical
    message TEXT NOT NULL,
    message_fr TEXT NOT NULL,
    reservation_id BIGINT,
    integration_id TEXT,
    occurrences BIGINT NOT NULL,
    raised_us BIGINT NOT NULL,
    last_us BIGINT NOT NULL,
    cleared_us BIGINT,
    PRIMARY KEY (establishment_id, fingerprint)
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX reservations_needing_attention ON reservations (establishment_id, id) WHERE is_unmapped = 1 OR is_oversold = 1;
