-- Tills: units that move sideways, what operators ask for and count, and who they are.

-- Units that moved on to another node by a slip. `granted` is without them: what a lease still
-- stands for. What was granted first is the sum of both.
alter table lease add column handed bigint not null default 0;

-- One for each slip that was booked, from whichever journal came first.
create table transfer (
  transfer_id      text primary key,
  lease_id         text not null,
  from_node_id     text not null,
  from_epoch       bigint not null,
  to_node_id       text not null,
  to_epoch         bigint not null,
  drop_id          text not null,
  item_id          text not null,
  quantity         bigint not null,
  -- 1 once the journal of that side has said so.
  giver_heard      bigint not null,
  taker_heard      bigint not null,
  booked_at_ms     bigint not null,
  check (quantity > 0)
);

-- Whoever works at a till. The PIN itself is nowhere: its salted scrypt hash is, for tills alone.
create table operator (
  operator_id      text primary key,
  name             text not null,
  role             text not null,
  pin_salt         text not null,
  pin_hash         text not null,
  created_at_ms    bigint not null,
  removed_at_ms    bigint
);

-- What operators asked the core to do, and what it made of it.
create table till_request (
  node_id          text not null,
  epoch            bigint not null,
  request_id       text not null,
  sequence         bigint not null,
  order_id         text not null,
  kind             text not null,
  amount_minor     bigint,
  -- 1 when the cash was handed back at the till already.
  is_paid_out      bigint not null,
  operator_id      text not null,
  why              text not null,
  state            text not null,
  reason           text,
  made_at_ms       bigint not null,
  seen_at_ms       bigint not null,
  primary key (node_id, epoch, request_id)
);
create index till_request_by_state on till_request (state, seen_at_ms);

create table cash_count (
  node_id          text not null,
  epoch            bigint not null,
  sequence         bigint not null,
  kind             text not null,
  amount_minor     bigint not null,
  expected_minor   bigint not null,
  currency         text not null,
  operator_id      text not null,
  why              text not null,
  counted_at_ms    bigint not null,
  primary key (node_id, epoch, sequence)
);

create table stock_count (
  node_id          text not null,
  epoch            bigint not null,
  sequence         bigint not null,
  item_id          text not null,
  quantity         bigint not null,
  expected         bigint not null,
  operator_id      text not null,
  why              text not null,
  counted_at_ms    bigint not null,
  primary key (node_id, epoch, sequence)
);

-- Sales of journals that are lost, restored from their buyers' receipts.
create table restored_receipt (
  order_id         text primary key,
  node_id          text not null,
  epoch            bigint not null,
  sequence         bigint not null,
  receipt          text not null,
  restored_at_ms   bigint not null
);
