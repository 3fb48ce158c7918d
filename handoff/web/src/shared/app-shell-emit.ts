/** Events that elements send up through shadow roots. */

/** A short message that goes away by itself; the detail of `say`. */
export interface Toast {
  text: string;
  variant: "success" | "warning" | "danger" | "neutral";
}

/** Dispatches `name` so that every element around `from` hears it. */
export function emit(from: HTMLElement, name: string, detail?: unknown): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

/** Asks the application's frame for a toast. */
export function say(from: HTMLElement, text: string, variant: Toast["variant"]): void {
  emit(from, "say", { text, variant } satisfies Toast);
}
