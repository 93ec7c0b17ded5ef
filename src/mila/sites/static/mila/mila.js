// Progressive enhancement only: every page works without this file.
const root = document.documentElement;
const all = (query, within = document) => [...within.querySelectorAll(query)];
const iso = (text) => Date.parse(text);

// The server's clock counts, never the device's: each element may carry its own reading, else the page does.
const opened = Date.now();
const sinceOpening = () => performance.now();
const readings = new WeakMap();
function serverNow(element) {
  if (root.dataset.asOf) return Date.now();
  const reading = element.dataset.now || root.dataset.now;
  if (!reading) return opened + sinceOpening();
  const known = readings.get(element);
  if (known?.reading === reading) return iso(reading) + sinceOpening() - known.at;
  const at = element.dataset.now && root.dataset.ready ? sinceOpening() : 0;
  readings.set(element, { reading, at });
  return iso(reading) + sinceOpening() - at;
}

// Countdown ring: a look ten times a second would be restless, so it moves once a second.
const SAID_AT = [60, 30, 10];
function tickRing(ring) {
  const left = Math.max(0, Math.ceil((iso(ring.dataset.endsAt) - serverNow(ring)) / 1000));
  const total = Number(ring.dataset.total) || 120;
  ring.querySelector("[data-left]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  ring.querySelector("[data-arc]").setAttribute("stroke-dashoffset", String(100 - Math.min(100, (100 * left) / total)));
  ring.classList.toggle("soon", left <= 30);
  ring.classList.toggle("over", left === 0);
  const say = SAID_AT.includes(left) ? ring.dataset.say.replace("%s", left) : left === 0 ? ring.dataset.sayOver : "";
  const voice = ring.querySelector("[aria-live]");
  if (say && voice.textContent !== say) voice.textContent = say;
  if (left === 0 && !ring.dataset.ended) {
    ring.dataset.ended = "1";
    ring.dispatchEvent(new CustomEvent("mila:ended", { bubbles: true }));
  }
}

// "in 12 min" beside nothing else: the written time stays as the title. The words come with the page, since the browser's own
// take a slow phone a fifth of a second to load.
const words = (document.body.dataset.relative ?? "").split("|");
function relative(seconds) {
  const size = Math.abs(seconds);
  const [unit, at] = size < 3570 ? [60, 1] : size < 129600 ? [3600, 3] : [86400, 5];
  const count = Math.round(size / unit);
  return count ? words[seconds < 0 ? at + 1 : at].replace("%s", count) : words[0];
}
function tickClock(clock) {
  const seconds = (iso(clock.dateTime) - serverNow(clock)) / 1000;
  const text = relative(seconds);
  if (!clock.title) clock.title = clock.textContent.trim();
  if (clock.lastChild?.nodeValue !== text) clock.textContent = text;
  const badge = clock.closest(".clock");
  if (!badge) return;
  badge.classList.toggle("late", seconds < 0);
  badge.classList.toggle("soon", seconds >= 0 && seconds < 3600);
}

let beat = 0;
function tick() {
  all("[data-countdown]:not([data-ended])").forEach(tickRing);
  if (beat++ % 15 === 0) all("time[data-relative]").forEach(tickClock);
}
function wake() { beat = 0; tick(); }
wake();
root.dataset.ready = "1";
setInterval(tick, 1000);
document.addEventListener("visibilitychange", wake);
document.addEventListener("htmx:afterSettle", wake);

// One press, one request. The button stays enabled so that its name and value are sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.busy) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.busy = "1";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => free(form), 15000);
}, true);
function free(form) {
  delete form.dataset.busy;
  form.removeAttribute("aria-busy");
}
addEventListener("pageshow", () => all("form[data-busy]").forEach(free));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest("form");
  if (form) free(form);
});

// No network: said once, quietly, and taken back as soon as it is not true any more.
const banner = document.querySelector("[data-offline]");
const asOf = root.dataset.asOf; // put there by the service worker when it shows what it has kept
const connection = (lost) => {
  // What the phone has kept is sent first, and nothing is taken from under somebody's fingers.
  if (root.dataset.asOf && !lost && !root.dataset.keeps && !all("form :is(input, textarea, select)").some(isTouched)) location.reload();
  if (banner) banner.hidden = !lost;
};
addEventListener("offline", () => connection(true));
addEventListener("online", () => connection(false));
if (asOf && banner) {
  const time = new Date(asOf).toLocaleString(root.lang || "en", { weekday: "short", hour: "2-digit", minute: "2-digit" });
  banner.querySelector(".text").textContent = banner.dataset.asOfWords.replace("%s", time);
  connection(true);
}
document.addEventListener("htmx:sendError", () => connection(true));
document.addEventListener("htmx:afterOnLoad", () => connection(false));
if (navigator.onLine === false) connection(true);

