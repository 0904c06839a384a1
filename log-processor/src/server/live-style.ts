/** The look of the live page: one stylesheet, light and dark by the reader's wish, from phone to wide screen. */
export const liveStyle = `
:root{color-scheme:light dark;--paper:#f4f8f9;--card:#fff;--ink:#10262e;--soft:#55707a;--line:#d9e4e7;--tide:#086b7b;--wash:#e3f2f4;--warm:#b4530a;--bad:#b3261e;--good:#1f7a45;--c2:#1f8a70;--c3:#3d7ea6;--c4:#c77d1e;--c5:#b3261e;--c0:#8498a0}
@media (prefers-color-scheme:dark){:root{--paper:#0b171c;--card:#122229;--ink:#e4eff2;--soft:#93aab3;--line:#22363f;--tide:#5cc8d8;--wash:#16323a;--warm:#f0a35c;--bad:#ff8a80;--good:#7fd8a2;--c2:#3fb894;--c3:#6fb0d8;--c4:#e5a94e;--c5:#f2786d;--c0:#7d929b}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,main,footer{max-width:72rem;margin:0 auto;padding:0 1rem}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem 1rem;padding-top:1.25rem}
h1{font-size:1.35rem;margin:0;letter-spacing:-.01em}h1 svg{vertical-align:-.2em;margin-right:.4rem;color:var(--tide)}
h2{font-size:1.15rem;margin:1.75rem 0 .75rem}h2 small,h3 small{font-weight:400;color:var(--soft);font-size:.85rem;margin-left:.5rem}
h3{font-size:.95rem;margin:0 0 .6rem}
.state{color:var(--soft);font-size:.9rem}.state b{font-weight:600}.good{color:var(--good)}.warm{color:var(--warm)}.bad{color:var(--bad)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem}
.tile,.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:.8rem 1rem;min-width:0}
.tile.first{background:var(--wash);border-color:transparent}
.tile b{display:block;white-space:nowrap;font-size:1.6rem;line-height:1.15;font-weight:650;font-variant-numeric:tabular-nums;letter-spacing:-.02em}
.tile.first b{color:var(--tide)}
.tile span{font-size:.88rem}.tile em{display:block;font-style:normal;color:var(--soft);font-size:.8rem}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:.75rem;margin-top:.75rem;align-items:start}
.wide{margin-top:.75rem}
table{width:100%;border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th{font-weight:500;color:var(--soft);text-align:left;font-size:.8rem}
th,td{padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}tr:last-child td{border-bottom:0}
td:last-child,th:last-child{padding-right:0}
td.n,th.n{text-align:right;white-space:nowrap}td.t{white-space:nowrap}td.p{overflow-wrap:anywhere}
td.bar{width:34%}td.bar svg{display:block;width:100%;height:.6rem;margin-top:.4rem}
.c2{fill:var(--c2)}.c3{fill:var(--c3)}.c4{fill:var(--c4)}.c5{fill:var(--c5)}.c0{fill:var(--c0)}.tide{fill:var(--tide)}.trough{fill:var(--line)}
th[scope=row]{font-weight:400;color:inherit;font-size:inherit}th.p{overflow-wrap:anywhere}th.t{white-space:nowrap}tr:last-child th{border-bottom:0}
.hours{display:block;width:100%;height:6.5rem;margin-top:.25rem}.axis{display:grid;grid-template-columns:repeat(4,1fr);color:var(--soft);font-size:.8rem;font-variant-numeric:tabular-nums;margin-top:.2rem}
.heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.sum{margin:.6rem 0 0;font-size:.88rem}.none{color:var(--soft);font-size:.9rem;margin:0}
code{font:.85em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}a{color:var(--tide)}
footer{color:var(--soft);font-size:.82rem;padding-top:1.25rem;padding-bottom:2rem}
@media (max-width:40rem){.tile b{font-size:1.45rem}.tiles{grid-template-columns:repeat(2,1fr)}.hours{height:5rem}td.t{white-space:normal}}
`.trim();
