// Reviewing responses by keys. Without this script the buttons do the same.
(() => {
  const list = document.getElementById("responses");
  if (!list) {
    return;
  }
  const cards = [...list.querySelectorAll("[data-response]")];
  let current = 0;

  const goTo = (place) => {
    if (cards[place]) {
      current = place;
      cards[place].focus();
    } else if (place >= cards.length) {
      const page = document.getElementById("next-page");
      if (page) {
        page.focus();
      }
    }
  };

  const reason = () => cards[current].querySelector("[data-reason]");

  const press = (verdict) => {
    if (verdict === "breaks" && !reason().value.trim()) {
      reason().focus();
      return;
    }
    cards[current].querySelector(`[name=verdict][value=${verdict}]`).click();
  };

  const actions = {
    j: () => goTo(current + 1),
    u: () => goTo(current - 1),
    b: () => press("breaks"),
    k: () => press("keeps"),
    s: () => press("unsure"),
    r: () => reason().focus(),
  };

  list.addEventListener("focusin", (event) => {
    const card = event.target.closest("[data-response]");
    if (card) {
      current = cards.indexOf(card);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("[data-reason]")) {
      cards[current].focus();
      return;
    }
    const writes = event.target.closest("input, select, textarea");
    const action = actions[event.key.toLowerCase()];
    if (action && !writes && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      action();
    }
  });

  const wrong = cards.findIndex((card) => card.querySelector("[aria-invalid]"));
  goTo(wrong >= 0 ? wrong : 0);
})();
