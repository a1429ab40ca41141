-- Buyers who let themselves be remembered: a passkey, and where the processor keeps their card.

create table customer (
  customer_id           text primary key,
  -- What orders and journals name the kept method by.
  method_id             text not null unique,
  label                 text not null,
  credential_id         text not null unique,
  -- The passkey's public key: COSE, base64url.
  public_key            text not null,
  sign_count            bigint not null,
  origin                text not null,
  processor_customer_id text not null,
  processor_method_id   text not null,
  created_at_ms         bigint not null
);

-- What a passkey was asked to sign: once, for one purpose, at one origin.
create table passkey_challenge (
  challenge             text primary key,
  purpose               text not null,
  node_id               text not null,
  origin                text not null,
  order_id              text,
  expires_at_ms         bigint not null,
  used_at_ms            bigint
);
create index passkey_challenge_by_end on passkey_challenge (expires_at_ms);
