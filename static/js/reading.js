// Reading: long texts are folded until asked for, wide tables, code and formulas are reached by
// keyboard where they scroll, and responses side by side can be scrolled together.
(function () {
  "use strict";

  // A text is cut at this share of the window's height, if it is much longer than that.
  var CUT = 0.7;
  var WORTH = 1.5;
  var LEAST_PX = 320;
  var SIDE_BY_SIDE = window.matchMedia("(min-width: 48rem)");
  var TOGETHER = "variorum.scroll-together";
  var SYSTEM_FOLDED = "variorum.system-folded";

  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }

  // A browser may refuse its storage; then a choice holds for this page only.
  function remembered(key) {
    try { return window.localStorage.getItem(key) === "1"; } catch (_refused) { return false; }
  }

  function remember(key, value) {
    try { window.localStorage.setItem(key, value ? "1" : "0"); } catch (_refused) { /* see above */ }
  }

  // Long texts

  function isTogether() {
    return document.querySelector(".responses.scroll-together") !== null;
  }

  function setFolded(box, folded) {
    var button = box.querySelector(".reading-more button");
    box.classList.toggle("is-folded", folded);
    button.setAttribute("aria-expanded", String(!folded));
    button.textContent = folded ? button.dataset.more : button.dataset.less;
  }

  function offerFold(box) {
    var prose = box.querySelector(".prose");
    var cut = Math.max(LEAST_PX, Math.round(window.innerHeight * CUT));
    var isLong = prose.scrollHeight > cut * WORTH;
    box.querySelector(".reading-more").hidden = !isLong;
    setFolded(box, isLong);
  }

  function toggleFold(box) {
    var folded = !box.classList.contains("is-folded");
    setFolded(box, folded);
    if (folded) {
      // What was read last is gone from the page; its beginning must not be.
      var start = box.closest(".response, .prompt") || box;
      if (start.getBoundingClientRect().top < 0) { start.scrollIntoView({ block: "start" }); }
    } else {
      // The button has moved to the end of the text; the reader has not.
      var prose = box.querySelector(".prose");
      prose.setAttribute("tabindex", "-1");
      prose.focus({ preventScroll: true });
    }
  }

  // What scrolls by itself is a stop for the keyboard; what fits is none.

  function fitScrollers() {
    all(".prose pre, .prose .table-scroll, .prose .formula, .prose p").forEach(function (one) {
      if (one.scrollWidth > one.clientWidth + 1) {
        one.setAttribute("tabindex", "0");
      } else {
        one.removeAttribute("tabindex");
      }
    });
  }

  // Responses side by side, scrolled together by the share of each that has been read

  var expected = new Map();

  function onScroll(event) {
    var one = event.currentTarget;
    if (Math.abs((expected.get(one) || -9) - one.scrollTop) < 2) {
      expected.delete(one);
      return;
    }
    var range = one.scrollHeight - one.clientHeight;
    var share = range > 0 ? one.scrollTop / range : 0;
    all(".scroll-together .response .prose").forEach(function (other) {
      if (other !== one) {
        var top = Math.round(share * (other.scrollHeight - other.clientHeight));
        if (Math.abs(other.scrollTop - top) >= 2) {
          expected.set(other, top);
          other.scrollTop = top;
        }
      }
    });
  }

  function setTogether(on) {
    var responses = document.querySelector(".responses");
    var button = document.querySelector("[data-together]");
    if (!responses || !button) { return; }
    responses.classList.toggle("scroll-together", on);
    button.setAttribute("aria-pressed", String(on));
    all(".response .prose", responses).forEach(function (prose) {
      prose.removeEventListener("scroll", onScroll);
      if (on) {
        prose.addEventListener("scroll", onScroll, { passive: true });
        prose.setAttribute("tabindex", "0");
        prose.setAttribute("role", "group");
        prose.setAttribute("aria-labelledby", prose.closest(".response").getAttribute("aria-labelledby"));
      } else {
        ["tabindex", "role", "aria-labelledby"].forEach(function (name) { prose.removeAttribute(name); });
        prose.scrollTop = 0;
      }
    });
    all(".response [data-fold]", responses).forEach(on ? function (box) {
      box.querySelector(".reading-more").hidden = true;
      setFolded(box, false);
    } : offerFold);
  }

  function start() {
    var tools = document.querySelector(".reading-tools");
    all("details.turn-system").forEach(function (system) {
      system.open = !remembered(SYSTEM_FOLDED);
      system.addEventListener("toggle", function () { remember(SYSTEM_FOLDED, !system.open); });
    });
    all("[data-fold]").forEach(offerFold);
    if (tools) {
      tools.hidden = false;
      if (remembered(TOGETHER) && SIDE_BY_SIDE.matches) { setTogether(true); }
    }
    fitScrollers();
  }

  document.addEventListener("click", function (event) {
    var more = event.target.closest(".reading-more button");
    if (more) { toggleFold(more.closest("[data-fold]")); }
    if (event.target.closest("[data-together]")) {
      setTogether(!isTogether());
      remember(TOGETHER, isTogether());
    }
  });

  // Nobody's focus may lie in what is folded away.
  document.addEventListener("focusin", function (event) {
    var box = event.target.closest && event.target.closest(".is-folded");
    if (box && event.target.closest(".prose")) { setFolded(box, false); }
  });

  SIDE_BY_SIDE.addEventListener("change", function () {
    setTogether(SIDE_BY_SIDE.matches && remembered(TOGETHER));
  });
  window.addEventListener("resize", fitScrollers);
  document.addEventListener("htmx:afterSwap", start);
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
