// Where two responses differ, word by word: marked in place, and as one text with both readings.
// Words are what the browser's own segmentation finds, in any script.
(function () {
  "use strict";

  // Beyond so many differences two texts have nothing to be set side by side.
  var MOST_EDITS = 3000;
  // Words in common that stand alone between long differences are chance.
  var SHORTEST_COMMON = 3;
  var HARDLY = 0.1;

  function tokens(text, language) {
    var found = [];
    if (window.Intl && Intl.Segmenter) {
      var segmenter;
      try {
        segmenter = new Intl.Segmenter(language || undefined, { granularity: "word" });
      } catch (_unknownLanguage) {
        segmenter = new Intl.Segmenter(undefined, { granularity: "word" });
      }
      for (var piece of segmenter.segment(text)) {
        if (piece.segment.trim()) {
          found.push({ text: piece.segment, start: piece.index, isWord: piece.isWordLike });
        }
      }
      return found;
    }
    for (var match of text.matchAll(/[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu)) {
      found.push({ text: match[0], start: match.index, isWord: /[\p{L}\p{N}]/u.test(match[0]) });
    }
    return found;
  }

  // Myers, "An O(ND) Difference Algorithm and Its Variations", 1986: pairs of places at which the
  // two lists agree along a shortest path of edits; null where that takes more than MOST_EDITS.
  function agreements(a, b) {
    var n = a.length, m = b.length, most = Math.min(n + m, MOST_EDITS);
    var reached = new Int32Array(2 * most + 3), middle = most + 1, trace = [];
    for (var d = 0; d <= most; d++) {
      trace.push(reached.slice(middle - d - 1, middle + d + 2));
      for (var k = -d; k <= d; k += 2) {
        var down = k === -d || (k !== d && reached[middle + k - 1] < reached[middle + k + 1]);
        var x = down ? reached[middle + k + 1] : reached[middle + k - 1] + 1;
        while (x < n && x - k < m && a[x] === b[x - k]) { x++; }
        reached[middle + k] = x;
        if (x >= n && x - k >= m) { return walkBack(trace, n, m); }
      }
    }
    return null;
  }

  function walkBack(trace, x, y) {
    var pairs = [];
    for (var d = trace.length - 1; d >= 0; d--) {
      var reached = trace[d], k = x - y, middle = d + 1;
      var down = k === -d || (k !== d && reached[middle + k - 1] < reached[middle + k + 1]);
      var previous = k + (down ? 1 : -1);
      var fromX = d ? reached[middle + previous] : 0, fromY = d ? fromX - previous : 0;
      while (x > fromX && y > fromY) { x--; y--; pairs.push([x, y]); }
      x = fromX; y = fromY;
    }
    return pairs.reverse();
  }

  // Runs, alternately what both have and what each has by itself: {same, a: [from, to], b: …}.
  function runs(a, b) {
    var start = 0, end = 0, least = Math.min(a.length, b.length);
    while (start < least && a[start] === b[start]) { start++; }
    while (end < least - start && a[a.length - 1 - end] === b[b.length - 1 - end]) { end++; }
    var inner = agreements(a.slice(start, a.length - end), b.slice(start, b.length - end)) || [];
    var pairs = [];
    for (var i = 0; i < start; i++) { pairs.push([i, i]); }
    inner.forEach(function (pair) { pairs.push([pair[0] + start, pair[1] + start]); });
    for (var j = end; j > 0; j--) { pairs.push([a.length - j, b.length - j]); }
    return joined(grouped(pairs, a.length, b.length));
  }

  function grouped(pairs, n, m) {
    var found = [], x = 0, y = 0;
    pairs.concat([[n, m]]).forEach(function (pair) {
      if (pair[0] > x || pair[1] > y) { found.push({ same: false, a: [x, pair[0]], b: [y, pair[1]] }); }
      if (pair[0] < n) {
        var last = found[found.length - 1];
        if (last && last.same) { last.a[1]++; last.b[1]++; } else {
          found.push({ same: true, a: [pair[0], pair[0] + 1], b: [pair[1], pair[1] + 1] });
        }
      }
      x = pair[0] + 1; y = pair[1] + 1;
    });
    return found;
  }

  function size(run) {
    return run.a[1] - run.a[0] + (run.b[1] - run.b[0]);
  }

  function joined(found) {
    var result = [];
    found.forEach(function (run, index) {
      var last = result[result.length - 1], next = found[index + 1];
      var isChance = run.same && last && !last.same && next && size(run) < 2 * SHORTEST_COMMON
        && size(last) > 2 * size(run) && size(next) > 2 * size(run);
      if (last && !last.same && (isChance || !run.same)) {
        last.a[1] = run.a[1]; last.b[1] = run.b[1];
      } else {
        result.push({ same: run.same, a: run.a.slice(), b: run.b.slice() });
      }
    });
    return result;
  }

  function textNodes(prose) {
    var walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT), nodes = [], at = 0;
    while (walker.nextNode()) {
      nodes.push({ node: walker.currentNode, start: at });
      at += walker.currentNode.data.length;
    }
    return nodes;
  }

  // Ranges of the page for the characters from `start` to `end`, one for each piece of text.
  function ranges(nodes, start, end) {
    return nodes.filter(function (one) {
      return one.start < end && one.start + one.node.data.length > start;
    }).map(function (one) {
      var range = new Range();
      range.setStart(one.node, Math.max(0, start - one.start));
      range.setEnd(one.node, Math.min(one.node.data.length, end - one.start));
      return range;
    });
  }

  function reading(prose) {
    var text = prose.textContent;
    var list = tokens(text, prose.lang);
    return {
      nodes: textNodes(prose),
      tokens: list,
      words: list.map(function (token) { return token.text; }),
      // The text of a run, with the spaces behind its words.
      slice: function (run) {
        var to = run[1] < list.length ? list[run[1]].start : text.length;
        return run[0] < run[1] ? text.slice(list[run[0]].start, to) : "";
      },
      bounds: function (run) {
        var last = list[run[1] - 1];
        return [list[run[0]].start, last.start + last.text.length];
      },
      count: function (run) {
        return list.slice(run[0], run[1]).filter(function (token) { return token.isWord; }).length;
      },
    };
  }

  function markInPlace(readings, found) {
    if (!window.CSS || !CSS.highlights) { return; }
    var marked = [];
    found.forEach(function (run) {
      [[readings[0], run.a], [readings[1], run.b]].forEach(function (side) {
        if (!run.same && side[1][0] < side[1][1]) {
          var bounds = side[0].bounds(side[1]);
          marked.push.apply(marked, ranges(side[0].nodes, bounds[0], bounds[1]));
        }
      });
    });
    CSS.highlights.set("difference", new Highlight(...marked));
  }

  function only(panel, letter, text) {
    var element = document.createElement("span");
    element.className = "only-" + letter.toLowerCase();
    element.dataset.letter = letter;
    element.append(
      hidden(" " + panel.dataset.only.replace("{letter}", letter) + " "),
      text.trimEnd(),
      hidden(" (" + panel.dataset.end + ")")
    );
    return [element, text.slice(text.trimEnd().length)];
  }

  function hidden(text) {
    var element = document.createElement("span");
    element.className = "visually-hidden";
    element.textContent = text;
    return element;
  }

  function fill(panel, readings, found) {
    var a = readings[0], b = readings[1], counts = { both: 0, a: 0, b: 0 };
    var place = panel.querySelector(".differences-text");
    place.replaceChildren();
    found.forEach(function (run) {
      if (run.same) {
        counts.both += a.count(run.a);
        place.append(a.slice(run.a));
        return;
      }
      counts.a += a.count(run.a);
      counts.b += b.count(run.b);
      if (run.a[0] < run.a[1]) { place.append(...only(panel, "A", a.slice(run.a))); }
      if (run.a[0] < run.a[1] && run.b[0] < run.b[1]) { place.append(" "); }
      if (run.b[0] < run.b[1]) { place.append(...only(panel, "B", b.slice(run.b))); }
    });
    var isEqual = found.every(function (run) { return run.same; });
    var isApart = !isEqual && counts.both < HARDLY * (counts.both + Math.max(counts.a, counts.b));
    var numbers = new Intl.NumberFormat(document.documentElement.lang || undefined);
    var said = panel.dataset.counts.replace(/\{(both|a|b)\}/g, function (_all, name) {
      return numbers.format(counts[name]);
    });
    if (isEqual) { said = panel.dataset.equal; }
    if (isApart) { said += " " + panel.dataset.apart; }
    panel.querySelector(".differences-counts").textContent = said;
  }

  function setShown(button, panel, shown) {
    button.setAttribute("aria-expanded", String(shown));
    panel.hidden = !shown;
    if (!shown) {
      if (window.CSS && CSS.highlights) { CSS.highlights.delete("difference"); }
      return;
    }
    var proses = document.querySelectorAll(".response .prose");
    var readings = [reading(proses[0]), reading(proses[1])];
    var found = runs(readings[0].words, readings[1].words);
    fill(panel, readings, found);
    markInPlace(readings, found);
    panel.focus({ preventScroll: true });
    panel.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-differences]");
    var panel = button && document.getElementById("differences");
    if (panel) { setShown(button, panel, panel.hidden); }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target && event.detail.target.id === "stage" && window.CSS && CSS.highlights) {
      CSS.highlights.delete("difference");
    }
  });

  // For tests of the comparison by itself.
  window.variorumDifferences = { agreements: agreements, runs: runs, tokens: tokens };
})();
