/** Listeners outside of an element's own tree, for as long as the element is on the page. */

import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Has `target` (the window, the document, a media query) call `listener` while the host is connected. */
export class Listen<E extends Event> implements ReactiveController {
  constructor(
    host: ReactiveControllerHost,
    private readonly target: EventTarget,
    private readonly type: string,
    private readonly listener: (event: E) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.target.addEventListener(this.type, this.listener as EventListener);
  }

  hostDisconnected(): void {
    this.target.removeEventListener(this.type, this.listener as EventListener);
  }
}
