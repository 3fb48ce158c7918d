/** Desktop notifications for chats that wait while the page is not looked at; off until asked for. */

const REMEMBER = "tandem.notify";

export type NotifyState = "unsupported" | "off" | "on" | "blocked";

export class Notifier {
  get state(): NotifyState {
    if (!("Notification" in window)) return "unsupported";
    if (Notification.permission === "denied") return "blocked";
    const wanted = localStorage.getItem(REMEMBER) === "yes";
    return Notification.permission === "granted" && wanted ? "on" : "off";
  }

  /** Turns notifications on or off; asks the browser the first time. Call from a click. */
  async toggle(): Promise<NotifyState> {
    if (this.state === "on") localStorage.removeItem(REMEMBER);
    else if (this.state === "off" && (await Notification.requestPermission()) === "granted") {
      localStorage.setItem(REMEMBER, "yes");
    }
    return this.state;
  }

  show(title: string, body: string, tag: string): void {
    if (this.state !== "on" || !document.hidden) return;
    const notification = new Notification(title, { body, tag });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
  }
}
