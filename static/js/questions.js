// Questions that wait for an answer on the same page: shown and switched on as soon as it is given.
(function () {
  "use strict";

  var form = document.getElementById("questions-form");
  if (!form) {
    return;
  }
  var waiting = Array.prototype.slice.call(form.querySelectorAll("fieldset[data-show-if]"));

  function chosen(key) {
    var fieldset = form.querySelector('fieldset[data-question="' + key + '"]');
    if (!fieldset || fieldset.disabled) {
      return [];
    }
    return Array.prototype.map.call(
      fieldset.querySelectorAll("input:checked"), function (input) { return input.value; }
    );
  }

  function matches(condition) {
    return condition.split(";").filter(Boolean).every(function (part) {
      var pieces = part.split("=");
      // "Prefer not to say" stands alone, whatever else is ticked.
      var now = chosen(pieces[0]);
      return now.indexOf("") < 0 && pieces[1].split(",").some(function (key) {
        return now.indexOf(key) >= 0;
      });
    });
  }

  // In the order of the page: a question may wait for one that waits itself.
  function update() {
    waiting.forEach(function (fieldset) {
      var isAsked = matches(fieldset.dataset.showIf);
      fieldset.disabled = !isAsked;
      fieldset.hidden = !isAsked;
    });
  }

  form.addEventListener("change", update);
  update();
})();
