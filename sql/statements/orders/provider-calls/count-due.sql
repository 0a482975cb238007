-- The number of due calls of each provider.
select provider, count(*)::integer as calls from provider_calls
where state = 'due'
group by provider
