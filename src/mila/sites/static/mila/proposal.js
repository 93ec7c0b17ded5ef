// The price of a change, reckoned on the phone while there is no network: what the client sees, and agrees to by hand.
// The server reckons it again, and takes no yes to another total than was shown.
const all = (query, within = document) => [...within.querySelectorAll(query)];
const place = () => document.querySelector("#change[data-reckon]");
const minor = (typed) => Math.round(Number(String(typed ?? "").trim().replace(/['\u2019]/g, "").replace(",", ".")) * 100) || 0;

// Names with amounts in minor units, in the order of the quote: what stays, what is added, extra work, the fee.
function reckoned(facts, known) {
  const stays = String(facts.keep ?? "").split(",").map((position) => known.lines[position]);
  const added = ["add_1", "add_2", "add_3"].map((name) => known.sold[facts[name]]);
  const extra = facts.extra ? [[facts.extra, minor(facts.amount)]] : [];
  const lines = [...stays, ...added, ...extra, ...known.fees].filter(Boolean);
  return { lines, total: lines.reduce((sum, [, amount]) => sum + amount, 0) };
}
// Written as the server writes it, after its sample.
const SAMPLE = /1(\D*)234\D*567(\D)89/;
function money(amount, { sample }) {
  const [, group, mark] = sample.match(SAMPLE);
  const [whole, part] = (amount / 100).toFixed(2).split(".");
  return sample.replace(SAMPLE, () => whole.replace(/\B(?=(\d{3})+$)/g, group) + mark + part);
}
function factsOf(form) {
  const facts = {};
  for (const [name, value] of new FormData(form)) facts[name] = name in facts ? `${facts[name]},${value}` : value;
  return facts;
}

function showPrice(form) {
  const known = JSON.parse(place().dataset.reckon);
  const shown = form.querySelector("[data-price]");
  form.querySelector("[name=look]").hidden = true;
  shown.hidden = false;
  if (form.elements.amount) form.elements.amount.required = form.elements.extra.value.trim() !== "";
  shown.querySelector("b").textContent = money(reckoned(factsOf(form), known).total, known);
}

function fill(table, { lines, total }, known) {
  const row = ([name, amount]) => {
    const line = document.createElement("tr");
    line.append(Object.assign(document.createElement("th"), { scope: "row", textContent: name }), Object.assign(document.createElement("td"), { textContent: money(amount, known) }));
    return line;
  };
  table.tBodies[0].replaceChildren(...lines.map(row));
  table.querySelector("tfoot td").textContent = money(total, known);
}
function name(form, change, total) {
  form.elements.of.value = change.key;
  form.elements.total.value = total;
}

// The checklist as it is once the client has agreed: the steps of what is added came with the page, in templates; those of what
// falls away go. In the parts of later stages as well, so that they are there when these are shown.
const codeOf = (item) => item.querySelector("[name=code]").value;
const lists = () => [document, ...all("template[data-stage]").map((one) => one.content)].flatMap((place) => all("#checklist > ul", place));
const packagesAfter = (facts, known) => [...String(facts.keep ?? "").split(",").map((position) => known.packages[position]), ...["add_1", "add_2", "add_3"].map((name) => facts[name])].filter(Boolean);
function drawSteps(section, packages, known) {
  const items = (packages ?? []).flatMap((code) => { const came = section.querySelector(`template[data-steps-of="${CSS.escape(code)}"]`); return came ? all("li", came.content) : []; });
  const wanted = new Set([...items.map(codeOf), ...(packages ?? []).flatMap((code) => known.steps[code] ?? [])]);
  for (const list of lists()) {
    for (const item of [...list.children]) if (packages ? !wanted.has(codeOf(item)) : item.dataset.added) item.remove();
    for (const item of items) if (![...list.children].some((one) => codeOf(one) === codeOf(item))) {
      const added = item.cloneNode(true);
      added.dataset.added = "1";
      list.insertBefore(added, "last" in item.dataset ? null : list.querySelector(":scope > [data-last]"));
    }
  }
}

// Told by the page's other half what is kept of this visit, in order.
document.addEventListener("mila:kept", ({ detail: rows }) => {
  const section = place();
  if (!section) return;
  const kept = section.querySelector("[data-change=kept]");
  const from = rows.findLastIndex((tap) => tap.name === "change");
  const after = rows.slice(from + 1).map((tap) => tap.name);
  const change = from < 0 || after.includes("take-back") ? null : rows[from];
  section.querySelector("[data-change=server]").hidden = Boolean(change);
  kept.hidden = !change;
  const isAnswered = from < 0 && (after.includes("agree") || after.includes("take-back"));
  for (const part of all("[data-unanswered]", section)) part.hidden = isAnswered;
  for (const part of all("[data-answered]", section)) part.hidden = !isAnswered;
  const known = JSON.parse(section.dataset.reckon), agreed = after.includes("agree");
  const sign = document.querySelector("#next form[data-tap=sign]");
  if (from < 0 && agreed && known.asked && sign) {
    fill(document.querySelector("#next table.quote"), known.asked, known);
    sign.elements.seal.value = known.asked.seal;
  }
  drawSteps(section, !agreed ? null : change ? packagesAfter(change.facts, known) : known.asked?.packages, known);
  if (!change) return;
  const price = reckoned(change.facts, known);
  const fits = price.total <= known.by_hand;
  const holds = { agreed, open: !agreed, small: !agreed && fits, large: !agreed && !fits };
  for (const part of all("[data-change-is]", kept)) part.hidden = !holds[part.dataset.changeIs];
  fill(kept.querySelector("table"), price, known);
  name(kept.querySelector("form[data-tap=agree]"), change, price.total);
  if (!agreed || !sign?.elements.of) return;
  fill(document.querySelector("#next table.quote"), price, known);
  name(sign, change, price.total);
});
for (const event of ["input", "change", "toggle"]) document.addEventListener(event, ({ target }) => {
  const form = target.matches?.("details") ? target.querySelector(":scope > form[data-tap=change]") : target.closest?.("form[data-tap=change]");
  if (form && place()) showPrice(form);
}, true);
