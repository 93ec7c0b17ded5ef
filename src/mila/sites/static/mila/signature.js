// A field to sign with a finger, for whoever likes to; the typed name beside it is enough.
const MOST = 7900;
const show = () => document.querySelectorAll("[data-signature][hidden]").forEach((field) => { field.hidden = false; });
const formOf = (event) => event.target.closest?.("[data-signature]")?.closest("form");
function point(pad, event) {
  const box = pad.getBoundingClientRect();
  const x = Math.round(((event.clientX - box.left) / box.width) * 600), y = Math.round(((event.clientY - box.top) / box.height) * 200);
  return `${Math.max(0, Math.min(600, x))} ${Math.max(0, Math.min(200, y))}`;
}
function draw(form, d) {
  form.elements.drawing.value = d;
  form.querySelector("[data-signature] path").setAttribute("d", d);
}
function add(form, letter, event) {
  const next = `${form.elements.drawing.value} ${letter}${point(form.querySelector("[data-signature] svg"), event)}`.trim();
  if (next.length <= MOST) draw(form, next);
}
let drawing = null;
document.addEventListener("pointerdown", (event) => {
  const pad = event.target.closest?.("[data-signature] svg");
  if (!pad) return;
  drawing = formOf(event);
  pad.setPointerCapture(event.pointerId);
  add(drawing, "M", event);
});
document.addEventListener("pointermove", (event) => { if (drawing) add(drawing, "L", event); });
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { drawing = null; });
document.addEventListener("click", (event) => { if (event.target.closest?.("[data-signature] button")) draw(formOf(event), ""); });
document.addEventListener("reset", (event) => { if (event.target.querySelector("[data-signature]")) draw(event.target, ""); });
for (const change of ["mila:fresh", "mila:kept", "htmx:afterSettle"]) document.addEventListener(change, show);
show();
