// The app's service worker: the day's visits without a network, and the bell when an offer is made.
// `house` comes from the few lines that load this file: version, shell, static, home, visits, offers, offline, icon, badge.
const SHELL = `mila-shell-${house.version}`;
const PAGES = "mila-pages-";
const VISITS_KEPT = 8;
const FRESH_MS = 300000;
const VISIT = new RegExp(`${house.visits}[0-9a-f-]{36}/(?=["#?]|$)`, "g");

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll([...house.shell, house.offline])));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldShells().then(() => self.clients.claim()));
});

// Pages that were kept before this version name the files they came with: the shell before this one stays for them.
async function dropOldShells() {
  const old = (await caches.keys()).filter((name) => name.startsWith("mila-shell-") && name !== SHELL);
  await Promise.all(old.slice(0, -1).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith(house.static)) event.respondWith(fromShell(request, url.pathname));
  else if (request.headers.has("Mila-Fresh")) event.respondWith(freshly(event, url.pathname));
  else if (request.mode === "navigate") event.respondWith(fromNetwork(event, url.pathname));
});

async function fromShell(request, path) {
  return (await caches.match(path, { cacheName: SHELL })) ?? (await caches.match(path)) ?? fetch(request);
}

async function fromNetwork(event, path) {
  try {
    const asked = new Date();
    const response = await fetch(event.request);
    // Sent away to sign in: nobody is here any more.
    if (response.type === "opaqueredirect" && path === house.home) event.waitUntil(drop(isPages));
    if (isKept(path)) event.waitUntil(keep(path, response.clone(), asked));
    return response;
  } catch {
    return lastSeen(path);
  }
}

// Asked for by the open page after it has sent what it had kept: from the network or not at all. It lets go of its taps when it
// has the answer, so that the answer is kept first.
async function freshly(event, path) {
  const asked = new Date();
  const response = await fetch(event.request);
  if (isKept(path)) await keep(path, response.clone(), asked).catch(() => {});
  return response;
}

async function lastSeen(path) {
  const kept = isKept(path) && await caches.match(path);
  if (!kept) return caches.match(house.offline, { cacheName: SHELL });
  const html = await kept.text();
  return new Response(html.replace("<html ", `<html data-as-of="${kept.headers.get("Mila-As-Of")}" `), { headers: kept.headers });
}

// `asked` is when: a slow answer does not take the place of a page that was asked for after it.
async function keep(path, response, asked) {
  const person = response.headers.get("Mila-Person");
  if (!response.ok || response.redirected || !person) return;
  // One phone, one person: what another has seen goes.
  await drop((name) => isPages(name) && name !== PAGES + person);
  const pages = await caches.open(PAGES + person);
  const known = await pages.match(path);
  if (known && Date.parse(known.headers.get("Mila-As-Of")) > asked) return;
  const html = await response.text();
  const headers = new Headers(response.headers);
  ["Content-Encoding", "Content-Length"].forEach((name) => headers.delete(name));
  headers.set("Mila-As-Of", asked.toISOString());
  await pages.put(path, new Response(html, { headers }));
  if (path === house.home) await keepVisits(pages, [...new Set(html.match(VISIT))]);
}

// The visits that the day's page names are kept too, and those it no longer names are not: their clients are nobody's business now.
async function keepVisits(pages, named) {
  const seen = (await pages.keys()).map((request) => new URL(request.url).pathname);
  await Promise.all(seen.filter((path) => path !== house.home && !named.includes(path)).map((path) => pages.delete(path)));
  for (const path of named.slice(0, VISITS_KEPT)) {
    const known = await pages.match(path);
    if (known && Date.now() - Date.parse(known.headers.get("Mila-As-Of")) < FRESH_MS) continue;
    const asked = new Date();
    await fetch(path).then((response) => keep(path, response, asked)).catch(() => null);
  }
}

function isKept(path) {
  return path === house.home || (path.match(VISIT) ?? [])[0] === path;
}

function isPages(name) {
  return name.startsWith(PAGES);
}

async function drop(which) {
  await Promise.all((await caches.keys()).filter(which).map((name) => caches.delete(name)));
}

self.addEventListener("push", (event) => {
  const said = event.data?.json() ?? {};
  const path = new URL(said.opens || house.home, location.origin).pathname;
  const shown = { body: said.text, data: path, tag: path, icon: house.icon, badge: house.badge, requireInteraction: true };
  event.waitUntil(Promise.all([received(path), self.registration.showNotification(said.title || "Mila", shown)]));
});

// That the device has the offer is what starts its two minutes.
function received(path) {
  if (!path.startsWith(house.offers)) return null;
  return fetch(`${path}received/`, { method: "POST", redirect: "manual" }).catch(() => null);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data || house.home));
});

async function open(path) {
  const windows = await self.clients.matchAll({ type: "window" });
  const app = windows.find((one) => new URL(one.url).pathname.startsWith(house.home));
  if (!app) return self.clients.openWindow(path);
  await app.focus();
  return app.navigate(path);
}
