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
