/** The style of all pages, light and dark. */
export const pageStyle: string = `
:root{color-scheme:light dark;--page:#fbfaf8;--card:#fff;--text:#1c1e21;--soft:#5d636b;--line:#e2dfd8;--accent:#0b6b72;--own:#f2b36b;--dep:#9cc3e6;--run:#c9d6b9;--none:#d5d2cb;--mark:#b0228c}
@media (prefers-color-scheme:dark){:root{--page:#14171a;--card:#1c2024;--text:#e8e6e1;--soft:#9aa1a9;--line:#2e343a;--accent:#5cc8cf;--own:#a8641f;--dep:#2f5f8a;--run:#54682f;--none:#454a50;--mark:#ff8ee0}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,sans-serif}
main{max-width:72rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
h1{font-size:1.35rem;margin:0 0 .15rem;letter-spacing:-.01em}
h2{font-size:1rem;margin:2rem 0 .6rem}
p{margin:.2rem 0}
a{color:var(--accent);text-underline-offset:.15em}
.soft{color:var(--soft)}
code,td.num,.mono{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:.5rem;overflow:hidden}
.scroll{overflow-x:auto}
th,td{padding:.4rem .75rem;text-align:left;border-top:1px solid var(--line);vertical-align:top}
tr:first-child th,tr:first-child td{border-top:0}
th{font-weight:600;color:var(--soft);font-size:.85rem}
td.num,th.num{text-align:right;white-space:nowrap}
.facts{display:flex;flex-wrap:wrap;gap:.6rem;margin:1.2rem 0}
.facts div{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.5rem .9rem;min-width:8rem}
.facts b{display:block;font-size:1.1rem;font-weight:600}
.facts span{color:var(--soft);font-size:.85rem}
form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end;margin:.6rem 0}
label{display:grid;gap:.15rem;font-size:.85rem;color:var(--soft)}
input,select,button{height:2.1rem;font:inherit;color:var(--text);background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.3rem .55rem}
input{width:11rem}
button{cursor:pointer;border-color:var(--accent);color:var(--accent)}
td form{margin:0;justify-content:end}
button:hover{background:var(--accent);color:var(--page)}
:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.recording:not(:last-child){display:none}
.flame{position:relative;margin:.5rem 0;overflow:hidden}
.flame button{position:absolute;height:19px;padding:0 4px;border:0;border-right:1px solid var(--page);border-radius:0;font:12px/18px system-ui,sans-serif;color:var(--text);text-align:left;white-space:nowrap;overflow:hidden;cursor:zoom-in}
.flame td form{margin:0;justify-content:end}
button:hover{filter:brightness(1.12)}
.flame .found{outline:2px solid var(--mark);outline-offset:-2px}
.own{background:var(--own)!important}.dep{background:var(--dep)!important}.run{background:var(--run)!important}.none{background:var(--none)!important}
.key{display:inline-block;width:.8rem;height:.8rem;border-radius:.2rem;margin:0 .3rem 0 .9rem;vertical-align:-.05rem}
.status{min-height:1.5rem}
`
