-- Whether the inbox of a cell has terms of the sale that the cell has not applied.
-- $1 sale, $2 cell, $3 the last number it applied
select exists (
  select from instructions
  where sale = $1 and cell = $2 and number > $3
    and body ->> 'kind' in ('offer', 'sale', 'state', 'rules')) as "isPending"
