// A sentence with a number in it, in the form that the page's language has for that number. The
// element carries one attribute for each of the language's plural categories, as the template tag
// `plural_samples` fills them: data-waiting-one, data-waiting-few, data-waiting-other and so on,
// with {n} where the number goes.
(() => {
  const language = document.documentElement.lang || "en";
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);

  window.variorumCounted = (element, name, number) => {
    const form = (category) => element.dataset[`${name}${category[0].toUpperCase()}${category.slice(1)}`];
    const sentence = form(rules.select(number)) ?? form("other") ?? "";
    return sentence.replace("{n}", numbers.format(number));
  };
})();
