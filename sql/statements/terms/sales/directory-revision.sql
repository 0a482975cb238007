-- The number that rises when something in the directory of a process may have changed.
select last from revision
