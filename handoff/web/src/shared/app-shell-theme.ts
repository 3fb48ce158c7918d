/** Light or dark as the device asks for; Web Awesome reads it from a class of the root element. */

const dark = window.matchMedia("(prefers-color-scheme: dark)");

function apply(): void {
  document.documentElement.classList.toggle("wa-dark", dark.matches);
  document.documentElement.classList.toggle("wa-light", !dark.matches);
}

/** Applies the device's colour scheme, now and whenever it changes. */
export function followColourScheme(): void {
  apply();
  dark.addEventListener("change", apply);
}
