/** The articles behind the gateway's REST interface. */

import type { Article, SearchAnswer } from "../shared/protocol";
import { request } from "../shared/rest";

export type Status = Article["status"];

/** What an editor writes of an article. */
export interface Content {
  title: string;
  variants: string[];
  text: string;
  tags: string[];
  status: Status;
  /** A BCP 47 tag; null leaves the article's own, or the base's for a new one. */
  language: string | null;
}

/** A page of a list; `total` counts all that match. */
export interface Page {
  articles: Article[];
  total: number;
}

const at = (id: string): string => `/api/articles/${encodeURIComponent(id)}`;

export function listArticles(q: string, status: Status | "", limit: number, offset = 0): Promise<Page> {
  const query = new URLSearchParams({ limit: String(limit), offset: String(offset) });
  if (q) query.set("q", q);
  if (status) query.set("status", status);
  return request<Page>("GET", `/api/articles?${query}`);
}

export const getArticle = (id: string): Promise<Article> => request("GET", at(id));

export const createArticle = (id: string, content: Content): Promise<Article> =>
  request("POST", "/api/articles", { id, ...content });

/** Stores `content` over revision `revision`; refused with `conflict` if there is a newer one. */
export const updateArticle = (id: string, revision: number, content: Content): Promise<Article> =>
  request("PUT", at(id), { ...content, revision });

export const publishArticle = (id: string): Promise<Article> => request("POST", `${at(id)}/publish`);

export const archiveArticle = (id: string): Promise<Article> => request("POST", `${at(id)}/archive`);

/** One change of an article. */
export interface Revision {
  revision: number;
  action: "created" | "updated" | "deleted" | "imported" | "restored";
  /** ISO 8601. */
  at: string;
  /** A name, `import`, or empty where it is not known. */
  author: string;
  /** Fields that differ from the revision before. */
  changed: string[];
  title: string;
  status: Status;
  /** As it was then; left out in lists. */
  article?: Article;
}

/** Which revision to bring back, and which one was the newest when that was decided. */
export interface Restore {
  revision: number;
  replaces: number;
}

/** Newest first. */
export const listRevisions = async (id: string): Promise<Revision[]> =>
  (await request<{ revisions: Revision[] }>("GET", `${at(id)}/revisions`)).revisions;

export const getRevision = (id: string, revision: number): Promise<Revision> =>
  request("GET", `${at(id)}/revisions/${revision}`);

/** Writes an old revision anew; refused with `conflict` if there is a newer one than `replaces`. */
export const restoreArticle = (id: string, restore: Restore): Promise<Article> =>
  request("POST", `${at(id)}/restore`, restore);

/** What the bot would find for a question. */
export const tryQuestion = (text: string): Promise<SearchAnswer> =>
  request("POST", "/api/try", { text });
