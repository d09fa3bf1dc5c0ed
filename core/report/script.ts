// Owns the one script of a report: reads values under the pointer off time charts. Without it the report is complete.
// Its hash stands in the page's content security policy, so that no other script can run.
export const SCRIPT = `
const tip=document.body.appendChild(document.createElement('div'));tip.className='tip';
for(const svg of document.querySelectorAll('svg[data-tip]')){
const data=JSON.parse(svg.dataset.tip),cursor=svg.querySelector('.cursor'),[left,right]=data.x,last=data.dates.length-1;
svg.addEventListener('pointermove',(event)=>{
const box=svg.getBoundingClientRect(),at=(event.clientX-box.left)/box.width*svg.viewBox.baseVal.width;
const i=Math.max(0,Math.min(last,Math.round((at-left)/(right-left)*last))),x=left+(right-left)*(last?i/last:0.5);
cursor.setAttribute('x1',x);cursor.setAttribute('x2',x);cursor.style.opacity=0.5;
const show=(v)=>v===null?'–':(v<0?'−':'')+Math.abs(v).toFixed(data.decimals)+(data.percent?'%':'');
tip.textContent=[data.dates[i],...data.series.map((s)=>s.name+'  '+show(s.values[i]))].join('\\n');
tip.style.display='block';
tip.style.left=Math.min(event.clientX+14,innerWidth-tip.offsetWidth-8)+'px';tip.style.top=event.clientY+14+'px';});
svg.addEventListener('pointerleave',()=>{tip.style.display='none';cursor.style.opacity=0;});}
`.trim();

/** SHA-256 of SCRIPT, base64; a test keeps the two together. */
export const SCRIPT_HASH = 'sha256-3PvhUkW2fhEYvM4VJ15+M/jwAOeScahZXoox/G7OnaQ=';
