// The form's buttons and keys for saving: they save at once what is not saved yet, and go on. Where the page cannot
// save by itself, the form is sent whole.

import { reveal } from "planwright/reveal";

/** Let the buttons of a form, Ctrl+S and Ctrl+Enter save by `saving`. */
export function startButtons(saving, state) {
  const { form } = saving;
  form.addEventListener("submit", (event) => {
    const verb = event.submitter?.value ?? "";
    if (saving.problem === "plain" || (event.submitter?.name === "do" && verb !== "save")) {
      saving.isSending = true;
      return;
    }
    event.preventDefault();
    save(saving, state, { leave: verb !== "save" });
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.key.toLowerCase() === "s" && !event.shiftKey) {
      event.preventDefault();
      if (saving.problem === "plain") form.requestSubmit(form.querySelector('[name="do"][value="save"]'));
      else save(saving, state, { leave: false });
    } else if (event.key === "Enter" && form.contains(event.target)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector(".pw-actionbar .govuk-button"));
    }
  });
}

async function save(saving, state, { leave }) {
  const isDone = await saving.flush();
  state.mark();
  if (isDone && leave) location.assign(state.box.dataset.readUrl);
  else if (isDone) state.tell(state.words.textContent);
  else if (saving.refused.size) reveal(saving.hasClash ? document.querySelector("#clashes h2") : state.firstFault());
  else state.tell(state.words.textContent);
}
