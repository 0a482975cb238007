-- Up Migration
-- A picture of an offer. Adds a column without a default, so it rewrites nothing. It locks offers
-- against everyone while it reads each of them once for the check.

alter table offers
  add column image text,
  add constraint offers_image check (
    image is null or (image like 'https://%' and char_length(image) <= 500)
  );
