/** One clock for all elements that show a time going by. */

import type { ReactiveController, ReactiveControllerHost } from "lit";

const hosts = new Set<ReactiveControllerHost>();
let timer = 0;

/** Redraws its host every second while it is on the page. */
export class Ticker implements ReactiveController {
  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected(): void {
    hosts.add(this.host);
    timer ||= window.setInterval(() => hosts.forEach((host) => host.requestUpdate()), 1000);
  }

  hostDisconnected(): void {
    hosts.delete(this.host);
    if (hosts.size) return;
    clearInterval(timer);
    timer = 0;
  }
}
