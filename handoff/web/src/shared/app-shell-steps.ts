/** Moving through a list with the keyboard. */

const STEPS: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_at, last) => last,
};

/** Where `key` leads from `at` in a list of `length` entries; null if it leads nowhere. */
export function step(key: string, at: number, length: number): number | null {
  return length && at >= 0 ? (STEPS[key]?.(at, length - 1) ?? null) : null;
}
