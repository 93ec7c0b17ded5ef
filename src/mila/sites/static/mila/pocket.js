// What a helper taps during a visit is kept on the phone first, and then sent, in order and once. Without a network it waits;
// the page meanwhile goes on as if it had been sent, by the templates that came with it. Every form works without this file.
const bar = document.getElementById("kept");
const all = (query, within = document) => [...within.querySelectorAll(query)];
const KEPT = ["set-out", "arrive", "client-code", "badge", "closed", "opened", "contact", "say", "begin-work", "tick", "photo", "note", "change", "agree", "take-back", "give", "faulty", "finish", "check-out", "sign", "sign-off"];
const SECRET = ["client-code", "sign-off"];
const SPOKEN = ["say", "change"]; // whose words are in the language of the page
const WHOLE = ["change", "agree", "sign", "check-out", "faulty"]; // forms that the browser itself checks
const LONGEST_SIDE = 1600;
const AT_ONCE = 50;
const AGAIN_MS = 15000;
const SOON_MS = 3000;
const PATIENCE_MS = 30000; // for an answer; a picture may take longer through a thin line
const PATIENCE_FOR_PICTURES_MS = 180000;
const person = bar?.dataset.person;
const words = bar?.dataset ?? {};

// The store: one row a tap, in the order of the taps. `state` is waiting, sent (until a fresh page shows it), told (another
// phone was faster) or refused. A new version of the app finds the rows of the one before: what it does not know is left alone,
// and a window of the old version lets go of the store when a new one wants to change its shape.
let opened = null;
function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("mila-pocket", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("taps", { keyPath: "order", autoIncrement: true });
    asked.onsuccess = () => {
      asked.result.onclose = () => { opened = null; };
      asked.result.onversionchange = () => { asked.result.close(); opened = null; };
      resolve(asked.result);
    };
    asked.onblocked = asked.onerror = () => { opened = null; reject(asked.error); };
  });
  return opened;
}
async function taps(mode, work) {
  const transaction = (await database()).transaction("taps", mode, { durability: "strict" });
  const asked = work(transaction.objectStore("taps"));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}
const shown = new Set(); // what a page from the server shows already, and the store is about to let go of
const mine = async () => (await taps("readonly", (store) => store.getAll())).filter((tap) => tap.person === person && !shown.has(tap.key));
const write = (tap) => taps("readwrite", (store) => store.put(tap));
const drop = (tap) => taps("readwrite", (store) => store.delete(tap.order));

// The server's time is known as an offset to the phone's clock, and never believed blindly there.
const learn = (now) => localStorage.setItem("mila-offset", String(now - Date.now()));
function offset() {
  const known = localStorage.getItem("mila-offset");
  return known === null ? null : Math.round(Number(known));
}
const root = document.documentElement;
const isFresh = !root.dataset.asOf;
if (isFresh && root.dataset.now) learn(Date.parse(root.dataset.now) + (performance.now() - (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0)));

const visit = () => document.querySelector("[data-visit]");
const newKey = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

// A tap: checked as far as a phone can, kept, shown, sent.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const name = form.dataset.tap;
  if (!bar || !KEPT.includes(name) || !visit() || !("indexedDB" in window) || event.submitter?.name === "look") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const said = new FormData(form, event.submitter);
  try {
    if (problem(form, said) || await isKept(name)) return;
    const file = said.get("photo");
    said.delete("photo");
    said.delete("csrfmiddlewaretoken");
    const facts = SPOKEN.includes(name) ? { language: root.lang } : {};
    for (const [fact, value] of said) facts[fact] = fact in facts ? `${facts[fact]},${value}` : value;
    const tap = { key: newKey(), person, call: visit().dataset.visit, name, facts, tapped_ms: Date.now(), offset_ms: offset(), state: "waiting" };
    await inOrder(async () => {
      if (file) tap.photo = await (await smaller(file)).arrayBuffer();
      await write(tap);
    });
    form.reset();
  } catch {
    // No room to keep it, or a browser that keeps nothing: the form goes as it always did, while it can.
    if (navigator.onLine) HTMLFormElement.prototype.submit.call(form);
    else tell(words.noRoom);
    return;
  } finally {
    delete form.dataset.busy;
    form.removeAttribute("aria-busy");
  }
  await draw();
  send();
}, true);

