-- No process needs to know these sales any more; one with a cell that is being rebuilt has to wait.
-- $1 ids
update sales s set forgotten_at = now()
where s.id = any ($1::text[])
  and not exists (select from cells c where c.sale = s.id and c.state <> 'open')
