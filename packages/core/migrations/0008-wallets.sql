-- Amounts that buyers keep ready: the processor holds the money, one node may spend it.

create table wallet (
  wallet_id       text primary key,
  node_id         text not null,
  epoch           bigint not null,
  sequence        bigint not null,
  -- Of the processor's hold on the money.
  pay_key         text not null unique references payment (pay_key),
  -- Whose split its tips have.
  release_id      text not null,
  buyer_id        text not null,
  amount_minor    bigint not null,
  -- What tips and orders have drawn: what is captured in the end.
  drawn_minor     bigint not null default 0,
  currency        text not null,
  state           text not null,
  -- What the node said last that it had spent; null before it said so.
  spent_minor     bigint,
  seen_at_ms      bigint not null,
  -- When the core captures what it has heard of, with or without the node's word.
  settle_by_ms    bigint not null,
  check (drawn_minor >= 0 and drawn_minor <= amount_minor)
);
create index wallet_by_end on wallet (state, settle_by_ms);

create table tip (
  tip_id          text not null,
  node_id         text not null,
  epoch           bigint not null,
  sequence        bigint not null,
  wallet_id       text not null references wallet (wallet_id),
  amount_minor    bigint not null,
  given_at_ms     bigint not null,
  primary key (node_id, epoch, tip_id),
  check (amount_minor > 0)
);
create index tip_by_wallet on tip (wallet_id);

-- 1: holds the money of a wallet, and is of no order.
alter table payment add column is_wallet bigint not null default 0;
-- How much of an authorisation to capture; null is all of it.
alter table payment add column capture_minor bigint;
create index payment_by_wallet on payment (reference) where method = 'wallet';
