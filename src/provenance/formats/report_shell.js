"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const names = ["auto", "light", "dark"];
  const remembered = () => { try { return localStorage.getItem("provenance-theme"); } catch { return null; } };
  const remember = (name) => { try { localStorage.setItem("provenance-theme", name); } catch { /* a file may have no storage */ } };
  const use = (name) => {
    if (name === "auto") delete root.dataset.theme; else root.dataset.theme = name;
    for (const button of document.querySelectorAll("[data-theme-switch]")) button.textContent = `Theme: ${name}`;
  };
  let now = names.includes(remembered()) ? remembered() : "auto";
  use(now);
  window.switchTheme = () => { now = names[(names.indexOf(now) + 1) % names.length]; use(now); remember(now); };
  for (const button of document.querySelectorAll("[data-theme-switch]")) button.addEventListener("click", window.switchTheme);
})();
