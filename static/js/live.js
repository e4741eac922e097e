// Figures that come anew by themselves: not while nobody looks, and not once somebody stopped them.
// What was opened stays open when a part is replaced.
(() => {
  const paused = () => {
    const box = document.querySelector("[data-live-switch]");
    return box !== null && !box.checked;
  };

  const isLive = (element) => element instanceof Element && element.matches("[data-live]");

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isLive(event.target) && (document.hidden || paused())) {
      event.preventDefault();
    }
  });

  const lookAgain = () => {
    if (!document.hidden && !paused()) {
      document.querySelectorAll("[data-live]").forEach((element) => window.htmx.trigger(element, "look"));
    }
  };
  document.addEventListener("visibilitychange", lookAgain);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-live-switch]")) {
      lookAgain();
    }
  });

  let open = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (isLive(event.target)) {
      open = [...event.target.querySelectorAll("details[open][id]")].map((one) => one.id);
    }
  });
  document.addEventListener("htmx:afterSwap", () => {
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    open = [];
  });
})();
