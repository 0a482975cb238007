-- Locks the list of servers, so that one process at a time decides which server holds the cells.
lock table pinned_servers in share row exclusive mode
