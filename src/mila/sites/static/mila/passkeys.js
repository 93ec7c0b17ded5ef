// Passkeys need the browser's help; where it has none, the page shows its other ways in.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const ids = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

// What newer browsers do by themselves (parseCreationOptionsFromJSON, toJSON), for all.
const read = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
  ...(options.allowCredentials && { allowCredentials: ids(options.allowCredentials) }),
  ...(options.excludeCredentials && { excludeCredentials: ids(options.excludeCredentials) }),
});
function write({ id, rawId, type, response, authenticatorAttachment }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const known = Object.fromEntries(parts.filter((name) => response[name]).map((name) => [name, text(response[name])]));
  const transports = response.getTransports?.();
  return JSON.stringify({ id, rawId: text(rawId), type, authenticatorAttachment, clientExtensionResults: {}, response: { ...known, ...(transports && { transports }) } });
}

async function answer(form) {
  const asked = await fetch(form.dataset.passkey, { method: "POST", body: new FormData(form), credentials: "same-origin" });
  if (!asked.ok || asked.redirected) { location.reload(); return null; }
  const publicKey = read(await asked.json());
  return form.dataset.makes ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const place = form.closest("[data-passkeys]") ?? form;
  if (window.PublicKeyCredential && navigator.credentials) place.hidden = false;
  else document.querySelectorAll("[data-without-passkeys]").forEach((one) => { one.hidden = false; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const refused = form.querySelector("[data-refused]");
    refused.hidden = true;
    try {
      const shown = await answer(form);
      if (!shown) return;
      form.elements.answer.value = write(shown);
      HTMLFormElement.prototype.submit.call(form);
    } catch {
      refused.hidden = false;
      delete form.dataset.busy;
      form.removeAttribute("aria-busy");
    }
  });
}
