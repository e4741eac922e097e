// What the parts of an answer have to do with each other: sliders have no value until they are
// touched, best and worst differ, values and "none of these" exclude each other, and whoever says
// that it depends is asked on what. Everything lies in the form's own fields, so it can be kept and
// put back: after that, `variorum:restored` on the form lets every part look at its fields again.
(() => {
  const changed = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

  // Sliders

  const showSlider = (slider) => {
    const number = slider.querySelector(".slider-number");
    const range = slider.querySelector("input[type=range]");
    const touched = number.value !== "" && number.validity.valid;
    slider.classList.toggle("is-open", !touched);
    range.value = touched ? number.value : (Number(range.min) + Number(range.max)) / 2;
    range.setAttribute("aria-valuetext", touched ? number.value : slider.dataset.open);
  };

  const setSlider = (slider) => {
    const number = slider.querySelector(".slider-number");
    number.value = slider.querySelector("input[type=range]").value;
    showSlider(slider);
    changed(number);
  };

  const startSlider = (slider) => {
    const range = slider.querySelector("input[type=range]");
    slider.querySelector(".slider-track").hidden = false;
    slider.querySelector(".slider-bounds").hidden = true;
    showSlider(slider);
    range.addEventListener("input", () => setSlider(slider));
    // Taking the middle moves nothing, but it is an answer.
    range.addEventListener("pointerup", () => setSlider(slider));
    range.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        event.preventDefault();
        setSlider(slider);
      }
    });
    slider.querySelector(".slider-number").addEventListener("input", () => showSlider(slider));
  };

  // Best and worst: who is named at one end is not named at the other any more.

  const startBestWorst = (fieldset) => {
    fieldset.addEventListener("change", (event) => {
      fieldset.querySelectorAll("input:checked").forEach((other) => {
        if (other !== event.target && other.value === event.target.value) {
          other.checked = false;
        }
      });
    });
  };

  // Values

  const checkValues = (fieldset) => {
    const none = fieldset.querySelector("input[type=checkbox]");
    const chosen = [...fieldset.querySelectorAll("input[type=radio]:checked")];
    const rows = fieldset.querySelectorAll("[data-keys]").length;
    const some = chosen.some((one) => one.value !== "0");
    const said = some || none.checked || chosen.length === rows;
    none.setCustomValidity(said ? "" : none.dataset.missing);
  };

  const startValues = (fieldset) => {
    const none = fieldset.querySelector("input[type=checkbox]");
    fieldset.addEventListener("change", (event) => {
      if (event.target === none && none.checked) {
        fieldset.querySelectorAll("input[type=radio]:checked").forEach((one) => {
          one.checked = false;
        });
      } else if (event.target !== none && event.target.value !== "0") {
        none.checked = false;
      }
      checkValues(fieldset);
    });
    checkValues(fieldset);
  };

  // The reason

  const askOnWhat = (form) => {
    const details = form.querySelector("[data-reason]");
    if (!details) {
      return;
    }
    const text = details.querySelector("textarea");
    const depends = form.querySelector('input[value="depends"]:checked') !== null;
    const summary = details.querySelector("summary");
    details.dataset.words = details.dataset.words || summary.textContent;
    summary.textContent = depends ? text.dataset.depends : details.dataset.words;
    text.required = depends;
    if (depends) {
      details.open = true;
    }
  };

  const start = (form) => {
    if (form.dataset.started) {
      return;
    }
    form.dataset.started = "yes";
    form.querySelectorAll("[data-slider]").forEach(startSlider);
    form.querySelectorAll("[data-best-worst]").forEach(startBestWorst);
    form.querySelectorAll("[data-values]").forEach(startValues);
    form.addEventListener("change", () => askOnWhat(form));
    askOnWhat(form);
    form.addEventListener("variorum:restored", () => {
      form.querySelectorAll("[data-slider]").forEach(showSlider);
      form.querySelectorAll("[data-values]").forEach(checkValues);
      askOnWhat(form);
    });
  };

  // A stage comes from the server, or without a network from those that were kept.
  ["htmx:load", "variorum:stage"].forEach((kind) => {
    document.addEventListener(kind, () => {
      const form = document.querySelector("#judge-form, [data-sliders]");
      if (form) {
        start(form);
      }
    });
  });
})();
