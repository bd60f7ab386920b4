-- Rooms with a status of their own, holds that expire, and what is charged besides rooms.

ALTER TABLE reservations ADD COLUMN expires_us BIGINT;      -- of a hold, and of one that has expired (then cancelled)
ALTER TABLE reservations ADD COLUMN charges TEXT;           -- JSON, table charge_set_fields; NULL: none
CREATE INDEX reservations_expiring ON reservations (expires_us) WHERE status = 1;

ALTER TABLE room_stays ADD COLUMN status BIGINT;            -- enum reservation_status; NULL: the reservation's
ALTER TABLE room_stays ADD COLUMN keeps_nights BIGINT NOT NULL DEFAULT 0; -- 1: a no-show that stays sold for all nights
ALTER TABLE room_stays ADD COLUMN charges TEXT;             -- as above

-- Until now a no-show stayed sold for all of its nights, and stock was counted so.
UPDATE room_stays SET keeps_nights = 1 WHERE EXISTS (SELECT 1 FROM reservations r WHERE r.establishment_id =
    room_stays.establishment_id AND r.id = room_stays.reservation_id AND r.status = 6);
