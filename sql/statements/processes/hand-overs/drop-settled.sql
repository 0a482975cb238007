-- Drops handed entries that have settled meanwhile.
delete from handed_entries h
using entries e
where e.sale = h.sale and e.cell = h.cell and e.epoch = h.epoch and e.seq = h.seq
  and e.tag = h.tag
