-- The books. One dialect for SQLite and PostgreSQL: text, bigint (epoch milliseconds, minor units,
-- counts; 0 or 1 for no and yes), JSON as text. Guards stand in the tables and in the statements.

create table market (
  market_id        text primary key,
  public_key       text not null,
  currency         text not null,
  created_at_ms    bigint not null
);

-- ── Catalogue ──

create table product (
  product_id       text primary key,
  position         bigint not null,
  content          text not null,
  content_hash     text not null,
  updated_at_ms    bigint not null
);

create table variant (
  variant_id       text primary key,
  product_id       text not null references product (product_id),
  position         bigint not null,
  title            text not null,
  sku              text,
  barcode          text,
  image_url        text,
  price_minor      bigint not null
);

-- ── Stock: free + Σ(granted − returned − written_off) = on_hand, per item, always ──

create table item (
  item_id          text primary key,
  -- What the catalogue file said last: a re-import moves stock by the difference, never to a value.
  imported         bigint not null,
  on_hand          bigint not null,
  free             bigint not null,
  check (free >= 0),
  check (free <= on_hand)
);

create table drop_pool (
  drop_id          text not null,
  item_id          text not null references item (item_id),
  opens_at_ms      bigint not null,
  closes_at_ms     bigint not null,
  -- Until when leases of this drop may be sold from: holds taken in the last moment included.
  sell_until_ms    bigint not null,
  -- The cap of this drop; null sells all that is on hand.
  units            bigint,
  -- Σ(granted − returned − written_off) of this drop's leases.
  out              bigint not null default 0,
  is_exhausted     bigint not null default 0,
  primary key (drop_id, item_id),
  check (out >= 0)
);

create table lease (
  lease_id         text primary key,
  node_id          text not null,
  epoch            bigint not null,
  drop_id          text not null,
  item_id          text not null references item (item_id),
  granted          bigint not null,
  sold             bigint not null default 0,
  returned         bigint not null default 0,
  written_off      bigint not null default 0,
  -- Σ of recalls sent and not answered yet.
  recalled         bigint not null default 0,
  sell_until_ms    bigint not null,
  granted_at_ms    bigint not null,
  queried_at_ms    bigint,
  state            text not null,
  check (granted > 0 and sold >= 0 and returned >= 0 and written_off >= 0),
  check (sold + returned + written_off <= granted)
);
create index lease_by_node on lease (node_id, epoch, state);
create index lease_by_pool on lease (drop_id, item_id, state);

-- ── Releases ──

create table release (
  release_id       text primary key,
  show_id          text not null,
  content          text not null,
  created_at_ms    bigint not null
);

create table activation (
  number           bigint primary key,
  release_id       text not null references release (release_id),
  reason           text not null,
  activated_at_ms  bigint not null
);

-- ── Nodes, their journals as received, and what they were told ──

create table node (
  node_id          text primary key,
  kind             text not null,
  name             text not null,
  epoch            bigint not null,
  public_key       text not null,
  certificate      text not null,
  state            text not null,
  state_reason     text,
  enrolled_at_ms   bigint not null,
  seen_at_ms       bigint,
  clock_skew_ms    bigint,
  url              text,
  demand           text not null default '[]',
  -- The high-water mark of the current epoch's journal, and its RFC 6962 frontier.
  sequence         bigint not null default 0,
  head_hash        text not null,
  frontier         text not null,
  checkpoint       text,
  feed_head        bigint not null default 0,
  feed_acknowledged bigint not null default 0
);

-- Epochs that ended: who signed what, and where their journal stood, for `verify` and receipts.
create table retired_epoch (
  node_id          text not null,
  epoch            bigint not null,
  public_key       text not null,
  certificate      text not null,
  sequence         bigint not null,
  head_hash        text not null,
  frontier         text not null,
  checkpoint       text,
  retired_at_ms    bigint not null,
  primary key (node_id, epoch)
);

create table enrolment (
  code_hash        text primary key,
  kind             text not null,
  name             text not null,
  -- Set when a known node gets a new epoch.
  node_id          text,
  created_at_ms    bigint not null,
  expires_at_ms    bigint not null,
  used_at_ms       bigint
);

create table journal (
  node_id          text not null,
  epoch            bigint not null,
  sequence         bigint not null,
  hash             text not null,
  text             text not null,
  received_at_ms   bigint not null,
  primary key (node_id, epoch, sequence)
);

-- The other branch of a forked journal: kept, since buyers were told yes. [I11]
create table journal_fork (
  node_id          text not null,
  epoch            bigint not null,
  sequence         bigint not null,
  hash             text not null,
  text             text not null,
  received_at_ms   bigint not null,
  primary key (node_id, epoch, sequence, hash)
);

create table feed (
  node_id          text not null,
  epoch            bigint not null,
  position         bigint not null,
  at_ms            bigint not null,
  type             text not null,
  body             text not null,
  primary key (node_id, epoch, position)
);

-- ── Orders and money ──

