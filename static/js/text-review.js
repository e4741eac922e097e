// Reviewing texts: hide what is selected, and decide by keys. Without this script the buttons
// keep, drop, or keep without the parts that look personal.
(() => {
  const list = document.getElementById("texts");
  if (!list) {
    return;
  }

  // Offsets are counted in characters, as the server does, and not in UTF-16 units.
  const characters = (text) => [...text].length;

  const offsetOf = (node, offset, body) => {
    const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest(
      "[data-start]",
    );
    if (!piece || !body.contains(piece)) {
      return null;
    }
    const before = document.createRange();
    before.setStart(piece, 0);
    before.setEnd(node, offset);
    return Number(piece.dataset.start) + characters(before.toString());
  };

  const cutsOf = (card) =>
    [...card.querySelectorAll("[name=cut]")].map((input) => input.value.split("-").map(Number));

  const merged = (cuts) => {
    const found = [];
    [...cuts]
      .sort((one, other) => one[0] - other[0])
      .forEach(([start, end]) => {
        const last = found[found.length - 1];
        if (last && start <= last[1]) {
          last[1] = Math.max(last[1], end);
        } else {
          found.push([start, end]);
        }
      });
    return found;
  };

  // Draw the text anew with these parts struck out, and let the form send them.
  const strike = (card, cuts) => {
    const form = card.querySelector("form");
    const body = card.querySelector("[data-body]");
    const letters = [...body.textContent];
    const marked = [];
    body.querySelectorAll(".text-mark").forEach((piece) => {
      const start = Number(piece.dataset.start);
      marked.push([start, start + characters(piece.textContent), piece.title]);
    });
    const edges = new Set([0, letters.length]);
    [...cuts, ...marked].forEach(([start, end]) => edges.add(start).add(end));
    const ordered = [...edges].sort((one, other) => one - other);
    const pieces = ordered.slice(0, -1).map((start, number) => {
      const end = ordered[number + 1];
      const inside = ([from, to]) => from <= start && end <= to;
      const piece = document.createElement("span");
      const mark = marked.find(inside);
      piece.dataset.start = String(start);
      piece.textContent = letters.slice(start, end).join("");
      if (mark) {
        piece.classList.add("text-mark");
        piece.title = mark[2];
      }
      if (cuts.some(inside)) {
        piece.classList.add("text-cut");
      }
      return piece;
    });
    body.replaceChildren(...pieces);
    form.querySelectorAll("[name=cut]").forEach((input) => input.remove());
    cuts.forEach(([start, end]) => {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = "cut";
      input.value = `${start}-${end}`;
      form.append(input);
    });
    form.querySelector("[value=redact]").disabled = cuts.length === 0;
    form.querySelector("[data-show-all]").disabled = cuts.length === 0;
  };

  const hideSelection = (card) => {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) {
      return;
    }
    const range = selection.getRangeAt(0);
    const body = card.querySelector("[data-body]");
    const start = offsetOf(range.startContainer, range.startOffset, body);
    const end = offsetOf(range.endContainer, range.endOffset, body);
    if (start !== null && end !== null && start < end) {
      strike(card, merged([...cutsOf(card), [start, end]]));
      selection.removeAllRanges();
    }
  };

  const cards = () => [...list.querySelectorAll("[data-text]")];
  let current = null;

  const goTo = (card) => {
    if (card) {
      current = card.id;
      card.focus();
    }
  };

  const step = (by) => {
    const all = cards();
    const place = all.findIndex((card) => card.id === current);
    const next = all[place + by];
    if (next) {
      goTo(next);
    } else if (by > 0) {
      const page = document.getElementById("next-page");
      if (page) {
        page.focus();
      }
    }
  };

  const reveal = (root) => {
    root.querySelectorAll("[data-hide], [data-show-all]").forEach((button) => {
      button.hidden = false;
    });
  };

  const press = (card, verdict) => {
    const button = card.querySelector(`[name=verdict][value=${verdict}]`);
    if (!button.disabled) {
      button.click();
    }
  };

  list.addEventListener("click", (event) => {
    const card = event.target.closest("[data-text]");
    if (!card) {
      return;
    }
    current = card.id;
    if (event.target.closest("[data-hide]")) {
      hideSelection(card);
    } else if (event.target.closest("[data-show-all]")) {
      strike(card, []);
    }
  });

  const actions = {
    j: () => step(1),
    u: () => step(-1),
    k: (card) => press(card, "keep"),
    r: (card) => press(card, "redact"),
    d: (card) => press(card, "drop"),
    h: (card) => hideSelection(card),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select")) {
      return;
    }
    const action = actions[event.key.toLowerCase()];
    const card = current && document.getElementById(current);
    if (action && (card || event.key.toLowerCase() === "j")) {
      event.preventDefault();
      action(card);
    }
  });

  document.body.addEventListener("htmx:afterSwap", () => {
    reveal(list);
    if (current) {
      step(1);
    }
  });

  reveal(list);
  goTo(cards()[0]);
})();
