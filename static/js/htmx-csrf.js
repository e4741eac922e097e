// Gives every request that htmx sends Django's CSRF token. The token comes from the page's head:
// the content security policy allows no inline attributes that would be scripts.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token) {
    event.detail.headers["X-CSRFToken"] = token.content;
  }
});
