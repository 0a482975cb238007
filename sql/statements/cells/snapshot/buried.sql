-- The buried orders and claims of a cell. Their units, limits and keys stay counted.
-- $1 sale, $2 cell
select body from dead_letters
where sale = $1 and cell = $2 and state = 'buried' and body is not null
order by id
