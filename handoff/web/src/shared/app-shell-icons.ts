/** The page's own icons, each in a square box. */

import {
  getIconLibrary,
  registerIconLibrary,
} from "@awesome.me/webawesome/dist/components/icon/library.js";
import { useLocalIcons } from "./icons";

/**
 * Call once, before the first `<wa-icon>` is rendered.
 *
 * An `<svg>` without a view box is 300 px wide whatever it shows, and takes the clicks meant for
 * the buttons beside it.
 */
export function useSquareIcons(): void {
  useLocalIcons();
  for (const name of ["default", "system"]) {
    const library = getIconLibrary(name);
    if (!library) continue;
    registerIconLibrary(name, {
      ...library,
      mutator: (svg) => svg.setAttribute("viewBox", "0 0 24 24"),
    });
  }
}
