// The picture that a text section names, shown beside its name: which of them is meant is hard to tell by names alone.

const CHOICES = "[data-list=content-figures] select[data-field=name]";
const stored = document.getElementById("stored-pictures")?.content.children ?? [];
const pictures = new Map([...stored].map((picture) => [picture.dataset.name, picture]));

/** Show what a field names; nothing if no such picture is stored. */
function show(choice) {
  const group = choice.closest(".govuk-form-group");
  const shown = group.querySelector("img");
  if (shown?.dataset.name === choice.value) return;
  shown?.remove();
  const picture = pictures.get(choice.value);
  if (picture) group.append(document.importNode(picture));
}

function showAll() {
  document.querySelectorAll(CHOICES).forEach(show);
}

document.addEventListener("input", ({ target }) => {
  if (target.matches(CHOICES)) show(target);
});
document.addEventListener("pw:rows", showAll);
document.addEventListener("pw:redrawn", showAll);
showAll();
