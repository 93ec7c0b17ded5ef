// The helper's app. Where the phone is, is asked only when the helper switches "available now" on; without an answer, home counts.
document.querySelector("form[data-position]")?.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !navigator.geolocation) return;
  event.preventDefault();
  const send = () => HTMLFormElement.prototype.submit.call(form);
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    form.elements.latitude.value = coords.latitude;
    form.elements.longitude.value = coords.longitude;
    send();
  }, send, { timeout: 5000, maximumAge: 120000 });
});

// The service worker keeps the day's visits for when there is no network, and rings when an offer is made. It comes after the
// page: what it fetches would else stand in the line before what the helper waits for.
const worker = document.querySelector("link[data-worker]")?.dataset.worker;
const register = () => (window.requestIdleCallback ?? setTimeout)(() => navigator.serviceWorker.register(worker));
if (worker && "serviceWorker" in navigator) {
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
}

// Asked by the person, never by itself: the browser wants a press, and so do we.
document.querySelector("form[data-push-key]")?.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  event.preventDefault();
  try {
    const phone = await navigator.serviceWorker.ready;
    const wanted = { userVisibleOnly: true, applicationServerKey: form.dataset.pushKey };
    const { endpoint, keys } = (await phone.pushManager.subscribe(wanted)).toJSON();
    Object.entries({ endpoint, ...keys }).forEach(([name, value]) => { if (form.elements[name]) form.elements[name].value = value; });
    HTMLFormElement.prototype.submit.call(form);
  } catch {
    form.querySelector("[data-push-refused]").hidden = false;
    delete form.dataset.busy;
    form.removeAttribute("aria-busy");
  }
});

// On the way, and only while the page says so: where the phone is, at most every thirty seconds, for the time of arrival.
const EVERY_MS = 30000;
let told = -EVERY_MS, watch = null;
function follow(place) {
  place.querySelector("button").hidden = true;
  watch ??= navigator.geolocation.watchPosition(async ({ coords }) => {
    const here = document.querySelector("[data-position-of]");
    if (!here) { navigator.geolocation.clearWatch(watch); watch = null; return; }
    if (performance.now() - told < EVERY_MS) return;
    told = performance.now();
    const said = new FormData();
    said.append("latitude", coords.latitude);
    said.append("longitude", coords.longitude);
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    const answer = await fetch(here.dataset.positionOf, { method: "POST", body: said, headers: { "X-CSRFToken": token } }).catch(() => null);
    const status = here.querySelector("[data-says]");
    if (answer?.ok) status.textContent = status.dataset.says;
  }, () => { place.querySelector("button").hidden = false; watch = null; }, { enableHighAccuracy: false, maximumAge: 20000 });
}
async function offer() {
  const place = document.querySelector("[data-position-of]");
  if (!place || !navigator.geolocation) return;
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => follow(place));
  const known = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
  if (known?.state === "granted") follow(place);
}
offer();
document.addEventListener("mila:fresh", offer);
