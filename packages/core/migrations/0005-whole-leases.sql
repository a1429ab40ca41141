-- A lease whose units were all handed on stands for none: `granted` may come to nothing, as long as
-- it was for something before.
create table lease_of_some (
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
  -- Units that moved on to another node by a slip. `granted` is without them.
  handed           bigint not null default 0,
  sell_until_ms    bigint not null,
  granted_at_ms    bigint not null,
  queried_at_ms    bigint,
  state            text not null,
  check (granted >= 0 and sold >= 0 and returned >= 0 and written_off >= 0 and handed >= 0),
  check (granted + handed > 0),
  check (sold + returned + written_off <= granted)
);
insert into lease_of_some (
  lease_id, node_id, epoch, drop_id, item_id, granted, sold, returned, written_off, recalled,
  handed, sell_until_ms, granted_at_ms, queried_at_ms, state
)
select
  lease_id, node_id, epoch, drop_id, item_id, granted, sold, returned, written_off, recalled,
  handed, sell_until_ms, granted_at_ms, queried_at_ms, state
from lease;
drop table lease;
alter table lease_of_some rename to lease;
create index lease_by_node on lease (node_id, epoch, state);
create index lease_by_pool on lease (drop_id, item_id, state);
