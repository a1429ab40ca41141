-- Pictures of products in the sizes that pages show, so that a page asks nobody else for them.

-- Which picture an address of the catalogue stands for: the digest of its bytes as fetched.
create table image_source (
  url                   text primary key,
  image_id              text not null,
  width                 integer not null,
  height                integer not null,
  -- Its mean colour, one of 27.
  tone                  integer not null,
  kept_at_ms            bigint not null
);

-- The picture in one size and format, base64.
create table image_file (
  image_id              text not null,
  name                  text not null,
  body                  text not null,
  primary key (image_id, name)
);
