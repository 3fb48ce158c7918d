/** One element for each entry of the transcript. */
import type { ConversationEvent, SaidEvent } from "../../shared/protocol";
import { richHtml } from "../../shared/rich-html";
import { errorText, noticeText, sourcesLabel, TEXT } from "../text";
import type { Entry, Outgoing } from "../transcript";
import { h, setText } from "./dom";

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** A message of the transcript, or one on its way there. */
type Said = Omit<SaidEvent, "id" | "type">;
type OnRetry = (outgoing: Outgoing) => void;

/** Draws an entry; `onRetry` is called for an outgoing message that failed. */
export function draw(entry: Entry, onRetry: OnRetry): HTMLElement {
  const { event, outgoing } = entry;
  if (event && event.type !== "message") return notice(event);
  const element = message(event ?? { role: "customer", ...outgoing });
  markDelivery(element, entry, onRetry);
  return element;
}

/**
 * Brings the line under an own message up to date. The element stays, as a screen reader would
 * read a new one aloud.
 */
export function markDelivery(element: HTMLElement, { outgoing }: Entry, onRetry: OnRetry): void {
  const delivery = outgoing?.delivery ?? "sent";
  if (element.dataset["delivery"] === delivery) return;
  element.dataset["delivery"] = delivery;
  element.querySelector(".delivery")?.remove();
  if (delivery === "sending") element.append(h("p", { class: "delivery" }, TEXT.sending));
  if (outgoing && delivery === "failed") element.append(failure(outgoing, onRetry));
}

/** Says under an own message what became of it. Not aloud: it would be heard after every message. */
export function markReceipt(element: HTMLElement, receipt: string): void {
  const line = element.querySelector(".receipt");
  if (!receipt) line?.remove();
  else if (line) setText(line, receipt);
  else element.append(h("p", { class: "receipt", "aria-live": "off" }, receipt));
}

function failure(outgoing: Outgoing, onRetry: OnRetry): HTMLElement {
  const retry = { type: "button", class: "link", onclick: () => onRetry(outgoing) };
  const reason = `${errorText(outgoing.refused ?? "internal")} `;
  return h("p", { class: "delivery" }, reason, h("button", retry, TEXT.retry));
}

function senderName(said: Said): string {
  if (said.role === "customer") return TEXT.you;
  if (said.role === "bot") return TEXT.assistant;
  return said.name ?? TEXT.colleague;
}

function message(said: Said): HTMLElement {
  const element = frame(said, body(said));
  if (said.sources?.length) {
    const titles = said.sources.map((source) => source.title);
    element.append(h("p", { class: "sources" }, sourcesLabel(titles)));
  }
  return element;
}

function frame(said: Said, content: HTMLElement): HTMLElement {
  const name = senderName(said);
  const when = new Date(said.at);
  const time = h("time", { datetime: when.toISOString() }, TIME.format(when));
  return h(
    "article",
    { class: `message ${said.role}`, "aria-label": name, "data-sender": name },
    h("p", { class: "label" }, h("span", {}, name), time),
    content,
  );
}

/** The bot's answers are HTML the gateway has sanitised; what people write is only ever text. */
function body(said: Said): HTMLElement {
  const bubble = h("div", { class: "bubble", dir: "auto" });
  if (said.role !== "bot" || said.html === undefined) bubble.textContent = said.text;
  else bubble.innerHTML = richHtml(said.html);
  return bubble;
}

function notice(event: Exclude<ConversationEvent, { type: "message" }>): HTMLElement {
  return h("p", { class: "notice", "data-notice": event.type }, noticeText(event));
}
