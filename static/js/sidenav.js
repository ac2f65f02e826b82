// Scrolls the list of sections beside a section to that section, where the list scrolls within itself.

const list = document.querySelector('[data-module="pw-beside"]');
const current = list.querySelector("[aria-current]");

if (current) list.scrollTop = current.offsetTop - list.clientHeight / 3;
