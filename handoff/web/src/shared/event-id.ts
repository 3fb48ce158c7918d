/** Ids of events, `<milliseconds>-<sequence>`: they order a conversation. */

/** True if the event `id` came after `other`. */
export function isAfter(id: string, other: string): boolean {
  const [ms = 0, seq = 0] = id.split("-").map(Number);
  const [otherMs = 0, otherSeq = 0] = other.split("-").map(Number);
  return ms === otherMs ? seq > otherSeq : ms > otherMs;
}

/** The later of two ids, either of which may be missing. */
export function later<T extends string | null>(one: T, other: T): T {
  if (one === null || other === null) return one ?? other;
  return isAfter(one, other) ? one : other;
}
