-- Rate plans, prices and restrictions by night, and who changed which cell. A version is the number of the edit that
-- last changed the row: it only grows, and says who did it.

CREATE TABLE rate_plans (
    establishment_id BIGINT NOT NULL REFERENCES establishments (id),
    id BIGINT NOT NULL,
    code TEXT NOT NULL,
    code_key TEXT NOT NULL,                -- folded for look-ups
    name TEXT NOT NULL,
    pricing BIGINT NOT NULL,               -- enum rate_pricing
    base_occupancy BIGINT NOT NULL,
    parent_id BIGINT,                      -- NULL: not derived
    percent_ppm BIGINT,                    -- added to the parent's price, in millionths of it; or
    amount_minor BIGINT,                   -- added to it
    meal_plan BIGINT NOT NULL,             -- enum rate_meal
    cancellation_text TEXT,
    cancellation_before BIGINT,            -- free until so long before arrival
    cancellation_unit BIGINT,              -- enum rate_unit
    fee_ppm BIGINT,                        -- after that, of the price of the stay; or
    fee_nights BIGINT,                     -- so many first nights
    taxes_included BIGINT NOT NULL,
    currency TEXT NOT NULL,
    is_active BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    PRIMARY KEY (establishment_id, id),
    UNIQUE (establishment_id, code_key)
) /*sqlite WITHOUT ROWID*/;

-- The price of a room for a night. A row stays when its price is taken back, because its version must grow on.
CREATE TABLE rate_days (
    establishment_id BIGINT NOT NULL,
    room_type_id BIGINT NOT NULL,
    rate_plan_id BIGINT NOT NULL,
    night BIGINT NOT NULL,
    occupancy BIGINT NOT NULL,             -- 0: however many people; else for so many
    amount_minor BIGINT,                   -- NULL: none of its own, derived if the plan is
    version BIGINT NOT NULL,
    PRIMARY KEY (establishment_id, room_type_id, rate_plan_id, night, occupancy)
) /*sqlite WITHOUT ROWID*/;

-- NULL is "inherit": from all plans (0), then from the parent plan, then none. 0 is "none, whatever others say".
CREATE TABLE restriction_days (
    establishment_id BIGINT NOT NULL,
    room_type_id BIGINT NOT NULL,
    rate_plan_id BIGINT NOT NULL,          -- 0: all plans
    night BIGINT NOT NULL,
    min_stay_arrival BIGINT,
    min_stay_through BIGINT,
    max_stay BIGINT,
    closed_to_arrival BIGINT,
    closed_to_departure BIGINT,
    stop_sell BIGINT,
    min_advance_days BIGINT,
    max_advance_days BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (establishment_id, room_type_id, rate_plan_id, night)
) /*sqlite WITHOUT ROWID*/;

-- What people changed of stock, prices and restrictions: one row for each thing done.
CREATE TABLE edits (
    establishment_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind BIGINT NOT NULL,                  -- enum edit_kind
    actor TEXT NOT NULL,                   -- a user's e-mail
    made_us BIGINT NOT NULL,
    summary TEXT NOT NULL,
    summary_fr TEXT NOT NULL,
    cells BIGINT NOT NULL,                 -- how many values it changed
    undoes BIGINT,                         -- the edit that this one takes back
    undone_by BIGINT,                      -- the edit that took this one back
    PRIMARY KEY (establishment_id, id)
) /*sqlite WITHOUT ROWID*/;

CREATE TABLE edit_cells (
    establishment_id BIGINT NOT NULL,
    edit_id BIGINT NOT NULL,
    room_type_id BIGINT NOT NULL,
    rate_plan_id BIGINT NOT NULL,          -- 0: stock, or all plans
    night BIGINT NOT NULL,
    occupancy BIGINT NOT NULL,
    field BIGINT NOT NULL,                 -- enum edit_field
    value_before BIGINT,
    value_after BIGINT,
    PRIMARY KEY (establishment_id, edit_id, room_type_id, rate_plan_id, night, occupancy, field)
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX edit_cells_by_night ON edit_cells (establishment_id, room_type_id, night, rate_plan_id, field, occupancy,
    edit_id);
