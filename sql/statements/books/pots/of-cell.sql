-- What a cell may still spend of each pot. Buried orders and claims are not counted.
-- $1 sale, $2 cell
select pot, allotted - spent as left from pot_allotments
where sale = $1 and cell = $2
order by pot
