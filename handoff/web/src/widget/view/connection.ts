/** "Connecting…" / "Reconnecting…", shown only when it takes long enough to matter. */
import { TEXT } from "../text";
import { h, setText } from "./dom";

const SHOW_AFTER_MS = 800;

export class ConnectionNotice {
  readonly element = h("p", { class: "connection", role: "status" });
  private timer = 0;
  private wasConnected = false;

  update(connected: boolean): void {
    if (connected) {
      this.wasConnected = true;
      clearTimeout(this.timer);
      this.timer = 0;
      setText(this.element, "");
    } else if (!this.timer) {
      const text = this.wasConnected ? TEXT.reconnecting : TEXT.connecting;
      this.timer = window.setTimeout(() => setText(this.element, text), SHOW_AFTER_MS);
    }
  }
}
