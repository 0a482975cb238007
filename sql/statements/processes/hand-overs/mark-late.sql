-- Marks a cell as diverged when entries of it were handed over after their epoch was drained, so
-- that a recovery settles them.
-- $1 sale, $2 cell
update cells c set state = 'diverged', away_since = clock_timestamp()
where c.sale = $1 and c.cell = $2 and c.state = 'open'
  and exists (
    select from handed_entries h
    where h.sale = c.sale and h.cell = c.cell and h.epoch < c.epoch)
