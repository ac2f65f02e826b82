// The page on which an approver decides: unfolds the section that a link goes to, and opens the reason for a section
// beside which it is asked for. Without this module the links go to the section's fold and to its choice.

import {reveal, unfold} from "planwright/reveal";

/** Choose a section in the form that returns the plan, and go to the box for its reason. */
function askReason(link) {
  const choice = document.getElementById(link.hash.slice(1));
  choice.checked = true;
  reveal(choice.closest(".pw-reasons__one").querySelector("textarea"));
}

/** Show what the address names, where it stands in a fold. */
function showTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target?.closest("details:not([open])")) return;
  unfold(target);
  target.scrollIntoView();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-reason]");
  if (!link) return;
  event.preventDefault();
  askReason(link);
});
addEventListener("hashchange", showTarget);
showTarget();
