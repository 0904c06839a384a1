/** The look of the report page: one stylesheet, light and dark by the reader's wish, from phone to paper. */
export const reportStyle = `
:root{color-scheme:light dark;--paper:#f4f8f9;--card:#fff;--ink:#10262e;--soft:#4d6670;--line:#d9e4e7;--tide:#086b7b;--wash:#e3f2f4;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--paper:#0b171c;--card:#122229;--ink:#e4eff2;--soft:#9db3bb;--line:#22363f;--tide:#5cc8d8;--wash:#16323a;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,main,footer{max-width:76rem;margin:0 auto;padding:0 1rem}
h1{font-size:1.5rem;margin:1.5rem 0 .25rem;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:0 0 .6rem}h2 small{font-weight:400;color:var(--soft);font-size:.85rem;margin-left:.4rem}
p{margin:.2rem 0}.soft,footer{color:var(--soft);font-size:.88rem}.bad{color:var(--bad)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.75rem;margin:1rem 0 .75rem}
.tile,section{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:.8rem 1rem;min-width:0}
.tile b{display:block;font-size:1.6rem;line-height:1.15;font-weight:650;font-variant-numeric:tabular-nums;letter-spacing:-.02em;white-space:nowrap}
.tile span{font-size:.88rem}.tile em{display:block;font-style:normal;color:var(--soft);font-size:.8rem}
.tile.first{background:var(--wash);border-color:transparent}.tile.first b{color:var(--tide)}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:.75rem;align-items:start}
section.wide{margin-bottom:.75rem}
table{width:100%;border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th{font-weight:500;color:var(--soft);text-align:left;font-size:.8rem}
th,td{padding:.25rem .7rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}tr:last-child>*{border-bottom:0}
td:last-child,th:last-child{padding-right:0}.n{text-align:right;white-space:nowrap}.v{overflow-wrap:anywhere}
td.bar{width:30%}td.bar svg{display:block;width:100%;height:.6rem;margin-top:.4rem}
svg{fill:var(--tide)}svg .trough{fill:var(--line)}svg text{fill:var(--soft);font-size:9px;font-family:inherit}svg .rule{stroke:var(--line);stroke-width:1}
svg.chart{display:block;width:100%;min-width:44rem;height:auto}svg.chart rect:hover{fill:var(--ink)}
.scroll{overflow-x:auto}.heat{table-layout:fixed;min-width:44rem;border-spacing:1px;border-collapse:separate}.heat td,.heat th{border:0;padding:.15rem 0;text-align:center;font-size:.72rem}.heat th:first-child{width:5.5rem;text-align:left}
.h0{background:transparent;color:var(--soft)}
${Array.from({ length: 8 }, (_, step) => `.h${step + 1}{background:color-mix(in srgb,var(--tide) ${8 + step * 6}%,transparent)}`).join('')}
footer{padding:1.25rem 1rem 2rem}
details summary{cursor:pointer;color:var(--tide);font-size:.88rem;padding:.3rem 0}
:focus-visible{outline:2px solid var(--tide);outline-offset:2px}
@media (max-width:40rem){.tiles{grid-template-columns:repeat(2,1fr)}.tile b{font-size:1.35rem}td.bar{display:none}}
@media print{body{background:#fff}.tile,section{break-inside:avoid}details:not([open])>*:not(summary){display:block}}
`.trim();
