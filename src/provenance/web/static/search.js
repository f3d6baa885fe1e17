// The keys of the page Search. Without this file the page works with links and Tab.
"use strict";
(() => {
  const box = document.getElementById("q");
  const links = () => [...document.querySelectorAll("#results a.goes")];
  const isTyping = (element) => element.matches("input, select, textarea, [contenteditable]");

  function go(step) {
    const all = links();
    if (!all.length) return false;
    const at = all.indexOf(document.activeElement);
    if (at + step < 0) box.focus();
    else all[Math.min(at + step, all.length - 1)].focus();
    return true;
  }

  // results that come while one walks them take the place of those before: stay at the same one
  let place = -1;
  document.addEventListener("htmx:beforeSwap", () => {
    place = links().indexOf(document.activeElement);
  });
  document.addEventListener("htmx:afterSwap", () => {
    const all = links();
    if (place >= 0) (all[Math.min(place, all.length - 1)] || box).focus();
    place = -1;
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const inBox = event.target === box;
    const inField = isTyping(event.target);
    if (event.key === "/" && !inField) {
      box.focus();
      box.select();
    } else if (event.key === "Escape" && !inField && document.activeElement !== document.body) {
      box.focus();
    } else if (event.key === "ArrowDown" && (inBox || !inField) || event.key === "j" && !inField) {
      if (inBox ? !links().length : !go(1)) return;
      if (inBox) links()[0].focus();
    } else if ((event.key === "ArrowUp" || event.key === "k") && !inField) {
      if (!links().includes(document.activeElement)) return;
      go(-1);
    } else return;
    event.preventDefault();
  });
})();
