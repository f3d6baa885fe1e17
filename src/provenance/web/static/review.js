// Takes the words that are selected in the copy's text into the form. Without this file they are pasted.
"use strict";
(() => {
  const text = document.getElementById("copy-text");
  const take = document.getElementById("take");
  const passage = document.getElementById("passage");
  if (!text || !take || !passage) return;
  for (const each of document.querySelectorAll(".with-script")) each.hidden = false;

  const selected = () => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) return "";
    return selection.toString().trim();
  };
  document.addEventListener("selectionchange", () => { take.disabled = !selected(); });
  // pressing the button must not end the selection before it is read
  take.addEventListener("mousedown", (event) => event.preventDefault());
  take.addEventListener("click", () => {
    const words = selected();
    if (!words) return;
    passage.value = words.slice(0, passage.maxLength);
    document.getElementById("chosen").checked = true;
    passage.focus();
  });
})();
