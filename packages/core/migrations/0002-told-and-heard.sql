-- What a node was told, and what was heard from it: only that moves stock.

-- The payment that counts now as the node has it; null while it is the order's first.
alter table sale_order add column node_pay_key text;

-- The sender's clock in the newest message that was heeded: one sent again by anybody is older.
alter table node add column demand_at_ms bigint not null default 0;

-- Feed positions that the node has read and these books never gave out: they were restored.
alter table node add column feed_skipped bigint not null default 0;
