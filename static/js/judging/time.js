// How long an item was worked on and shown, and when a break would do good. Time counts while the
// page is in view and has the focus; nobody is measured for anything else.
(() => {
  const judging = (window.variorumJudging = window.variorumJudging || {});
  // Longer without a sign of work than this is a break already.
  const PAUSE = 5 * 60 * 1000;
  const WORK = "variorum-work";

  let active = 0;
  let since = null;
  let shown = performance.now();

  const isAtWork = () => !document.hidden && document.hasFocus();

  const look = () => {
    const now = performance.now();
    if (since !== null) {
      active += now - since;
    }
    since = isAtWork() ? now : null;
  };

  const restart = () => {
    active = 0;
    since = isAtWork() ? performance.now() : null;
    shown = performance.now();
  };

  const write = (form) => {
    look();
    const values = { active_ms: active, elapsed_ms: performance.now() - shown };
    Object.entries(values).forEach(([name, value]) => {
      const field = form.elements.namedItem(name);
      if (field) {
        field.value = String(Math.round(value));
      }
    });
  };

  // When the present stretch of work began, over reloads and windows' lives; null after a pause.
  const stretch = () => {
    try {
      const { began, last } = JSON.parse(sessionStorage.getItem(WORK) || "{}");
      return last && Date.now() - last < PAUSE ? began : null;
    } catch {
      return null;
    }
  };

  const worked = () => {
    const now = Date.now();
    const began = stretch() || now;
    try {
      sessionStorage.setItem(WORK, JSON.stringify({ began, last: now }));
    } catch {
      return 0;
    }
    return (now - began) / 60000;
  };

  const begin = () => {
    try {
      sessionStorage.removeItem(WORK);
    } catch {
      // Without storage there is nothing to begin anew.
    }
  };

  ["visibilitychange", "focus", "blur"].forEach((name) => {
    (name === "visibilitychange" ? document : window).addEventListener(name, look);
  });

  judging.time = { restart, write, worked, begin };
  restart();
})();
