// A ranking as a list to be put in order: by dragging, touch, buttons or keys. What counts are the
// radio buttons of places beneath it; the list reads them, and writes them whenever it changes.
(() => {
  const EDGE = 64;

  class Ranker {
    constructor(fieldset) {
      this.fieldset = fieldset;
      this.words = fieldset.dataset;
      this.partial = "partial" in fieldset.dataset;
      this.rows = [...fieldset.querySelectorAll("[data-letter]")];
      this.build();
      this.read();
    }

    // From and to the radio buttons

    read() {
      const places = new Map();
      this.pool = [];
      this.rows.forEach((row, number) => {
        const chosen = row.querySelector("input:checked");
        if (!chosen) {
          this.pool.push(number);
        } else {
          const place = Number(chosen.value);
          places.set(place, [...(places.get(place) || []), number]);
        }
      });
      this.groups = [...places.keys()].sort((a, b) => a - b).map((place) => places.get(place));
      this.draw();
    }

    write(changedNumber) {
      let place = 1;
      this.groups = this.groups.filter((group) => group.length);
      this.groups.forEach((group) => {
        group.sort((a, b) => a - b);
        group.forEach((number) => this.check(number, place));
        place += group.length;
      });
      this.pool.forEach((number) => this.check(number, null));
      this.draw();
      this.rows[0].dispatchEvent(new Event("change", { bubbles: true }));
      this.say(changedNumber);
    }

    check(number, place) {
      this.rows[number].querySelectorAll("input").forEach((input) => {
        input.checked = input.value === String(place);
      });
    }

    // What can be done with a response

    groupOf(number) {
      return this.groups.findIndex((group) => group.includes(number));
    }

    takeOut(number) {
      this.pool = this.pool.filter((one) => one !== number);
      this.groups = this.groups.map((group) => group.filter((one) => one !== number));
    }

    place(number) {
      this.takeOut(number);
      this.groups.push([number]);
      this.write(number);
    }

    remove(number) {
      this.takeOut(number);
      this.pool = [...this.pool, number].sort((a, b) => a - b);
      this.write(number);
    }

    move(number, by) {
      const at = this.groupOf(number);
      if (at < 0) {
        this.place(number);
        return;
      }
      const alone = this.groups[at].length === 1;
      const to = alone ? at + by : at + (by > 0 ? 1 : 0);
      if (alone && (to < 0 || to >= this.groups.length)) {
        return;
      }
      if (alone) {
        const [group] = this.groups.splice(at, 1);
        this.groups.splice(to, 0, group);
      } else {
        this.groups[at] = this.groups[at].filter((one) => one !== number);
        this.groups.splice(to, 0, [number]);
      }
      this.write(number);
    }

    tie(number) {
      const at = this.groupOf(number);
      if (at < 0) {
        return;
      }
      if (this.groups[at][0] !== number) {
        this.groups[at] = this.groups[at].filter((one) => one !== number);
        this.groups.splice(at + 1, 0, [number]);
      } else if (at > 0) {
        this.groups[at] = this.groups[at].filter((one) => one !== number);
        this.groups[at - 1].push(number);
      } else {
        return;
      }
      this.write(number);
    }

    // Before the `index`-th of the others in the list; between two that share a place, with them.
    drop(number, index) {
      this.takeOut(number);
      this.groups = this.groups.filter((group) => group.length);
      let seen = 0;
      for (let at = 0; at < this.groups.length; at += 1) {
        const group = this.groups[at];
        if (index > seen && index < seen + group.length) {
          group.push(number);
          this.write(number);
          return;
        }
        if (index === seen) {
          this.groups.splice(at, 0, [number]);
          this.write(number);
          return;
        }
        seen += group.length;
      }
      this.place(number);
    }

    // The list

    build() {
      const { words } = this;
      this.box = document.createElement("div");
      this.box.className = "ranker";
      this.box.innerHTML =
        '<div class="ranker-part ranker-placed"><h3></h3><p class="ranker-empty muted"></p><ol class="plain-list"></ol></div>' +
        '<div class="ranker-part ranker-pool"><h3></h3><ul class="plain-list"></ul></div>' +
        '<p class="ranker-missing" role="alert"></p>' +
        '<input class="visually-hidden ranker-check" tabindex="-1" aria-hidden="true" autocomplete="off">' +
        '<p class="visually-hidden" aria-live="polite"></p><p class="muted keys-hint"></p>';
      const [placed, open] = this.box.querySelectorAll("h3");
      placed.textContent = words.order;
      open.textContent = words.pool;
      this.box.querySelector(".ranker-empty").textContent = words.empty;
      this.box.querySelector(".keys-hint").textContent = words.hint;
      this.list = this.box.querySelector("ol");
      this.rest = this.box.querySelector("ul");
      this.live = this.box.querySelector("[aria-live]");
      this.missing = this.box.querySelector(".ranker-missing");
      this.validity = this.box.querySelector(".ranker-check");
      this.items = this.rows.map((_row, number) => this.item(number));
      const details = this.fieldset.querySelector("[data-places]");
      details.open = false;
      details.querySelector("summary").hidden = false;
      details.querySelectorAll("input").forEach((input) => {
        input.required = false;
      });
      details.before(this.box);
      this.box.addEventListener("click", (event) => this.onClick(event));
      this.box.addEventListener("pointerdown", (event) => this.onGrab(event));
      details.addEventListener("change", (event) => {
        if (event.target.matches("input")) {
          this.read();
        }
      });
      this.validity.addEventListener("invalid", (event) => {
        event.preventDefault();
        this.missing.textContent = this.validity.validationMessage;
        (this.rest.querySelector(".ranker-grip") || this.list.querySelector(".ranker-grip")).focus();
      });
    }

    item(number) {
      const item = document.createElement("li");
      const letter = String.fromCharCode(65 + number);
      item.className = "ranker-item";
      item.dataset.number = String(number);
      item.innerHTML =
        '<button type="button" class="ranker-grip" data-do="grip"><span class="ranker-dots" aria-hidden="true"></span><span class="ranker-letter"></span></button>' +
        '<span class="ranker-place number" aria-hidden="true"></span><span class="ranker-text" aria-hidden="true" dir="auto"></span><span class="ranker-buttons"></span>';
      item.querySelector(".ranker-letter").textContent = letter;
      const heading = document.getElementById(`response-${letter}`);
      const prose = heading && heading.closest(".response").querySelector(".prose");
      item.querySelector(".ranker-text").textContent = prose
        ? prose.textContent.trim().slice(0, 160)
        : "";
      const buttons = [
        ["place", this.words.place, this.words.place],
        ["up", "↑", this.words.up],
        ["down", "↓", this.words.down],
        ["tie", "=", this.words.tie],
        ["out", "×", this.words.out],
      ];
      buttons.forEach(([name, sign, words]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "ranker-button";
        button.dataset.do = name;
        button.textContent = sign;
        button.title = words;
        button.setAttribute("aria-label", this.spoken(letter, words));
        item.querySelector(".ranker-buttons").append(button);
      });
      return item;
    }

    draw() {
      const focused = document.activeElement;
      let place = 1;
      const placed = [];
      this.groups.forEach((group) => {
        group.forEach((number, within) => {
          this.show(number, place, within, placed.length);
          placed.push(this.items[number]);
        });
        place += group.length;
      });
      this.pool.forEach((number) => this.show(number, 0, 0, 0));
      this.list.replaceChildren(...placed);
      this.rest.replaceChildren(...this.pool.map((number) => this.items[number]));
      this.box.querySelector(".ranker-empty").hidden = placed.length > 0;
      this.box.querySelector(".ranker-pool").hidden = this.pool.length === 0;
      if (placed.length) {
        this.items[this.groups.at(-1).at(-1)].querySelector('[data-do="down"]').disabled =
          this.groups.at(-1).length === 1;
      }
      this.checkWhole();
      // What moved keeps the focus, or its grip has it where the button is gone.
      if (this.box.contains(focused) && focused !== document.activeElement) {
        focused.focus();
      }
      if (focused && focused.closest(".ranker-item") && this.box.contains(focused)) {
        if (focused.hidden || focused.disabled) {
          focused.closest(".ranker-item").querySelector(".ranker-grip").focus();
        }
      }
    }

    show(number, place, within, above) {
      const item = this.items[number];
      const button = (name) => item.querySelector(`[data-do="${name}"]`);
      const placed = place > 0;
      item.classList.toggle("is-tied", placed && within > 0);
      item.querySelector(".ranker-place").textContent = placed ? String(place) : "";
      button("place").hidden = placed;
      ["up", "down", "tie"].forEach((name) => {
        button(name).hidden = !placed;
      });
      button("out").hidden = !placed || !this.partial;
      const group = placed ? this.groups[this.groupOf(number)] : [];
      button("up").disabled = above === 0 && group.length === 1;
      button("down").disabled = false;
      button("tie").disabled = above === 0;
      button("tie").setAttribute("aria-pressed", String(placed && within > 0));
      const where = placed ? this.words.at : this.words.unplaced;
      const words = where.replace("{place}", String(place)).replace("{all}", this.rows.length);
      const letter = String.fromCharCode(65 + number);
      item
        .querySelector(".ranker-grip")
        .setAttribute("aria-label", this.spoken(letter, words));
    }

    spoken(letter, what) {
      return this.words.response.replace("{letter}", letter).replace("{what}", what);
    }

    checkWhole() {
      const placed = this.rows.length - this.pool.length;
      const whole = this.partial ? placed > 1 : this.pool.length === 0;
      this.validity.setCustomValidity(
        whole ? "" : this.partial ? this.words.least : this.words.missing,
      );
      if (whole) {
        this.missing.textContent = "";
      }
    }

    say(number) {
      this.live.textContent = this.items[number]
        .querySelector(".ranker-grip")
        .getAttribute("aria-label");
    }

    // Buttons and keys

    act(name, number) {
      const acts = {
        place: () => this.place(number),
        up: () => this.move(number, -1),
        down: () => this.move(number, 1),
        tie: () => this.tie(number),
        out: () => this.remove(number),
      };
      if (acts[name]) {
        acts[name]();
      }
    }

    onClick(event) {
      const button = event.target.closest("[data-do]");
      if (!button) {
        return;
      }
      const number = Number(button.closest(".ranker-item").dataset.number);
      const { do: name } = button.dataset;
      if (name === "grip") {
        // Enter on a response that is not placed yet places it; a mouse's click comes from dragging.
        if (event.detail === 0 && this.pool.includes(number)) {
          this.place(number);
        }
        return;
      }
      this.act(name, number);
      if (name === "place") {
        const next = this.rest.querySelector('[data-do="place"]');
        (next || this.items[number].querySelector(".ranker-grip")).focus();
      }
    }

    digit(number, place) {
      this.check(number, place);
      this.read();
      this.rows[number].dispatchEvent(new Event("change", { bubbles: true }));
      this.say(number);
      const next = this.rest.querySelector(".ranker-grip") || openRanker();
      (next || document.querySelector(".judge-submit")).focus();
    }

    firstOpen() {
      return this.rest.querySelector(".ranker-grip");
    }

    // Dragging, by mouse anywhere on a response, by touch at its grip

    onGrab(event) {
      const item = event.target.closest(".ranker-item");
      const byMouse = event.pointerType === "mouse" && !event.target.closest(".ranker-button");
      if (!item || event.button !== 0 || !(byMouse || event.target.closest(".ranker-grip"))) {
        return;
      }
      event.preventDefault();
      item.querySelector(".ranker-grip").focus();
      this.drag(item, event);
    }

    drag(item, event) {
      const number = Number(item.dataset.number);
      const startY = event.clientY;
      const startScroll = window.scrollY;
      let y = event.clientY;
      let x = event.clientX;
      let moved = false;
      let frame = 0;
      const marker = document.createElement("li");
      marker.className = "ranker-marker";
      marker.setAttribute("aria-hidden", "true");

      const others = () => [...this.list.querySelectorAll(".ranker-item")].filter((one) => one !== item);
      const overPool = () => {
        const box = this.box.querySelector(".ranker-pool").getBoundingClientRect();
        const inside = y > box.top && y < box.bottom && x > box.left && x < box.right;
        return inside && !this.box.querySelector(".ranker-pool").hidden;
      };
      const index = () =>
        others().filter((one) => {
          const box = one.getBoundingClientRect();
          return box.top + box.height / 2 < y;
        }).length;
      const follow = () => {
        item.style.transform = `translateY(${y - startY + window.scrollY - startScroll}px)`;
        if (overPool()) {
          marker.remove();
        } else {
          const before = others()[index()];
          if (before) {
            before.before(marker);
          } else {
            this.list.append(marker);
          }
        }
      };
      const scroll = () => {
        // Only where the pointer went to the edge: a drag that begins there is not to scroll away.
        const up = y < Math.min(EDGE, startY);
        const down = y > Math.max(window.innerHeight - EDGE, startY);
        const by = up ? -8 : down ? 8 : 0;
        if (by) {
          window.scrollBy({ top: by, behavior: "instant" });
          follow();
        }
        frame = window.requestAnimationFrame(scroll);
      };
      const onMove = (move) => {
        if (move.pointerId !== event.pointerId) {
          return;
        }
        ({ clientX: x, clientY: y } = move);
        if (!moved && Math.abs(y - startY) + Math.abs(x - event.clientX) < 4) {
          return;
        }
        if (!moved) {
          moved = true;
          item.classList.add("is-dragged");
          this.box.querySelector(".ranker-empty").hidden = true;
          frame = window.requestAnimationFrame(scroll);
        }
        follow();
      };
      const onEnd = (end) => {
        if (end.pointerId !== event.pointerId) {
          return;
        }
        document.removeEventListener("pointermove", onMove);
        document.removeEventListener("pointerup", onEnd);
        document.removeEventListener("pointercancel", onEnd);
        window.cancelAnimationFrame(frame);
        const at = index();
        const back = overPool();
        marker.remove();
        item.classList.remove("is-dragged");
        item.style.transform = "";
        if (!moved || end.type === "pointercancel") {
          this.draw();
        } else if (!back) {
          this.drop(number, at);
        } else if (!this.pool.includes(number)) {
          this.remove(number);
        } else {
          this.draw();
        }
      };
      document.addEventListener("pointermove", onMove);
      document.addEventListener("pointerup", onEnd);
      document.addEventListener("pointercancel", onEnd);
    }
  }

  let rankers = [];

  const openRanker = () => {
    const found = rankers.find((one) => one.firstOpen());
    return found && found.firstOpen();
  };

  const rankerOf = (node) => rankers.find((one) => one.fieldset.contains(node));

  // Before judging/keys.js sees the key: a list is no row of buttons.
  const onKey = (event) => {
    if (!rankers.length || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const { target } = event;
    if (target.matches("textarea, select, input")) {
      return;
    }
    const ranker = rankerOf(target) || rankers.find((one) => one.firstOpen()) || rankers[0];
    const item = target.closest(".ranker-item");
    const letter = /^[a-jA-J]$/.test(event.key) ? event.key.toLowerCase().charCodeAt(0) - 97 : -1;
    let done = true;
    if (letter >= 0 && letter < ranker.rows.length) {
      ranker.items[letter].querySelector(".ranker-grip").focus();
    } else if (/^[0-9]$/.test(event.key)) {
      const place = event.key === "0" ? 10 : Number(event.key);
      const open = ranker.firstOpen();
      const number = item || open ? Number((item || open.closest(".ranker-item")).dataset.number) : -1;
      done = number >= 0 && place <= ranker.rows.length;
      if (done) {
        ranker.digit(number, place);
      }
    } else if (item && { ArrowUp: 1, ArrowDown: 1, "=": 1 }[event.key]) {
      const act = { ArrowUp: "up", ArrowDown: "down", "=": "tie" }[event.key];
      const number = Number(item.dataset.number);
      ranker.act(act, number);
      ranker.items[number].querySelector(".ranker-grip").focus();
    } else if (item && (event.key === "Delete" || event.key === "Backspace") && ranker.partial) {
      ranker.act("out", Number(item.dataset.number));
    } else {
      done = false;
    }
    if (done) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  document.addEventListener("keydown", onKey, true);
  const start = () => {
    rankers = rankers.filter((one) => one.fieldset.isConnected);
    document.querySelectorAll("[data-ranking]").forEach((fieldset) => {
      if (!rankerOf(fieldset)) {
        rankers.push(new Ranker(fieldset));
        fieldset.form.addEventListener("variorum:restored", () => rankerOf(fieldset).read());
      }
    });
  };
  document.addEventListener("htmx:load", start);
  document.addEventListener("variorum:stage", start);
})();
