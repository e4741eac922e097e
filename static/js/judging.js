// Judging by keyboard, time spent with the page in view, and what to say when the network is gone.
(function () {
  "use strict";

  var activeMs = 0;
  var since = document.hidden ? null : performance.now();

  function pause() {
    if (since !== null) {
      activeMs += performance.now() - since;
      since = null;
    }
  }

  function resume() {
    if (since === null && !document.hidden) {
      since = performance.now();
    }
  }

  function restart() {
    activeMs = 0;
    since = document.hidden ? null : performance.now();
  }

  function form() {
    return document.getElementById("judge-form");
  }

  function writeActiveTime() {
    pause();
    resume();
    var field = form() && form().elements.namedItem("active_ms");
    if (field) {
      field.value = String(Math.round(activeMs));
    }
  }

  function say(message) {
    var place = document.getElementById("judge-problems");
    if (place) {
      var notice = document.createElement("div");
      notice.className = "notice notice-error";
      notice.textContent = message;
      place.replaceChildren(notice);
    }
  }

  function groups() {
    return Array.prototype.slice.call(document.querySelectorAll("#judge-form [data-keys]"));
  }

  function isAnswered(group) {
    return group.querySelector("input:checked") !== null;
  }

  // The group that keys speak to: the focused one, else the first without an answer, else the first.
  function currentGroup() {
    var all = groups();
    var focused = document.activeElement && document.activeElement.closest("[data-keys]");
    return focused || all.find(function (group) { return !isAnswered(group); }) || all[0];
  }

  function choose(group, key) {
    var input = group.querySelector('input[data-key="' + key + '"]');
    if (!input) {
      return false;
    }
    input.checked = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    var next = groups().find(function (one) { return !isAnswered(one); });
    var target = next ? next.querySelector("input") : document.querySelector(".judge-submit");
    if (target) {
      target.focus();
    }
    return true;
  }

  // A letter goes to that response: in the criterion that has the focus, else in the first.
  function goToLetter(number) {
    var fieldset = document.activeElement && document.activeElement.closest("fieldset.ranking");
    var within = fieldset || document.getElementById("judge-form");
    var row = within.querySelector('[data-letter="' + number + '"]');
    if (!row) {
      return false;
    }
    (row.querySelector("input:checked") || row.querySelector("input")).focus();
    return true;
  }

  function isTyping(target) {
    return target.matches("textarea, select, input:not([type=radio])");
  }

  function onKey(event) {
    if (!form() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
      return;
    }
    var group = currentGroup();
    var done = false;
    if (/^[0-9]$/.test(event.key) && group) {
      done = choose(group, event.key);
    } else if (/^[a-jA-J]$/.test(event.key)) {
      done = goToLetter(event.key.toLowerCase().charCodeAt(0) - 97);
    } else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      form().requestSubmit(document.querySelector(".judge-submit"));
      done = true;
    }
    if (done) {
      event.preventDefault();
    }
  }

  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { pause(); } else { resume(); }
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("submit", writeActiveTime, true);
  document.addEventListener("htmx:configRequest", function (event) {
    writeActiveTime();
    var field = form() && form().elements.namedItem("active_ms");
    if (field && "active_ms" in event.detail.parameters) {
      event.detail.parameters.active_ms = field.value;
    }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target && event.detail.target.id === "stage") {
      restart();
    }
  });
  document.addEventListener("htmx:sendError", function () {
    if (form()) { say(form().dataset.lost); }
  });
  document.addEventListener("htmx:responseError", function (event) {
    if (form() && event.detail.xhr.status >= 500) { say(form().dataset.failed); }
  });
})();
