/** The reference's style sheet: a lantern's amber on the night, ink on paper by day. */
export const REFERENCE_STYLE = `
:root {
  --paper: #fbfaf7; --raised: #ffffff; --ink: #1d1b2e; --soft: #5f5c74; --line: #e4e1da;
  --lantern: #a85400; --lantern-soft: #fdf0df; --code-paper: #191728; --code-ink: #e9e6f5;
  --get: #0b6e63; --post: #8a4b00; --put: #5a46b8; --delete: #ab1f3d;
  --good: #0b6e63; --bad: #ab1f3d; --odd: #8a4b00;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace;
  --sans: system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12101f; --raised: #1a182b; --ink: #eceaf6; --soft: #a9a5c2; --line: #2d2a44;
    --lantern: #ffb454; --lantern-soft: #2e2418; --code-paper: #0c0a17; --code-ink: #e9e6f5;
    --get: #5fd4c4; --post: #ffb454; --put: #b3a4ff; --delete: #ff8fa3;
    --good: #5fd4c4; --bad: #ff8fa3; --odd: #ffb454;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1.5rem; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 400 1rem/1.6 var(--sans); overflow-wrap: break-word;
}
a { color: var(--lantern); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--lantern); outline-offset: 3px; border-radius: 4px; }
code { font-family: var(--mono); font-size: 0.875em; }
p { margin: 0 0 0.75rem; }
h1, h2, h3, h4 { line-height: 1.2; margin: 0; text-wrap: balance; }

nav { border-bottom: 1px solid var(--line); background: var(--raised); }
nav summary {
  display: flex; align-items: center; gap: 0.6rem; min-height: 3rem;
  padding: 0.5rem 1.25rem; font-weight: 650; cursor: pointer; list-style: none;
}
nav summary::-webkit-details-marker { display: none; }
nav h2 {
  margin: 1.25rem 1.25rem 0.35rem; font-size: 0.75rem; letter-spacing: 0.08em;
  text-transform: uppercase;
}
nav h2 a { color: var(--soft); text-decoration: none; }
nav h2 a:hover { color: var(--lantern); }
nav h2:last-child { padding-bottom: 1.25rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a {
  display: grid; grid-template-columns: 3.6rem 1fr; align-items: baseline; gap: 0.5rem;
  padding: 0.4rem 1.25rem; color: var(--ink); text-decoration: none; font-size: 0.9rem;
  line-height: 1.35;
}
nav li a:hover { background: var(--lantern-soft); }
nav .method { min-width: 0; padding: 0; background: none; text-align: left; }
.lantern {
  width: 0.8rem; height: 0.8rem; border-radius: 50% 50% 45% 45%; background: var(--lantern);
  box-shadow: 0 0 0.9rem 0.1rem color-mix(in srgb, var(--lantern) 55%, transparent);
}

main { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem 5rem; }
.top { padding: 2.5rem 0 1.5rem; max-width: 44rem; }
.top h1 { font-size: clamp(2rem, 6vw, 3rem); letter-spacing: -0.02em; margin-bottom: 1rem; }
.eyebrow { color: var(--soft); font-size: 0.875rem; margin-bottom: 0.5rem; }
.lead { color: var(--soft); max-width: 44rem; }
.top .lead { font-size: 1.125rem; }
.button {
  display: inline-block; margin: 0.25rem 0.5rem 0.25rem 0; padding: 0.55rem 1rem;
  border: 1px solid var(--lantern); border-radius: 0.6rem; background: var(--lantern);
  color: var(--paper); font-weight: 600; font-size: 0.95rem; text-decoration: none;
}
.button.quiet { background: transparent; color: var(--lantern); }
section { padding-top: 2.5rem; }
section > h2 { font-size: 1.6rem; letter-spacing: -0.01em; margin-bottom: 0.5rem; }

article {
  margin: 1.5rem 0; padding: 1.25rem; background: var(--raised);
  border: 1px solid var(--line); border-radius: 1rem;
}
article:target { border-color: var(--lantern); }
article h3 { font-size: 1.2rem; }
article h3 a { color: inherit; text-decoration: none; }
article h3 a:hover { text-decoration: underline; }
article h4 {
  margin: 1.5rem 0 0.5rem; font-size: 0.8rem; letter-spacing: 0.06em; text-transform: uppercase;
  color: var(--soft);
}
.media { font: 400 0.8rem var(--mono); text-transform: none; letter-spacing: 0; }
.address { display: flex; align-items: baseline; gap: 0.6rem; margin: 0.5rem 0; flex-wrap: wrap; }
.path { font-size: 0.95rem; overflow-wrap: anywhere; }
.path em { font-style: normal; color: var(--lantern); }
.method {
  font: 700 0.7rem/1 var(--mono); letter-spacing: 0.04em; min-width: 3.4rem; text-align: center;
  padding: 0.35rem 0.45rem; border-radius: 0.4rem; color: var(--get);
  background: color-mix(in srgb, currentColor 12%, transparent);
}
.method.post { color: var(--post); } .method.put, .method.patch { color: var(--put); }
.method.delete { color: var(--delete); }
.needs {
  display: inline-block; margin: 0.25rem 0 0; padding: 0.3rem 0.7rem; border-radius: 0.6rem;
  background: var(--lantern-soft); font-size: 0.875rem;
}
.columns { display: grid; gap: 1.25rem; margin-top: 0.75rem; }
.columns > * { min-width: 0; }

dl { margin: 0; }
dd { margin: 0; }
.field { padding: 0.6rem 0; border-top: 1px solid var(--line); }
.field:first-child { border-top: 0; }
.field dt { display: flex; flex-wrap: wrap; gap: 0.15rem 0.6rem; align-items: baseline; }
.field dd p { margin: 0.15rem 0 0; font-size: 0.925rem; }
.name { font-weight: 650; font-size: 0.925rem; }
.type { color: var(--soft); font: 400 0.8rem var(--mono); overflow-wrap: anywhere; }
.optional { color: var(--soft); font-size: 0.8rem; font-style: italic; }
.field dd .limits { color: var(--soft); font-size: 0.825rem; }
.variants { list-style: none; margin: 0; padding: 0; }
.variants > li { padding: 0.25rem 0 0.25rem 0.9rem; border-left: 2px solid var(--line); }
.variants > li + li { margin-top: 0.75rem; }
details details, dd details { margin-top: 0.35rem; }
dd details > summary { cursor: pointer; color: var(--lantern); font-size: 0.875rem; }
dd details > .fields, dd details > .variants {
  margin: 0.35rem 0 0.25rem; padding-left: 0.9rem; border-left: 2px solid var(--line);
}
.answers > div {
  display: grid; grid-template-columns: 3.4rem 1fr; gap: 0.6rem; padding: 0.5rem 0;
  border-top: 1px solid var(--line);
}
.answers > div:first-child { border-top: 0; }
.answers dd { min-width: 0; }
.answers dd > p { margin: 0 0 0.35rem; font-size: 0.925rem; }
.status { font: 700 0.8rem/1.9 var(--mono); color: var(--good); }
.status.s4 { color: var(--odd); } .status.s5 { color: var(--bad); }
.code { text-decoration: none; margin-right: 0.35rem; }
.code:hover { text-decoration: underline; }

figure { margin: 0 0 1rem; }
figcaption {
  padding: 0.5rem 0.9rem; border-radius: 0.7rem 0.7rem 0 0; background: var(--code-paper);
  color: #a9a5c2; font: 500 0.75rem var(--mono); border-bottom: 1px solid #2d2a44;
  overflow-wrap: anywhere;
}
pre {
  margin: 0; padding: 0.9rem; max-height: 30rem; overflow: auto; font-size: 0.85rem;
  line-height: 1.55; color: var(--code-ink); background: var(--code-paper);
  border-radius: 0 0 0.7rem 0.7rem;
}
pre .k { color: #b3a4ff; } pre .s { color: #f4c98b; } pre .n { color: #7fe0d2; }
.problem { padding-top: 4rem; }
.problem h1 { font-size: clamp(1.6rem, 4vw, 2.2rem); }

@media (max-width: 959px) {
  nav summary::after {
    content: 'Contents'; margin-left: auto; color: var(--soft); font-weight: 400;
  }
}
@media (min-width: 960px) {
  body:has(nav) { display: grid; grid-template-columns: 18rem minmax(0, 1fr); }
  nav {
    position: sticky; top: 0; height: 100vh; overflow-y: auto; border-bottom: 0;
    border-right: 1px solid var(--line);
  }
  nav summary { padding-top: 1.5rem; }
  nav .menu::details-content { content-visibility: visible; display: block; }
  main { padding: 0 3rem 6rem; width: 100%; }
  article { padding: 1.75rem; }
}
@media (min-width: 1240px) {
  .columns { grid-template-columns: minmax(0, 1.1fr) minmax(0, 0.9fr); gap: 2.5rem; }
  .examples { position: sticky; top: 1.5rem; align-self: start; }
}
@media print { nav { display: none; } article { break-inside: avoid; border: 0; padding: 0; } }
`.trimStart()
