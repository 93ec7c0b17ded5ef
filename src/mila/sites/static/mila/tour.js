// The helper's phone follows the story: a locked screen while it only rings, the app from then on.
let shown = "";
function follow() {
  const lock = document.getElementById("lock");
  const wanted = lock?.dataset.phone ?? "";
  if (!wanted) shown = "";
  else if (wanted !== shown) {
    shown = wanted;
    lock.querySelector("form")?.submit();
  }
  lock?.toggleAttribute("data-open", Boolean(wanted));
}
// Whoever opens the app by hand looks at it, too.
document.addEventListener("submit", (event) => {
  if (event.target.id === "watch") document.getElementById("lock").toggleAttribute("data-open", true);
});
document.addEventListener("htmx:afterSettle", follow);
follow();
