// Highlighted passages: from a selection, or sentence by sentence from a list of buttons. They lie
// in the form's field `spans` as [{response, start, end, note}]: the n-th response shown, and code
// points of its shown text (annotation/passages.py). Buttons do not count.
(() => {
  const FURNITURE = "button, [data-furniture]";
  const BLOCK = "p, li, td, th, pre, h3, h4, h5, h6, blockquote, div";
  const MOST = 100;
  const QUOTED = 120;

  const segments = (text, granularity) =>
    "Segmenter" in Intl
      ? [...new Intl.Segmenter(undefined, { granularity }).segment(text)]
      : [...text.matchAll(granularity === "word" ? /\S+/g : /[^.!?\n]+[.!?]*\s*/g)].map((found) => ({
          segment: found[0],
          index: found.index,
          isWordLike: true,
        }));

  // One response: its text nodes, where each begins in the whole, and its list of highlights.
  class Response {
    constructor(box, field) {
      this.box = box;
      this.field = field;
      this.words = box.dataset;
      this.number = Number(box.dataset.passages);
      this.prose = box.closest(".response").querySelector(".prose");
      this.selected = null;
      this.readText();
      this.button = box.querySelector("[data-highlight]");
      this.panel = box.querySelector(".passages-sentences");
      this.list = box.querySelector(".passages-list");
      this.live = document.createElement("p");
      this.live.className = "visually-hidden";
      this.live.setAttribute("aria-live", "polite");
      box.append(this.live);
      box.hidden = false;
      this.button.addEventListener("click", () => this.onButton());
      this.read();
    }

    readText() {
      const walker = document.createTreeWalker(this.prose, NodeFilter.SHOW_TEXT);
      this.nodes = [];
      let whole = "";
      while (walker.nextNode()) {
        const node = walker.currentNode;
        if (!node.parentElement.closest(FURNITURE)) {
          this.nodes.push({ node, start: whole.length });
          whole += node.data;
        }
      }
      this.text = whole;
    }

    // Between code points, which are stored, and the units that JavaScript counts in

    points(units) {
      return [...this.text.slice(0, units)].length;
    }

    units(points) {
      return [...this.text].slice(0, points).join("").length;
    }

    quote(mark) {
      const text = this.text.slice(mark.from, mark.to).replace(/\s+/g, " ");
      return text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
    }

    // From and to the form

    all() {
      try {
        return JSON.parse(this.field.value || "[]");
      } catch {
        return [];
      }
    }

    read() {
      this.marks = this.all()
        .filter((mark) => mark.response === this.number)
        .map((mark) => ({ ...mark, from: this.units(mark.start), to: this.units(mark.end) }));
      this.draw();
    }

    write() {
      const others = this.all().filter((mark) => mark.response !== this.number);
      const own = this.marks.map(({ from, to, note }) => ({
        response: this.number,
        start: this.points(from),
        end: this.points(to),
        note: note || "",
      }));
      const marks = [...others, ...own];
      this.field.value = marks.length ? JSON.stringify(marks) : "";
      this.field.dispatchEvent(new Event("change", { bubbles: true }));
      paint();
    }

    // Selecting

    rangeOfSelection() {
      const selection = document.getSelection();
      if (!selection.rangeCount || selection.isCollapsed) {
        return null;
      }
      const range = selection.getRangeAt(0);
      const touched = this.nodes.filter(({ node }) => range.intersectsNode(node));
      if (!touched.length || !this.prose.contains(range.commonAncestorContainer)) {
        return null;
      }
      const [first, last] = [touched[0], touched.at(-1)];
      let from = first.start + (first.node === range.startContainer ? range.startOffset : 0);
      let to =
        last.start + (last.node === range.endContainer ? range.endOffset : last.node.length);
      while (from < to && /\s/.test(this.text[from])) {
        from += 1;
      }
      while (to > from && /\s/.test(this.text[to - 1])) {
        to -= 1;
      }
      return from < to ? { from, to } : null;
    }

    onSelection() {
      const selected = this.rangeOfSelection();
      // Pressing the button ends the selection on some phones: it is kept until something else is.
      if (!selected && document.activeElement === this.button) {
        return;
      }
      this.selected = selected;
      this.box.classList.toggle("has-selection", Boolean(selected));
      this.button.textContent = selected ? this.words.selected : this.words.choose;
    }

    onButton() {
      if (this.selected) {
        const { selected } = this;
        this.selected = null;
        document.getSelection().removeAllRanges();
        this.add(selected.from, selected.to);
        this.onSelection();
        this.button.textContent = this.words.choose;
        this.box.classList.remove("has-selection");
        return;
      }
      this.panel.hidden = !this.panel.hidden;
      this.button.setAttribute("aria-expanded", String(!this.panel.hidden));
      if (!this.panel.hidden) {
        this.drawSentences();
        this.panel.querySelector("button").focus();
      }
    }

    sentences() {
      const found = [];
      let start = 0;
      this.nodes.forEach(({ node, start: at }, index) => {
        const next = this.nodes[index + 1];
        const block = node.parentElement.closest(BLOCK);
        if (next && next.node.parentElement.closest(BLOCK) === block) {
          return;
        }
        const end = at + node.length;
        const text = this.text.slice(start, end);
        const parts = block && block.matches("pre") ? text.matchAll(/[^\n]+\n?/g) : segments(text, "sentence");
        for (const part of parts) {
          const words = part.segment || part[0];
          const trimmed = words.trim();
          if (trimmed) {
            const from = start + part.index + words.indexOf(trimmed);
            found.push({ from, to: from + trimmed.length });
          }
        }
        start = end;
      });
      return found;
    }

    drawSentences() {
      const list = this.panel.querySelector("ul");
      const items = this.sentences().map((sentence) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "sentence";
        button.dir = "auto";
        button.textContent = this.text.slice(sentence.from, sentence.to);
        button.setAttribute("aria-pressed", String(Boolean(this.same(sentence))));
        button.addEventListener("click", () => {
          const same = this.same(sentence);
          if (same) {
            this.remove(same);
          } else {
            this.add(sentence.from, sentence.to);
          }
          button.setAttribute("aria-pressed", String(!same));
        });
        item.append(button);
        return item;
      });
      list.replaceChildren(...items);
    }

    same({ from, to }) {
      return this.marks.find((mark) => mark.from === from && mark.to === to);
    }

    add(from, to) {
      if (this.same({ from, to }) || this.all().length >= MOST) {
        return;
      }
      const mark = { from, to, note: "" };
      this.marks.push(mark);
      this.write();
      this.draw();
      this.live.textContent = this.words.added.replace("{passage}", this.quote(mark));
    }

    remove(mark) {
      this.marks = this.marks.filter((one) => one !== mark);
      this.write();
      this.draw();
      this.live.textContent = this.words.removed.replace("{passage}", this.quote(mark));
    }

    adjust(mark, edge, by) {
      const words = segments(this.text, "word").filter((one) => one.isWordLike);
      const edges = words.map((one) => one.index + (edge === "to" ? one.segment.length : 0));
      const beyond =
        by < 0
          ? edges.filter((one) => one < mark[edge]).at(-1)
          : edges.find((one) => one > mark[edge]);
      const moved = { ...mark, [edge]: beyond };
      if (beyond !== undefined && moved.from < moved.to) {
        mark[edge] = beyond;
        this.write();
        return true;
      }
      return false;
    }

    // The list of what is highlighted

    draw() {
      this.list.replaceChildren(...this.marks.map((mark) => this.line(mark)));
      this.list.hidden = this.marks.length === 0;
      if (!this.panel.hidden) {
        this.panel.querySelectorAll(".sentence").forEach((button, index) => {
          const sentence = this.sentences()[index];
          button.setAttribute("aria-pressed", String(Boolean(this.same(sentence))));
        });
      }
    }

    line(mark) {
      const item = document.createElement("li");
      item.className = "passage";
      const quote = document.createElement("q");
      quote.dir = "auto";
      const note = document.createElement("input");
      note.type = "text";
      note.maxLength = 1000;
      note.value = mark.note || "";
      note.addEventListener("input", () => {
        mark.note = note.value;
        this.write();
      });
      note.addEventListener("keydown", (event) => {
        if (event.key === "Enter") {
          event.preventDefault();
        }
      });
      const remove = this.buttonOf(this.words.remove, () => {
        this.remove(mark);
        this.button.focus();
      });
      const more = document.createElement("details");
      const summary = document.createElement("summary");
      summary.textContent = this.words.adjust;
      const name = () => {
        quote.textContent = this.quote(mark);
        const words = this.words.note.replace("{passage}", this.quote(mark));
        note.setAttribute("aria-label", words);
        note.placeholder = this.words.note.replace("“{passage}” ", "").replace("{passage}", "…");
        remove.setAttribute("aria-label", `${this.words.remove}: ${this.quote(mark)}`);
      };
      const steps = [
        [this.words.earlierStart, "from", -1],
        [this.words.laterStart, "from", 1],
        [this.words.earlierEnd, "to", -1],
        [this.words.laterEnd, "to", 1],
      ].map(([words, edge, by]) =>
        this.buttonOf(words, () => {
          if (this.adjust(mark, edge, by)) {
            name();
            this.live.textContent = this.words.added.replace("{passage}", this.quote(mark));
          }
        }),
      );
      const cluster = document.createElement("div");
      cluster.className = "cluster";
      cluster.append(...steps);
      more.append(summary, cluster);
      name();
      item.append(quote, note, remove, more);
      return item;
    }

    buttonOf(words, act) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button quiet";
      button.textContent = words;
      button.addEventListener("click", act);
      return button;
    }

    ranges() {
      return this.marks.map(({ from, to }) => {
        const range = document.createRange();
        const first = this.nodes.findLast(({ start }) => start <= from);
        const last = this.nodes.findLast(({ start }) => start < to);
        range.setStart(first.node, from - first.start);
        range.setEnd(last.node, Math.min(to - last.start, last.node.length));
        return range;
      });
    }
  }

  let responses = [];

  const paint = () => {
    if (!window.CSS || !CSS.highlights) {
      return; // the list tells what is highlighted
    }
    const ranges = responses.flatMap((response) => response.ranges());
    CSS.highlights.set("passage", new Highlight(...ranges));
  };

  document.addEventListener("selectionchange", () => {
    responses.forEach((response) => response.onSelection());
  });
  const start = () => {
    const form = document.getElementById("judge-form");
    const field = form && form.elements.namedItem("spans");
    responses = responses.filter((one) => one.box.isConnected);
    if (!field || responses.some((one) => one.field === field)) {
      return;
    }
    responses = [...form.querySelectorAll("[data-passages]")].map((box) => new Response(box, field));
    paint();
    form.addEventListener("variorum:restored", () => {
      responses.forEach((response) => response.read());
      paint();
    });
  };
  document.addEventListener("htmx:load", start);
  document.addEventListener("variorum:stage", start);
})();
