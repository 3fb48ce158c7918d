/** Times and durations in the applications' language. */

const LOCALE = "en-GB";
const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(LOCALE, { weekday: "long", day: "numeric", month: "long" });
const full = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "medium" });

/** "14:05" */
export const clockTime = (ms: number): string => clock.format(ms);

/** "Friday 21 November, 14:05:09", for titles. */
export const fullTime = (ms: number): string => full.format(ms);

/** A key that is equal for two times of the same local day. */
export const dayKey = (ms: number): string => new Date(ms).toDateString();

/** "Today", "Yesterday" or "Monday 17 November". */
export function dayName(ms: number, now: number): string {
  if (dayKey(ms) === dayKey(now)) return "Today";
  if (dayKey(ms) === dayKey(now - 86_400_000)) return "Yesterday";
  return day.format(ms);
}

/** "14:05" today, else "Yesterday 14:05" or "Monday 17 November 14:05". */
export function dayAndTime(ms: number, now: number): string {
  return dayKey(ms) === dayKey(now) ? clockTime(ms) : `${dayName(ms, now)} ${clockTime(ms)}`;
}

/** "0:42", "12:05" or "1:02:33": how long it is since `since`. */
export function elapsed(since: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** "42 seconds", "12 minutes" or "1 hour 2 minutes": the same for screen readers. */
export function elapsedInWords(since: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  const words = (n: number, unit: string) => `${n} ${unit}${n === 1 ? "" : "s"}`;
  if (seconds < 60) return words(seconds, "second");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return words(minutes, "minute");
  return `${words(Math.floor(minutes / 60), "hour")} ${words(minutes % 60, "minute")}`;
}
