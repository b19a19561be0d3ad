// Before anything is painted: the theme that was chosen, if one was. See theme.ts.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem("theme");
  } catch {
    // storage may be forbidden: then the system's theme is shown
  }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
