// Judging by keyboard: digits choose, letters go to a response, Enter submits.
(() => {
  const form = () => document.getElementById("judge-form");

  const groups = () => [...document.querySelectorAll("#judge-form [data-keys]")];

  const isAnswered = (group) => group.querySelector("input:checked") !== null;

  // The group that keys speak to: the focused one, else the first without an answer, else the first.
  const currentGroup = () => {
    const all = groups();
    const focused = document.activeElement && document.activeElement.closest("[data-keys]");
    return focused || all.find((group) => !isAnswered(group)) || all[0];
  };

  const choose = (group, key) => {
    const input = group.querySelector(`input[data-key="${key}"]`);
    if (!input) {
      return false;
    }
    input.checked = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    const next = groups().find((one) => !isAnswered(one));
    const slider = document.querySelector(".slider.is-open:has(:required) input[type=range]");
    const target = next
      ? next.querySelector("input")
      : slider || document.querySelector(".judge-submit");
    if (target) {
      target.focus();
    }
    return true;
  };

  // A letter goes to that response: in the criterion that has the focus, else in the first.
  const goToLetter = (number) => {
    const fieldset = document.activeElement && document.activeElement.closest("fieldset.ranking");
    const row = (fieldset || form()).querySelector(`[data-letter="${number}"]`);
    if (!row) {
      return false;
    }
    (row.querySelector("input:checked") || row.querySelector("input")).focus();
    return true;
  };

  const isTyping = (target) => target.matches("textarea, select, input:not([type=radio])");

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (!form() || event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) {
      return;
    }
    // Beside the answer, as in the reasons for skipping, keys mean what they mean everywhere.
    if (target.closest(".asides")) {
      return;
    }
    const group = currentGroup();
    let done = false;
    if (/^[0-9]$/.test(key) && group) {
      done = choose(group, key);
    } else if (/^[a-jA-J]$/.test(key)) {
      done = goToLetter(key.toLowerCase().charCodeAt(0) - 97);
    } else if (key === "Enter" && !target.closest("a, button, summary")) {
      const button = document.querySelector(".judge-submit");
      if (!button?.disabled) {
        form().requestSubmit(button);
      }
      done = true;
    }
    if (done) {
      event.preventDefault();
    }
  });
})();
