/** What changed between two revisions of an article, word by word. */

import { diffWordsWithSpace } from "diff";
import type { Article } from "../shared/protocol";

/** A run of words that stayed, came or went. */
export interface Piece {
  text: string;
  kind: "same" | "added" | "removed";
}

export interface Change {
  /** The field's name as the form has it. */
  label: string;
  pieces: Piece[];
}

const FIELDS: [string, (article: Article) => string][] = [
  ["Title", (article) => article.title],
  ["Question variants", (article) => article.variants.join("\n")],
  ["Answer", (article) => article.text ?? ""],
  ["Tags", (article) => article.tags.join(", ")],
  ["Status", (article) => article.status],
  ["Language", (article) => article.language ?? ""],
];

/** The fields that differ; all that have a content if there is no version before. */
export function changes(before: Article | null, after: Article): Change[] {
  return FIELDS.flatMap(([label, read]) => {
    const [old, now] = [before ? read(before) : "", read(after)];
    return old === now ? [] : [{ label, pieces: pieces(old, now) }];
  });
}

function pieces(old: string, now: string): Piece[] {
  // Past the time limit there is no difference: then the whole went and the whole came.
  const found = diffWordsWithSpace(old, now, { timeout: 500 });
  if (!found) {
    return [
      { text: old, kind: "removed" },
      { text: now, kind: "added" },
    ];
  }
  return found.map(({ value, added, removed }) => ({
    text: value,
    kind: added ? "added" : removed ? "removed" : "same",
  }));
}
