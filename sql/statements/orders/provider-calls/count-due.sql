-- What providers have still to be asked.
select provider, count(*)::integer as calls from provider_calls
where state = 'due'
group by provider
