// A field to sign with a finger, for whoever likes to; the typed name beside it is enough.
const field = document.querySelector("[data-signature]");
const kept = document.querySelector("input[name=drawing]");
if (field && kept && window.PointerEvent) {
  const pad = field.querySelector("svg"), path = pad.querySelector("path");
  const MOST = 7900;
  let d = "", drawing = false;
  const point = (event) => {
    const box = pad.getBoundingClientRect();
    const x = Math.round(((event.clientX - box.left) / box.width) * 600), y = Math.round(((event.clientY - box.top) / box.height) * 200);
    return `${Math.max(0, Math.min(600, x))} ${Math.max(0, Math.min(200, y))}`;
  };
  const add = (letter, event) => {
    const next = `${letter}${point(event)} `;
    if (d.length + next.length > MOST) return;
    d += next;
    path.setAttribute("d", d);
    kept.value = d.trim();
  };
  pad.addEventListener("pointerdown", (event) => { drawing = true; pad.setPointerCapture(event.pointerId); add("M", event); });
  pad.addEventListener("pointermove", (event) => { if (drawing) add("L", event); });
  for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, () => { drawing = false; });
  field.querySelector("button").addEventListener("click", () => { d = ""; path.setAttribute("d", ""); kept.value = ""; });
  field.hidden = false;
}