create table sale_order (
  order_id         text primary key,
  node_id          text not null,
  epoch            bigint not null,
  sequence         bigint not null,
  state            text not null,
  version          bigint not null default 1,
  buyer_id         text not null,
  drop_id          text not null,
  release_id       text not null,
  release_number   bigint not null,
  lines            text not null,
  allocations      text not null,
  total_minor      bigint not null,
  currency         text not null,
  method           text not null,
  pay_key          text not null,
  accepted_at_ms   bigint not null,
  -- When the core first saw it: deadlines of reconciliation count from here.
  seen_at_ms       bigint not null,
  -- When the current state must have ended; null when nobody waits.
  deadline_at_ms   bigint,
  -- 1 when its units were not there: rescue first, never silently oversold. [L5]
  is_contested     bigint not null default 0,
  -- Its state as its node last journaled it: behind ours by what the node has not heard yet.
  node_state       text not null default 'accepted',
  -- 1 while its allocations count as sold in their leases: until its node says otherwise.
  holds_units      bigint not null default 1,
  -- When its goods were handed over; its units never come back, even when it is refunded.
  fulfilled_at_ms  bigint,
  reason           text
);
create index order_by_state on sale_order (state, deadline_at_ms);
create index order_by_drop_buyer on sale_order (drop_id, buyer_id);
-- The orders that count against a node's limits of deferred verification. [O7]
create index order_deferred on sale_order (node_id, epoch, buyer_id, node_state, total_minor)
  where state = 'deferred';

create table payment (
  pay_key          text primary key,
  order_id         text not null,
  node_id          text not null,
  epoch            bigint not null,
  sequence         bigint not null,
  method           text not null,
  reference        text,
  amount_minor     bigint not null,
  currency         text not null,
  state            text not null,
  -- 1: capture with the authorisation, the order is accepted. 0: a hold waits for the answer.
  capture_at_once  bigint not null,
  charge_id        text,
  captured_minor   bigint not null default 0,
  refunded_minor   bigint not null default 0,
  disputed_minor   bigint not null default 0,
  -- When the core first saw a dispute: nothing is refunded from then on. [I15]
  disputed_at_ms   bigint,
  fee_minor        bigint not null default 0,
  attempts         bigint not null default 0,
  requested_at_ms  bigint not null,
  next_at_ms       bigint,
  -- The worker that may act now: fenced, so that a slow one cannot act after its claim.
  claim            text,
  claimed_until_ms bigint,
  decline_code     text,
  check (refunded_minor >= 0 and disputed_minor >= 0),
  check (refunded_minor <= captured_minor),
  check (captured_minor <= amount_minor)
);
create index payment_by_next on payment (next_at_ms);
create index payment_by_order on payment (order_id);
create index payment_by_charge on payment (charge_id);

create table refund (
  refund_id        text primary key,
  pay_key          text not null references payment (pay_key),
  order_id         text not null,
  amount_minor     bigint not null,
  currency         text not null,
  reason           text not null,
  state            text not null,
  attempts         bigint not null default 0,
  requested_at_ms  bigint not null,
  next_at_ms       bigint,
  claim            text,
  claimed_until_ms bigint,
  processor_refund_id text,
  check (amount_minor > 0)
);
create index refund_by_next on refund (next_at_ms);
create index refund_by_pay_key on refund (pay_key);

create table voucher (
  voucher_hash     text primary key,
  amount_minor     bigint not null,
  remaining_minor  bigint not null,
  currency         text not null,
  -- The order it makes good; null for one that was sold or given.
  order_id         text unique,
  issued_at_ms     bigint not null,
  expires_at_ms    bigint not null,
  check (remaining_minor >= 0 and remaining_minor <= amount_minor)
);

create table ledger_entry (
  entry_id         text primary key,
  kind             text not null,
  order_id         text,
  at_ms            bigint not null
);
create index ledger_entry_by_order on ledger_entry (order_id);

-- Double entry: the postings of one ledger entry add up to nothing in each currency.
create table posting (
  entry_id         text not null references ledger_entry (entry_id),
  position         bigint not null,
  account          text not null,
  amount_minor     bigint not null,
  currency         text not null,
  primary key (entry_id, position)
);
create index posting_by_account on posting (account);

-- ── Reconciliation ──

-- The processor's charges as last listed: one side of the three-way match.
create table charge (
  charge_id        text primary key,
  pay_key          text,
  order_id         text,
  -- The journal entry it was made for, as JSON; null if somebody else made it. [O10]
  origin           text,
  state            text not null,
  amount_minor     bigint not null,
  captured_minor   bigint not null,
  refunded_minor   bigint not null,
  disputed_minor   bigint not null,
  currency         text not null,
  created_at_ms    bigint not null,
  seen_at_ms       bigint not null
);
create index charge_by_pay_key on charge (pay_key);

create table mismatch (
  mismatch_id      text primary key,
  kind             text not null,
  subject          text not null,
  order_id         text,
  node_id          text,
  detail           text not null,
  owner            text not null,
  action           text not null,
  opened_at_ms     bigint not null,
  deadline_at_ms   bigint not null,
  closed_at_ms     bigint,
  resolution       text
);
create index mismatch_open on mismatch (closed_at_ms, deadline_at_ms);

create table processor_notice (
  notice_id        text primary key,
  received_at_ms   bigint not null
);
