/**
 * Serves every `<wa-icon>` from the page's own `icons.svg`, so that no icon is fetched from elsewhere.
 *
 * Both of Web Awesome's libraries are replaced: `default` would ask a CDN, and `system` (used inside
 * its components) answers with `data:` addresses, which `connect-src 'self'` refuses to fetch.
 *
 * Every icon gets a square view box: an `<svg>` without one is 300 px wide whatever it shows, and takes
 * the clicks meant for the buttons beside it.
 */
import { registerIconLibrary } from "@awesome.me/webawesome/dist/components/icon/library.js";

/** Call once, before the first `<wa-icon>` is rendered. Names are the ids in `icons.svg`. */
export function useLocalIcons(): void {
  const sprite = new URL("icons.svg", document.baseURI).pathname;
  for (const library of ["default", "system"]) {
    registerIconLibrary(library, {
      resolver: (name) => `${sprite}#${name}`,
      spriteSheet: true,
      mutator: (svg) => svg.setAttribute("viewBox", "0 0 24 24"),
    });
  }
}