// A picture takes a moment to get small: what is tapped meanwhile comes after it.
let keeping = Promise.resolve();
function inOrder(work) {
  keeping = keeping.then(work, work);
  return keeping;
}

// Two presses are one step.
async function isKept(name) {
  return name in LEADS_TO && (await mine()).some((tap) => tap.name === name && tap.call === visit().dataset.visit && tap.state === "waiting");
}

function tell(said) {
  hint = said;
  bar.hidden = false;
  bar.querySelector("p").textContent = said;
}

function problem(form, said) {
  const field = form.querySelector("[data-low]");
  if (field) {
    const number = Number(said.get("number").trim().replace(/['\u2019]/g, "").replace(",", "."));
    const fits = said.get("done") === "0" || (said.get("number").trim() !== "" && number >= Number(field.dataset.low) && number <= Number(field.dataset.high));
    field.setCustomValidity(fits ? "" : words.beyond);
    field.oninput = () => field.setCustomValidity("");
    if (!fits) { field.reportValidity(); return true; }
  }
  const asks = form.querySelector("[data-asks]");
  const looks = (text) => new RegExp(form.dataset.said, "i").test(text) || new RegExp(form.dataset.shaped).test(text);
  if (asks && !said.get("is_no_password") && ["words", "text", "extra"].some((name) => looks(said.get(name) ?? ""))) {
    asks.hidden = false;
    (asks.querySelector("input") ?? asks).focus();
    return true;
  }
  if (asks) asks.hidden = true;
  if (WHOLE.includes(form.dataset.tap)) return !form.reportValidity();
  const empty = all("input[required], [name=code]:not([type=hidden]), textarea", form).find((one) => one.type !== "file" && !one.value.trim());
  if (empty) { empty.focus(); return true; }
  return false;
}

// Drawn anew in a small canvas: what the camera noted in it stays behind, and it fits through a thin line.
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", 0.8));
  } catch {
    return file;
  }
}

// Sending: one at a time across all windows, in order, until nothing waits or the network is gone.
let busy = false, missed = false, hint = "";
async function send() {
  if (!person || busy) return;
  busy = true;
  try {
    if (navigator.locks) await navigator.locks.request("mila-send", sendAll);
    else await sendAll();
  } catch {
    // The network is gone: what waits, waits.
  } finally {
    busy = false;
    await draw();
    if (missed) all("[hx-trigger*='mila:changed']").forEach((part) => part.dispatchEvent(new Event("mila:changed")));
    missed = false;
  }
}
async function sendAll() {
  const touched = new Set();
  for (;;) {
    const waiting = (await mine()).filter((tap) => tap.state === "waiting");
    if (!waiting.length) {
      if (!touched.size) break;
      for (const call of [...touched]) { touched.delete(call); await freshen(call); }
      continue;
    }
    const until = waiting.findIndex((tap) => tap.photo);
    const batch = waiting.slice(0, until === 0 ? 1 : Math.min(until > 0 ? until : AT_ONCE, AT_ONCE));
    const answers = await post(batch);
    if (!answers) return;
    for (const tap of batch) {
      const answer = answers.find((one) => one.key === tap.key);
      if (!answer) return setTimeout(send, SOON_MS);
      if (answer.stays) await write({ ...tap, state: "refused", said: answer.said, code: answer.code });
      else await write({ ...tap, photo: undefined, state: answer.outcome === "stood" ? "told" : "sent", said: answer.said, answered_ms: Date.now() });
      touched.add(tap.call);
    }
  }
}
async function post(batch, token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "") {
  const form = new FormData();
  form.append("entries", JSON.stringify(batch.map(({ key, call, name, facts, tapped_ms, offset_ms }) => ({ key, call, name, facts, tapped_ms, offset_ms }))));
  form.append("sent_ms", String(Date.now()));
  form.append("person", person);
  for (const tap of batch) if (tap.photo) form.append(`photo-${tap.key}`, new Blob([tap.photo], { type: "image/jpeg" }), "photo.jpg");
  const signal = AbortSignal.timeout?.(batch.some((tap) => tap.photo) ? PATIENCE_FOR_PICTURES_MS : PATIENCE_MS);
  const response = await fetch(words.url, { method: "POST", body: form, headers: { "X-CSRFToken": token }, redirect: "manual", signal });
  hint = "";
  if (response.ok) {
    const said = await response.json();
    learn(said.now);
    hint = said.waits ?? "";
    return said.answers;
  }
  if (response.type === "opaqueredirect") hint = words.signIn;
  else if (response.status === 409) hint = words.somebody;
  else if (response.status === 403) {
    const asked = await fetch(words.url, { redirect: "manual" });
    if (!asked.ok) { hint = words.signIn; return null; }
    const { token: renewed } = await asked.json();
    if (renewed && token !== renewed) return post(batch, renewed);
  } else hint = words.trouble;
  return null;
}

// A fresh page of the visit: shown where it is open, and kept by the service worker for when there is no network. One after
// another, so that no older page comes after a newer one. What was sent stays drawn until a page is shown that knows it.
let fresh = Promise.resolve();
function freshen(call) {
  fresh = fresh.then(() => showFresh(call), () => showFresh(call));
  return fresh;
}
async function showFresh(call) {
  const path = `${words.visits}${call}/`;
  const sent = (await mine()).filter((tap) => tap.call === call && tap.state === "sent");
  const response = await fetch(path, { headers: { "Mila-Fresh": "1" }, signal: AbortSignal.timeout?.(PATIENCE_MS) });
  if (!response.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  await lifted();
  if (visit()?.dataset.visit === call && location.pathname === path) {
    // Who began to type meanwhile keeps the page, which still shows what was sent; another look comes soon.
    if (isBeingFilledIn()) return;
    putIn(page);
  }
  for (const tap of sent) shown.add(tap.key);
  await draw();
  for (const tap of sent) await drop(tap);
}
function putIn(page) {
  const focused = document.activeElement?.id, open = all("main details[open][id]").map((one) => one.id);
  // What an older look still brings comes to a part that is gone, and would have the browser make the page anew.
  for (const part of all("#main [hx-trigger*='mila:changed']")) part.addEventListener("htmx:beforeOnLoad", (event) => event.preventDefault());
  document.getElementById("main").replaceWith(page.getElementById("main"));
  document.getElementById("kept")?.replaceWith(bar); // the bar stays: it knows what is kept
  window.htmx?.process(document.getElementById("main"));
  root.dataset.now = page.documentElement.dataset.now ?? "";
  delete root.dataset.asOf;
  document.querySelector("[data-offline]").hidden = true;
  document.dispatchEvent(new Event("mila:fresh"));
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus();
}

// What somebody is typing, choosing or drawing is not swapped away under the fingers.
function isBeingFilledIn() {
  return all("main form :is(textarea, select, input:not([type=hidden]), input[name=drawing])").some((field) => !field.closest("[hidden]") && (
    field.name === "drawing" ? field.value !== "" : field.matches("select") ? [...field.options].some((one) => one.selected !== one.defaultSelected) : field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue));
}

// A part that is swapped away under a finger takes the tap with it.
const lifted = () => root.dataset.pressed ? new Promise((resolve) => document.addEventListener("mila:lifted", resolve, { once: true })) : null;

// What the page shows: the server's word, and on top of it what this phone has kept.
async function draw() {
  if (!bar) return;
  const main = document.getElementById("main"), rows = await mine();
  if (root.dataset.pressed || main !== document.getElementById("main")) { await lifted(); return draw(); }
  const waits = rows.filter((tap) => tap.state === "waiting"), waiting = waits.length;
  const refused = rows.filter((tap) => tap.state === "refused" || tap.state === "told");
  const status = document.querySelector("[data-kept-status]");
  const text = waiting === 1 ? words.one : waiting ? words.many.replace("%s", waiting) : words.sent;
  if (waiting) root.dataset.keeps = "1";
  else delete root.dataset.keeps;
  bar.hidden = !waiting && !refused.length;
  bar.querySelector("p").textContent = [waiting ? text : "", hint].filter(Boolean).join(" ");
  if (status) status.textContent = text;
  bar.querySelector("ul").replaceChildren(...refused.map(refusal));
  bar.querySelector("details").hidden = !waiting;
  bar.querySelector("ol").replaceChildren(...waits.map((tap) => Object.assign(document.createElement("li"), { textContent: [clockTime(tap.tapped_ms), called(tap).textContent, quoted(tap)].filter(Boolean).join(" ") })));
  if (visit()) show(rows.filter((tap) => tap.call === visit().dataset.visit && (tap.state === "waiting" || tap.state === "sent")));
}
const called = (tap) => document.querySelector(`#kept-words [data-tap-word="${tap.name}"]`) ?? { textContent: tap.name, dataset: {} };
const clockTime = (ms) => new Date(ms).toLocaleTimeString(root.lang || "en", { hour: "2-digit", minute: "2-digit" });
function quoted(tap) {
  const own = tap.facts.words || tap.facts.text;
  return own && !SECRET.includes(tap.name) ? `\u201c${own}\u201d` : "";
}
function refusal(tap) {
  const item = document.getElementById("kept-refused").content.cloneNode(true).firstElementChild;
  const isTold = tap.state === "told";
  item.querySelector("[data-what]").textContent = called(tap).textContent;
  item.querySelector("[data-why]").textContent = [quoted(tap), tap.said].filter(Boolean).join(" \u2013 ");
  item.querySelector("[data-advice]").textContent = isTold ? "" : called(tap).dataset.advice ?? "";
  const again = item.querySelector("[data-again]");
  again.hidden = isTold || SECRET.includes(tap.name);
  again.addEventListener("click", async () => {
    const facts = tap.code === "looks_like_password" ? { ...tap.facts, is_no_password: "1" } : tap.facts;
    await write({ ...tap, facts, state: "waiting" });
    await draw();
    send();
  });
  item.querySelector("[data-away]").addEventListener("click", async () => { await drop(tap); await draw(); });
  return item;
}

const LEADS_TO = { "set-out": "on_the_way", arrive: "arrived", "begin-work": "working", finish: "done", "check-out": "left", faulty: "left", sign: "signed", "sign-off": "signed" };
const WAY = ["confirmed", "on_the_way", "arrived", "working", "done", "signed", "left"];
const further = (stage, other) => (WAY.indexOf(other) > WAY.indexOf(stage) ? other : stage); // another phone may be ahead
function show(rows) {
  document.dispatchEvent(new CustomEvent("mila:kept", { detail: rows }));
  if (!rows.length) return;
  const page = visit().dataset;
  const seen = { stage: page.stage, introduced: page.introduced === "1", asks: page.changing === "1", closed: page.closed ? Date.parse(page.closed) : 0 };
  const ticks = new Map(), photos = new Map(), notes = [], lines = [];
  for (const tap of rows) {
    seen.stage = further(seen.stage, LEADS_TO[tap.name]);
    if (tap.name === "client-code" || tap.name === "badge") seen.introduced = true;
    if (tap.name === "closed") seen.closed = tap.tapped_ms + 600000;
    if (tap.name === "opened") seen.closed = 0;
    if (tap.name === "tick") ticks.set(tap.facts.code, tap.facts);
    if (tap.name === "photo") photos.set(tap.facts.code, (photos.get(tap.facts.code) ?? 0) + 1);
    if (tap.name === "note") notes.push(tap.facts.words);
    if (tap.name === "say") lines.push(phrase(tap.facts.phrase) || tap.facts.text);
    if (tap.name === "change") seen.asks = true;
    if (tap.name === "agree" || tap.name === "take-back") seen.asks = false;
  }
  const next = document.getElementById("next");
  const template = document.querySelector(`template[data-stage="${seen.stage === "arrived" && seen.closed ? "closed" : seen.stage}"]`);
  const part = template?.dataset.stage;
  const isThere = seen.stage === "done" && page.stage === "done"; // what came from the server can do more
  if (template && !isThere && next.dataset.shown !== part) {
    const came = template.content.cloneNode(true), typing = carryOver(next, came);
    next.replaceChildren(came);
    next.dataset.shown = part;
    typing?.focus({ preventScroll: true });
    if (document.activeElement === document.body) next.focus({ preventScroll: true });
  }
  for (const [code, facts] of ticks) drawTick(code, facts);
  for (const [code, count] of photos) {
    const place = document.querySelector(`[data-photos="${CSS.escape(code)}"]`);
    if (place) place.textContent = words.photos.replace("%s", count);
  }
  const written = (texts) => texts.map((text) => Object.assign(document.createElement("p"), { className: "quiet-text", textContent: text }));
  document.querySelector("[data-notes]")?.replaceChildren(...written(notes));
  document.querySelector("[data-lines]")?.replaceChildren(...written(lines));
  const open = all("#checklist button.task[aria-checked=false]").length;
  const holds = { introduced: seen.introduced, "not-introduced": !seen.introduced, "may-finish": !open && !seen.asks, "not-all-ticked": open > 0, "change-open": !open && Boolean(seen.asks) };
  for (const part of all("[data-when]", next)) part.hidden = !holds[part.dataset.when];
  for (const clock of all("[data-waits]", next)) clock.textContent = clockTime(seen.closed + (offset() ?? 0));
  document.dispatchEvent(new CustomEvent("mila:kept", { detail: rows })); // the new part hears it too
}
// Who types while the step before is being kept goes on in the same field of the next part; what was sent stays behind.
// Returns the field that the fingers are in.
function carryOver(old, came) {
  let typing = null;
  for (const field of all("form[data-tap]:not([data-busy]) :is(textarea, input:not([type=hidden], [type=file], [type=radio], [type=checkbox]))", old)) {
    const twin = came.querySelector(`form[data-tap="${field.form.dataset.tap}"] [name="${field.name}"]`);
    if (!twin) continue;
    if (field.value !== field.defaultValue) twin.value = field.value;
    if (field === document.activeElement) typing = twin;
  }
  return typing;
}
const phrase = (code) => document.querySelector(`#say button[value="${CSS.escape(code ?? "")}"]`)?.textContent ?? "";
function drawTick(code, { done, number }) {
  const form = all("form[data-tap=tick]").find((one) => one.elements.code.value === code);
  if (!form) return;
  const isDone = done === "1";
  form.querySelector("button.task").setAttribute("aria-checked", String(isDone));
  form.elements.done.defaultValue = form.elements.done.value = isDone ? "0" : "1";
  if (form.elements.number) {
    form.elements.number.defaultValue = form.elements.number.value = isDone ? number : "";
    form.elements.number.readOnly = isDone;
  }
}

// A page that came fresh from the server shows what was sent; what waits is sent as soon as it can be.
async function begin() {
  if (!bar || !("indexedDB" in window)) return;
  const here = visit()?.dataset.visit;
  if (isFresh) for (const tap of await mine()) if (tap.state === "sent" && tap.call === here && !(tap.answered_ms > performance.timeOrigin)) await drop(tap);
  await draw();
  if ((await mine()).some((tap) => tap.state === "waiting")) send();
}
begin().catch(() => {});
addEventListener("online", send);
document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
document.addEventListener("htmx:afterSettle", draw);
// Where another phone of the same helper has gone on, the page is made anew, but not while somebody types in it.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { elt, xhr } = event.detail;
  if (!visit() || !elt.matches("[hx-trigger*='mila:changed']") || !xhr.getResponseHeader("HX-Refresh")) return;
  event.preventDefault();
  freshen(visit().dataset.visit).catch(() => {});
});
// Who signs out leaves nothing behind on the phone: what is not sent yet is sent first, or the person says that it may go.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!bar || !form.matches("[data-leaves]") || form.dataset.sure || !("indexedDB" in window)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await send();
  const left = (await mine().catch(() => [])).some((tap) => tap.state === "waiting" || tap.state === "refused");
  delete form.dataset.busy;
  form.removeAttribute("aria-busy");
  form.dataset.sure = "1";
  if (!left) form.requestSubmit();
  else { await draw(); tell(words.unsent); bar.scrollIntoView(); }
}, true);
// Nobody reloads the page while it sends; what was told meanwhile is looked at after it.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!busy || !event.detail.elt.closest("[hx-trigger*='mila:changed']")) return;
  missed = true;
  event.preventDefault();
});
// What waits is tried again, and so is a page that should have shown what was sent and did not come.
setInterval(async () => {
  if (!bar || document.hidden) return;
  const rows = await mine(), here = visit()?.dataset.visit;
  if (rows.some((tap) => tap.state === "waiting")) send();
  else if (navigator.onLine && rows.some((tap) => tap.state === "sent" && tap.call === here)) freshen(here).catch(() => {});
}, AGAIN_MS);
