// Owns the look of a report: one style sheet for light, dark and print. data-theme on the root forces a theme.
export const STYLE = `
:root{color-scheme:light dark;
--page:light-dark(#f5f6f7,#101317);--card:light-dark(#fff,#171b21);--ink:light-dark(#171b21,#e7eaee);
--soft:light-dark(#5a6472,#9ba6b3);--line:light-dark(#dfe3e8,#2b323b);--faint:light-dark(#eef0f3,#1f252c);
--accent:light-dark(#0a5fa8,#6bb3f2);--warm:light-dark(#b8500a,#f2a15c);--third:light-dark(#00806a,#4fcbb2);--muted:light-dark(#8a94a1,#7d8895);
--note:light-dark(#fff7e3,#2a2314);--note-line:light-dark(#d9a300,#a8831f);
font-synthesis:none;-webkit-text-size-adjust:100%}
:root[data-theme=light]{color-scheme:light}:root[data-theme=dark]{color-scheme:dark}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:14px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Hiragino Sans","Yu Gothic UI","Noto Sans CJK JP","Noto Sans JP",sans-serif;font-variant-numeric:tabular-nums}
:lang(ja) body,body:lang(ja){line-height:1.7;line-break:strict}
main{max-width:1120px;margin:0 auto;padding:36px 24px 48px}
h1,h2,h3,p,figure,ul,dl,dd{margin:0}
h1{font-size:28px;line-height:1.25;letter-spacing:-.015em;overflow-wrap:anywhere}
h2{font-size:18px;letter-spacing:-.005em;margin:44px 0 4px}
h3{font-size:14px;margin:0 0 8px}
.eyebrow{color:var(--soft);font-weight:600;font-size:13px;margin-bottom:4px}
.lead{color:var(--soft);max-width:80ch;text-wrap:pretty;margin-bottom:14px}
header dl{display:flex;flex-wrap:wrap;gap:6px 32px;margin-top:16px}
header dt{color:var(--soft);font-size:12px}header dd{font-weight:600;overflow-wrap:anywhere}
:lang(ja) .lead,:lang(ja) .foot{max-width:none}
.synthetic{display:flex;flex-wrap:wrap;gap:2px 12px;align-items:baseline;border:2px solid var(--warm);color:var(--warm);border-radius:8px;padding:8px 14px;margin-bottom:22px;background:repeating-linear-gradient(-45deg,transparent 0 10px,color-mix(in srgb,var(--warm) 7%,transparent) 10px 20px)}
.synthetic b{font-size:15px}
.split{display:flex;gap:2px;margin-top:20px}
.split div{min-width:0;border-top:4px solid var(--muted);padding-top:5px;font-size:12px;color:var(--soft);overflow:hidden}
.split b{color:var(--ink);display:block;font-weight:600}
.split .test{border-color:var(--accent)}.split .valid{border-color:var(--third)}.split .embargo{border-top-style:dotted}
.brief{display:grid;grid-template-columns:1fr;gap:14px;margin-top:28px}
.brief:has(.note){grid-template-columns:1fr 1fr}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px}
.brief ul{padding-left:18px}.brief li+li{margin-top:6px}
.note{background:var(--note);border-color:var(--note-line)}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:1px;background:var(--line);border:1px solid var(--line);border-radius:10px;overflow:hidden;margin-top:12px}
.tile{background:var(--card);padding:14px 16px 12px;min-width:0}
.tile span{color:var(--soft);font-size:12.5px;display:block}
.tile strong{font-size:25px;line-height:1.25;font-weight:650;letter-spacing:-.02em;display:block;margin:2px 0}
.tile small{font-size:12px;color:var(--soft);display:block}
.tile svg{display:block;margin:3px 0 1px}
.foot{color:var(--soft);font-size:12.5px;margin-top:10px;max-width:100ch;text-wrap:pretty}
.grid{display:grid;grid-template-columns:1fr 1fr;gap:14px;margin-top:14px}
.grid>.wide{grid-column:1/-1}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:calc(100% + 20px);margin-inline:-10px}.months{width:100%;margin:0}table+.pairs{margin-top:12px}
th,td{text-align:right;padding:6px 10px;border-bottom:1px solid var(--line);white-space:nowrap}
th{font-weight:600}thead th{color:var(--soft);font-size:12.5px;font-weight:500;vertical-align:bottom;border-bottom-color:var(--muted)}
tbody tr:last-child>*{border-bottom:0}
th:first-child,td:first-child,.left{text-align:left}
td small,th small{font-weight:400;display:block;color:var(--soft);font-size:11.5px;line-height:1.35}
.wrap{white-space:normal;overflow-wrap:anywhere}.name{min-width:12em}.ledger th,.ledger td{padding-inline:6px}.ledger :is(th,td):first-child{padding-left:10px}.ledger small{white-space:nowrap}
.above{color:var(--accent);font-weight:600}.below{color:var(--warm);font-weight:600}
.baseline>*{background:var(--faint)}
figcaption{display:flex;flex-wrap:wrap;gap:2px 18px;justify-content:space-between;align-items:baseline;margin-bottom:6px}
figure svg{display:block;width:100%;height:auto;overflow:visible;touch-action:pan-y}
.legend{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:12.5px;color:var(--soft)}
.key::before{content:"";display:inline-block;width:16px;height:0;border-top:2.5px solid var(--tone);vertical-align:middle;margin-right:6px}
.key.dash::before{border-top-style:dashed;border-top-width:2px}.key.bar::before{width:10px;height:10px;border:0;background:var(--tone)}.key.dot::before{width:8px;height:8px;border:0;border-radius:50%;background:var(--tone)}
.accent{--tone:var(--accent)}.warm{--tone:var(--warm)}.third{--tone:var(--third)}.muted{--tone:var(--muted)}
svg text{font-size:11.5px;fill:var(--soft)}
.axis-label{font-weight:500}.end{text-anchor:end}.middle{text-anchor:middle}
line.grid{stroke:var(--line);stroke-width:1}line.zero{stroke:var(--muted);stroke-width:1}.mark{stroke:var(--muted)}
.reference{stroke:var(--ink);stroke-width:1;stroke-dasharray:2 4;opacity:.65}
.line{fill:none;stroke:var(--tone);stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}.line.dashed{stroke-dasharray:5 4;stroke-width:1.5}.line.muted{stroke-width:1.4}
.area{fill:var(--tone);opacity:.2}.daily{fill:none;stroke:var(--tone);opacity:.5}
rect.bar{fill:var(--tone);opacity:.85}.dot{fill:var(--tone)}
.whisker{fill:none;stroke:var(--ink);stroke-width:1.2}.whisker.accent,.whisker.warm,.whisker.third,.whisker.muted{stroke:var(--tone)}
.interval .range{stroke:var(--tone);stroke-width:4;stroke-linecap:round;opacity:.45}.interval circle{fill:var(--tone)}
.cursor{stroke:var(--ink);stroke-width:1;opacity:0}
.tip{position:fixed;pointer-events:none;background:var(--ink);color:var(--page);border-radius:6px;padding:6px 10px;font-size:12px;line-height:1.5;white-space:pre;z-index:2;display:none}
.months td,.months th{text-align:center;padding:6px 4px}.months th:first-child{text-align:left;padding-left:2px}
.months thead th,.months tbody th{border-bottom:0}.months td{border:2px solid var(--card);border-radius:5px}.months .total{font-weight:650;text-align:right}
.rise{background:color-mix(in srgb,var(--accent) calc(var(--tint)*.7),transparent)}.fall{background:color-mix(in srgb,var(--warm) calc(var(--tint)*.7),transparent)}
.pairs{display:grid;grid-template-columns:1fr auto;gap:0}
.pairs>*{padding:4px 0;border-bottom:1px solid var(--line)}.pairs dd{text-align:right;font-weight:600}.pairs dt{color:var(--soft)}
.pairs>*:nth-last-child(-n+2){border-bottom:0}
pre{margin:0;font:12px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.lineage td{font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;white-space:normal;overflow-wrap:anywhere;text-align:left}
.lineage th{font-weight:500;color:var(--soft);width:1%}
.plain{padding-left:18px}.plain li+li{margin-top:4px}
footer{color:var(--soft);font-size:12px;margin-top:36px}
@media screen and (max-width:1100px){th,td{padding-inline:5px}.ledger th,.ledger td{padding-inline:4px}.ledger td:last-child{white-space:normal}}
@media screen and (max-width:760px){main{padding:20px 14px}.tiles{grid-template-columns:1fr 1fr}.grid,.brief:has(.note){grid-template-columns:1fr}h1{font-size:23px}.card{padding:14px}figure{overflow-x:auto}figure svg{min-width:430px}}
@media print{:root,:root[data-theme]{color-scheme:light;--page:#fff}@page{size:A4;margin:12mm}
body{font-size:10.5px;-webkit-print-color-adjust:exact;print-color-adjust:exact}main{padding:0;max-width:none}
h2{margin-top:22px;break-after:avoid}.card,.tile,figure,tr{break-inside:avoid}.card{padding:10px 12px}.config{break-inside:auto}
th,td{padding:3px 5px}.tile strong{font-size:18px}.scroll{overflow:visible}.lead{break-after:avoid}}
`.trim();
