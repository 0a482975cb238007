-- The instructions that a cell has not applied, in order.
-- $1 sale, $2 cell, $3 the last number it applied, $4 how many at most
select number, body from instructions
where sale = $1 and cell = $2 and number > $3
order by number
limit $4
