-- Up Migration
-- Counts that the operator's desk asks for again and again. While it builds an index, it locks
-- dead_letters and provider_calls against writes: calls to providers wait for that, for about a
-- second per million calls, and orders only where one becomes a dead letter.

-- For the dead letters of a sale that wait for an operator, oldest first.
create index dead_letters_buried on dead_letters (sale, id) where state = 'buried';

-- For the calls of a sale that are not over. The id of a payment begins with the sale.
create index provider_calls_open on provider_calls (payment) where state in ('due', 'dead');
