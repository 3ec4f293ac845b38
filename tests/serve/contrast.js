// What of the page as drawn is below WCAG AA: text 4.5 (large 3), edges of controls 3. Returns [texts looked at, poor].
const rgb = (text) => (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
function behind(e) {
  for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c; }
  return [255, 255, 255];
}
const poor = [];
let looked = 0;
for (const e of document.querySelectorAll('body *')) {
  if (!e.checkVisibility() || e.disabled || e.matches('script, .unseen, option')) continue;
  const s = getComputedStyle(e), own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  if (own || e.matches('input, textarea, select')) {
    const large = parseFloat(s.fontSize) >= 24 || (parseFloat(s.fontSize) >= 18.66 && s.fontWeight >= 700);
    const has = ratio(rgb(s.color), behind(e));
    looked++;
    if (has < (large ? 3 : 4.5)) poor.push([e.tagName, e.id, e.textContent.slice(0, 20), has]);
  }
  if (e.matches('button, input, select, textarea, progress')) {
    const has = Math.max(ratio(rgb(s.borderTopColor), behind(e.parentElement)), ratio(behind(e), behind(e.parentElement)));
    if (has < 3) poor.push([e.tagName, e.id, 'border', has]);
  }
  if (e.matches('input, textarea') && e.placeholder) {
    const has = ratio(rgb(getComputedStyle(e, '::placeholder').color), behind(e));
    if (has < 4.5) poor.push([e.tagName, e.id, 'placeholder', has]);
  }
}
return [looked, poor];
