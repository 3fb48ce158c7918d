/** What a customer who waits is told: the place, the wait, whether anybody is there. */
import type { ConversationState } from "../shared/protocol";

const MINUTE_S = 60;
const HOUR_S = 3600;
const WEEK_MS = 6 * 86_400_000;
/** The widget speaks English: names of days as well. */
const LOCALE = "en-GB";
const CLOCK = { hour: "2-digit", minute: "2-digit" } as const;

/** "about 4 minutes": the estimate of the gateway, which is rounded up already. */
export function waitWords(seconds: number): string {
  if (seconds < MINUTE_S) return "less than a minute";
  if (seconds >= 2 * HOUR_S) return `more than ${Math.floor(seconds / HOUR_S)} hours`;
  if (seconds > HOUR_S) return "more than an hour";
  const minutes = Math.ceil(seconds / MINUTE_S);
  return minutes === 1 ? "about a minute" : `about ${minutes} minutes`;
}

/** "at 09:00" today, "Monday 09:00" this week, "Monday 4 January 09:00" later. */
export function openingTime(opensAt: number, now: number): string {
  const sameDay = new Date(opensAt).toDateString() === new Date(now).toDateString();
  const days = sameDay ? {} : ({ weekday: "long" } as const);
  const date = opensAt - now > WEEK_MS ? ({ day: "numeric", month: "long" } as const) : {};
  const when = new Intl.DateTimeFormat(LOCALE, { ...days, ...date, ...CLOCK }).format(opensAt);
  return sameDay ? `at ${when}` : when;
}

/** For the header: what the customer waits for, and how long. */
export function waitingLine(state: ConversationState): string {
  if (state.message_left) return "Your message waits for a colleague";
  const { position, wait_s } = state;
  const place = position === null ? "" : ` — you are number ${position}`;
  if (state.availability === "closed") return `We are closed right now${place}`;
  if (state.availability === "nobody") return `Nobody is there right now${place}`;
  const wait = typeof wait_s === "number" ? `, ${waitWords(wait_s)}` : "";
  return `Waiting for a colleague${place}${wait}`;
}

/** Beside the buttons: what the customer can do meanwhile. */
export function waitingHint(state: ConversationState, now: number): string {
  if (state.message_left) return "You can close this page: we answer to the address you left.";
  if (state.availability === "closed") {
    const until = state.opens_at ? `We open ${openingTime(state.opens_at, now)}. ` : "";
    return `${until}You can wait here or leave a message.`;
  }
  if (state.availability === "nobody") return "You can wait here or leave a message.";
  return "You can go on writing meanwhile.";
}
