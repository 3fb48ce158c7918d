/** The agent's heartbeat: as long as it beats, the agent keeps their conversations. */

const EVERY_MS = 10_000;

/** Calls `beat` every ten seconds, and at once when the page is looked at again; returns the stop. */
export function startHeartbeat(beat: () => void): () => void {
  const timer = setInterval(beat, EVERY_MS);
  const shown = () => document.hidden || beat();
  document.addEventListener("visibilitychange", shown);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", shown);
  };
}
