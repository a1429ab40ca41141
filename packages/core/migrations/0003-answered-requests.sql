-- What a request that named itself was answered: sent again, it is answered the same.
create table answered_request (
  request_id text primary key,
  request_hash text not null,
  answer text not null,
  answered_at_ms bigint not null
);
