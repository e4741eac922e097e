// The campaign form: rows that can be added and removed, and an address made from the title.
// Without this script the page offers blank rows instead.
(() => {
  const form = document.getElementById("campaign-form");
  if (!form) {
    return;
  }

  const reveal = (root) => {
    root.querySelectorAll("[data-with-scripts]").forEach((part) => {
      part.hidden = false;
    });
  };

  const addRow = (rows) => {
    const used = [...rows.querySelectorAll("[data-rows-list] [name]")].map((control) =>
      Number(control.name.split("-")[1]),
    );
    const number = String(Math.max(-1, ...used) + 1);
    const copy = rows.querySelector("template").content.cloneNode(true);
    copy.querySelectorAll("*").forEach((node) => {
      [...node.attributes].forEach((attribute) => {
        attribute.value = attribute.value.replaceAll("__number__", number);
      });
    });
    reveal(copy);
    const row = copy.querySelector("[data-row]");
    rows.querySelector("[data-rows-list]").append(copy);
    row.querySelector("input, textarea").focus();
  };

  const removeRow = (button) => {
    const rows = button.closest("[data-rows]");
    const row = button.closest("[data-row]");
    const neighbour = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    const next = neighbour && neighbour.querySelector("[data-remove-row]");
    (next || rows.querySelector("[data-add-row]")).focus();
  };

  form.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add-row]");
    const remove = event.target.closest("[data-remove-row]");
    if (add) {
      addRow(add.closest("[data-rows]"));
    } else if (remove) {
      removeRow(remove);
    }
  });

  const title = form.elements.title;
  const slug = form.elements.slug;
  if (slug && !slug.value) {
    let own = false;
    slug.addEventListener("input", () => {
      own = slug.value !== "";
    });
    title.addEventListener("input", () => {
      if (!own) {
        slug.value = title.value
          .normalize("NFKD")
          .replace(/\p{Mark}/gu, "")
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, "-")
          .replace(/^-+|-+$/g, "")
          .slice(0, 64);
      }
    });
  }

  reveal(form);
  const firstLook = form.querySelector("[data-first-look]");
  if (firstLook) {
    firstLook.focus();
  }
})();
