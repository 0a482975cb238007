-- Every allotment of a cell.
-- $1 sale, $2 cell
select offer, allotted, held, sold from allotments where sale = $1 and cell = $2 order by offer
