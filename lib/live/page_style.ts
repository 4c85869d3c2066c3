/** The style of the live page, in the colours of all charts. */
export const STYLE = `
*{box-sizing:border-box}
body{margin:0;background:var(--sonde-ground);color:var(--sonde-ink);font:15px/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1200px;margin:0 auto;padding:1.5rem 1.25rem 3rem}
header{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:baseline}
h1{font-size:1.35rem;margin:0;letter-spacing:-.01em}
h2{font-size:1rem;margin:0 0 .5rem}
.muted{color:var(--sonde-muted)}
.figures{display:flex;flex-wrap:wrap;gap:.75rem 2.25rem;margin:1.25rem 0;padding:0}
.figures div{min-width:5rem}
.figures dt{font-size:.8rem;color:var(--sonde-muted)}
.figures dd{margin:0;font-size:1.35rem;font-weight:600}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:1.25rem}
section{border:1px solid var(--sonde-rule);border-radius:10px;padding:1rem;min-width:0}
canvas{display:block;width:100%;height:240px;touch-action:pan-y;cursor:crosshair}
canvas:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,.scroll:focus-visible{outline:2px solid var(--sonde-hue-0);outline-offset:2px}
.read{min-height:1.5em;font-size:.85rem;color:var(--sonde-muted);margin:.35rem 0 0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
h1,h2,header p,.legend span,.layers label,li{overflow-wrap:anywhere;min-width:0}
th,td{text-align:right;padding:.3rem .6rem;border-bottom:1px solid var(--sonde-rule);white-space:nowrap}
td:first-child:not(:last-child),th:first-child,.words,.words td,.words th{text-align:left}
td.words{white-space:normal;overflow-wrap:anywhere;min-width:5rem}
.marked{font-weight:600}
.key{display:inline-block;width:.7em;height:.7em;border-radius:2px;margin:0 .4em 0 0}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.85rem;margin:0 0 .4rem}
th{font-weight:600;color:var(--sonde-muted)}
.marked th{color:inherit}
.layers{display:grid;grid-template-columns:minmax(15rem,1fr) 3fr;gap:1.25rem;margin-top:1.25rem;align-items:start}
.layers[hidden]{display:none}
.layers section section,.layers .charts section{margin:0}
fieldset{border:0;margin:0;padding:0;min-width:0;max-height:36rem;overflow-y:auto}
fieldset label{display:block;padding:.3rem .5rem;border-radius:7px;cursor:pointer}
fieldset label:has(:checked){box-shadow:inset 3px 0 var(--sonde-hue-0);font-weight:600}
fieldset label:has(:focus-visible){outline:2px solid var(--sonde-hue-0)}
fieldset input{position:absolute;opacity:0;width:1px}
fieldset small{display:block;color:var(--sonde-muted);padding-left:1.1em}
@media(max-width:900px){.layers{grid-template-columns:1fr}fieldset{max-height:14rem}}
.bar{display:flex;flex-wrap:wrap;gap:.6rem 1.25rem;margin:1.25rem 0;align-items:center}
.choice{display:flex;flex-wrap:wrap;gap:.6rem 1.25rem;min-width:0}
.choice[hidden]{display:none}
.bar label{display:inline-flex;flex-wrap:wrap;gap:.3rem .6rem;align-items:center;font-size:.9rem;min-width:0;max-width:100%}
.problem{margin:0;flex-basis:100%}
.problem:empty{display:none}
.note{font-size:.85rem;max-width:70ch}
select{font:inherit;color:inherit;background:var(--sonde-ground);border:1px solid var(--sonde-muted);border-radius:7px;padding:.3rem .5rem;max-width:min(100%,24rem)}
button,input{font:inherit;color:inherit;background:transparent;border:1px solid var(--sonde-muted);border-radius:7px;padding:.3rem .8rem}
button{cursor:pointer}
input[type=number]{width:7.5rem}
input[type=file]{max-width:100%}
.tail{display:grid;gap:1.25rem;margin-top:1.25rem}
`;
