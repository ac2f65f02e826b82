// Closes an open menu of the header on Escape and on a click elsewhere; without it the menu still opens and closes.

const menus = document.querySelectorAll('[data-module="pw-menu"]');

function close(menu, { focus }) {
  if (!menu.open) return;
  menu.open = false;
  if (focus) menu.querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menus.forEach((menu) => close(menu, { focus: menu.contains(document.activeElement) }));
});

document.addEventListener("click", (event) => {
  menus.forEach((menu) => {
    if (!menu.contains(event.target)) close(menu, { focus: false });
  });
});
