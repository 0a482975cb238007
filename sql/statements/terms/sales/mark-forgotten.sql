-- Marks sales as forgotten: no process needs to know them. A sale with a cell that is being rebuilt
-- is left out.
-- $1 ids
update sales s set forgotten_at = now()
where s.id = any ($1::text[])
  and not exists (select from cells c where c.sale = s.id and c.state <> 'open')
