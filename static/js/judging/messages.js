// What researchers wrote to the person: asked for once the page is there, so that no item waits.
(() => {
  const place = document.querySelector("[data-messages]");
  if (place) {
    window.htmx.ajax("GET", place.dataset.messages, { target: place, swap: "outerHTML" });
  }
})();