// A page looks every few seconds by itself. Where a stream tells it of changes, it looks then, and else only now and then.
const SELDOM_MS = 30000;
const SETTLED_MS = 50;  // what came in hears nothing before htmx has settled it, 20 ms after the answer
const looks = "[hx-trigger*='mila:changed']";
let stream = null, looked = 0, again = false;
const hears = () => stream?.readyState === EventSource.OPEN;
function look() {
  const asking = all(looks);
  again = asking.some((part) => part.classList.contains("htmx-request"));
  if (!again) asking.forEach((part) => part.dispatchEvent(new Event("mila:changed")));
}
function listen() {
  // A browser has few connections to a host: tabs that nobody sees give theirs back.
  const wanted = document.body.dataset.stream && !document.hidden && all(looks).length;
  if (!wanted) { stream?.close(); stream = null; return; }
  if (stream && stream.readyState !== EventSource.CLOSED) return;
  stream = new EventSource(document.body.dataset.stream);
  stream.addEventListener("changed", look);
}
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  if (!elt.matches(looks)) return;
  const told = requestConfig.triggeringEvent?.type === "mila:changed";
  if (!told && hears() && performance.now() - looked < SELDOM_MS) event.preventDefault();
  else looked = performance.now();
});
document.addEventListener("htmx:afterRequest", (event) => {
  const renewed = event.detail.xhr?.getResponseHeader("Mila-Stream");
  if (!renewed) return;
  document.body.dataset.stream = renewed;
  listen();
  if (again) setTimeout(look, SETTLED_MS);
});
document.addEventListener("visibilitychange", listen);
addEventListener("pagehide", () => { stream?.close(); stream = null; });
addEventListener("pageshow", listen);
listen();

// An error summary is read first, also after a swap.
function readErrors(within) { within.querySelector("[data-errors]")?.focus(); }
readErrors(document);
document.addEventListener("htmx:afterSettle", (event) => readErrors(event.target));

// One-time codes arrive as "123 456" or "Code: 123456"; only the digits are the code.
document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[autocomplete=one-time-code]")) return;
  const digits = event.target.value.replace(/\D/g, "");
  if (digits !== event.target.value) event.target.value = digits;
});
document.addEventListener("paste", (event) => {
  if (!event.target.matches?.("[autocomplete=one-time-code]")) return;
  const digits = event.clipboardData.getData("text").replace(/\D/g, "");
  event.preventDefault();
  event.target.value = digits.slice(0, event.target.maxLength > 0 ? event.target.maxLength : 8);
  event.target.dispatchEvent(new Event("input", { bubbles: true }));
});

// Dense lists: arrows or j and k, only while the list itself has the focus.
document.addEventListener("keydown", (event) => {
  const list = event.target.closest?.("[data-list]");
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (!list || !step || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  const links = all("[data-item]", list);
  const next = links[links.indexOf(event.target.closest("[data-item]")) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// A small menu closes like every menu: by a press elsewhere or by Escape.
function closeMenus(except) { all("[data-menu][open]").forEach((menu) => { if (menu !== except) menu.open = false; }); }
document.addEventListener("click", (event) => closeMenus(event.target.closest?.("[data-menu]")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.activeElement?.closest("[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Nothing is renewed between a finger's coming down and its tap, which else would come to nothing.
const TAP_MS = 50;
const LONGEST_PRESS_MS = 10000;
let pressed = null, lifting;
function lift() {
  pressed = null;
  delete root.dataset.pressed;
  document.dispatchEvent(new Event("mila:lifted"));
}
function soonLifted(ms) { clearTimeout(lifting); lifting = setTimeout(lift, ms); }
addEventListener("pointerdown", ({ target }) => {
  pressed = target;
  root.dataset.pressed = "1";
  soonLifted(LONGEST_PRESS_MS);
}, true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => soonLifted(TAP_MS), true);

// What somebody is filling in is never swapped away by a look that the page takes by itself; the next one catches up.
const isTouched = (field) =>
  field.type === "hidden" ? field.name === "drawing" && field.value !== ""
  : field.type === "radio" || field.type === "checkbox" ? field.checked !== field.defaultChecked
  : field.matches("select") ? [...field.options].some((one) => one.selected !== one.defaultSelected)
  : "defaultValue" in field && field.value !== field.defaultValue;
// What somebody has unfolded stays unfolded when the part around it is renewed.
let unfolded = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  unfolded = [];
  const { target, requestConfig, boosted } = event.detail;
  if (boosted || requestConfig?.verb !== "get" || !target?.querySelector) return;
  if (all("form :is(input, textarea, select)", target).some(isTouched)) event.detail.shouldSwap = false;
  else if (target.contains(pressed)) { event.detail.shouldSwap = false; document.addEventListener("mila:lifted", look, { once: true }); }
  else if (event.detail.shouldSwap) unfolded = all("details[id][open]", target).map((one) => one.id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of unfolded.splice(0)) document.getElementById(id)?.setAttribute("open", "");
});
