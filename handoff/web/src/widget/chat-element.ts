/** `<tandem-chat>`: puts the views together and keeps them in line with the session. */
import { later } from "../shared/event-id";
import { ChatSession } from "./session";
import { WidgetStorage } from "./storage";
import { sheet } from "./styles";
import { TEXT } from "./text";
import { Choices } from "./view/choices";
import { Composer } from "./view/composer";
import { ConnectionNotice } from "./view/connection";
import { DeskBar } from "./view/desk-bar";
import { h } from "./view/dom";
import { Header } from "./view/header";
import { Launcher } from "./view/launcher";
import { LeaveForm } from "./view/leave-form";
import { Log } from "./view/log";

/** Origin the widget's script came from; the default server. */
let scriptOrigin = location.origin;

export function setScriptOrigin(origin: string): void {
  scriptOrigin = origin;
}

/**
 * The chat, as one element. Attributes: `server`, `heading`, `greeting`, `suggestions` (separated
 * by `|`), `open`, `identity`.
 */
export class TandemChat extends HTMLElement {
  static readonly observedAttributes = ["heading", "greeting", "suggestions"];

  private storage!: WidgetStorage;
  private session!: ChatSession;
  private isOpen = false;
  private scheduled = false;

  private readonly launcher = new Launcher(() => this.toggle());
  private readonly header = new Header(() => this.close());
  private readonly connection = new ConnectionNotice();
  private readonly suggestions = new Choices(TEXT.suggestionsLabel, (text) => this.say(text));
  private readonly replies = new Choices(TEXT.repliesLabel, (text) => this.say(text));
  private readonly log = new Log(
    (outgoing) => this.session.retry(outgoing),
    this.suggestions.element,
    this.replies.element,
  );
  private readonly deskBar = new DeskBar(
    () => this.session.requestHuman(),
    () => this.session.cancelHandoff(),
    () => {
      this.leaveForm.open();
      this.update();
    },
  );
  private readonly leaveForm: LeaveForm = new LeaveForm(
    (address, text) => this.session.leaveMessage(address, text),
    () => {
      this.update();
      this.composer.textarea.focus();
    },
  );
  private readonly composer = new Composer(
    (text) => this.say(text),
    () => this.session.signalTyping(),
  );
  private readonly panel = h(
    "section",
    { class: "panel", role: "dialog", "aria-labelledby": "heading", hidden: true },
    this.header.element,
    this.connection.element,
    this.log.element,
    this.deskBar.element,
    this.leaveForm.element,
    this.composer.element,
  );

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(this.panel, this.launcher.element);
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
  }

  connectedCallback(): void {
    const server = new URL(this.getAttribute("server") ?? scriptOrigin, location.href).origin;
    this.storage = new WidgetStorage(server);
    this.session = new ChatSession(server, this.storage, () => this.schedule());
    const identity = this.getAttribute("identity");
    if (identity !== null) this.session.identify(identity);
    this.session.followOtherTabs();
    document.addEventListener("visibilitychange", this.looked);
    // A visitor who never opens the chat costs the server nothing.
    if (this.storage.session) this.session.start();
    if (this.storage.open || this.hasAttribute("open")) this.show();
    this.update();
  }

  disconnectedCallback(): void {
    document.removeEventListener("visibilitychange", this.looked);
    this.session.stop();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.schedule();
  }

  /** Opens the panel and moves the focus to the composer. */
  open(): void {
    this.storage.open = true;
    this.show();
    this.update();
    this.log.toEnd();
    this.composer.textarea.focus();
  }

  /** Closes the panel and gives the focus back to the launcher. */
  close(): void {
    this.storage.open = false;
    this.isOpen = false;
    this.panel.hidden = true;
    this.update();
    this.launcher.element.focus();
  }

  /** Passes on the token with which the site vouches for the customer; empty once they leave. */
  identify(token: string): void {
    this.setAttribute("identity", token);
    if (this.isConnected) this.session.identify(token);
  }

  toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  private show(): void {
    this.isOpen = true;
    this.panel.hidden = false;
    this.session.start();
  }

  private say(text: string): void {
    this.session.say(text);
    this.composer.textarea.focus();
  }

  private readonly looked = (): void => this.schedule();

  /** Many events arrive at once after a reconnect; they are drawn together. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setTimeout(() => {
      this.scheduled = false;
      this.update();
    }, 16);
  }

  private update(): void {
    if (!this.isConnected) return;
    const { state, transcript } = this.session;
    this.header.update(this.getAttribute("heading") ?? TEXT.heading, state);
    if (this.session.started) this.connection.update(this.session.connected);
    this.deskBar.update(state, transcript.unserved);
    // Somebody is there after all: what was written stays in the form.
    if (state.owner === "agent") this.leaveForm.close();
    this.deskBar.element.hidden = this.composer.element.hidden = this.leaveForm.isOpen;
    this.suggestions.update(transcript.customerHasSpoken ? [] : this.suggestedQuestions);
    this.replies.update(this.quickReplies);
    const greeting = this.getAttribute("greeting") ?? TEXT.greeting;
    this.log.update(greeting, transcript.entries(), this.typist, this.session.receipts);
    this.session.report(this.isOpen && !document.hidden);
    this.countUnread();
  }

  private get quickReplies(): string[] {
    if (this.session.state.owner !== "bot") return [];
    return (this.session.transcript.openQuestion?.buttons ?? []).map(({ title }) => title);
  }

  private get suggestedQuestions(): string[] {
    const attribute = this.getAttribute("suggestions");
    const titles = attribute === null ? [...TEXT.suggestions] : attribute.split("|");
    return titles.map((title) => title.trim()).filter(Boolean);
  }

  private get typist(): string {
    const { typing, state } = this.session;
    if (typing === "agent") return state.agent_name ?? TEXT.colleague;
    return typing === "bot" ? TEXT.assistant : "";
  }

  private countUnread(): void {
    const { transcript, seen } = this.session;
    if (this.isOpen && transcript.cursor) this.storage.seen = transcript.cursor;
    // It may have been read on another device.
    const read = later(this.storage.seen, seen.customer.read ?? "0-0");
    this.launcher.update(this.isOpen, this.isOpen ? 0 : transcript.unread(read));
  }
}
