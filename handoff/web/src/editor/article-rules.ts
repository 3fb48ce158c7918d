/** The rules an article has to keep, checked before it is sent and explained when it is refused. */

import type { Content } from "./article-api";

export type Field = "id" | "title" | "variants" | "text" | "tags" | "language";
export type FieldErrors = Partial<Record<Field, string>>;

const MAX_TITLE = 200;
const MAX_VARIANTS = 200;
const MAX_VARIANT = 500;
const MAX_TEXT = 20_000;
const MAX_TAGS = 20;
const MAX_TAG = 40;
const LANGUAGE = /^[a-z]{2,3}([-_][a-z0-9]{1,8})*$/i;
const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const WORDS: Record<Field, string> = {
  id: "Use small letters, digits and single hyphens, 80 characters at most.",
  title: `The title is missing or longer than ${MAX_TITLE} characters.`,
  variants: `There are more than ${MAX_VARIANTS} variants, or one is longer than ${MAX_VARIANT} characters.`,
  text: `The answer is missing or longer than ${MAX_TEXT.toLocaleString("en")} characters.`,
  tags: `There are more than ${MAX_TAGS} tags, or one is longer than ${MAX_TAG} characters.`,
  language: "Write a language tag, such as de, pt-BR or zh-Hant.",
};

/** An id made from a title: "Où est mon colis?" becomes "ou-est-mon-colis". */
export function proposeId(title: string): string {
  return title
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 80)
    .replace(/^-+|-+$/g, "");
}

function checkVariants(variants: string[]): string | undefined {
  if (variants.length > MAX_VARIANTS) {
    return `${variants.length} variants are too many: ${MAX_VARIANTS} at most.`;
  }
  const long = variants.findIndex((variant) => variant.length > MAX_VARIANT);
  if (long >= 0) return `Variant ${long + 1} is longer than ${MAX_VARIANT} characters.`;
  return undefined;
}

function checkTags(tags: string[]): string | undefined {
  const tooMany = tags.length > MAX_TAGS || tags.some((tag) => tag.length > MAX_TAG);
  return tooMany ? WORDS.tags : undefined;
}

/** What has to be mended before the article can be stored; empty if nothing. */
export function checkArticle(id: string, content: Content): FieldErrors {
  const { title, text } = content;
  const errors: FieldErrors = {};
  if (id.length > 80 || !ID.test(id)) errors.id = id ? WORDS.id : `The id is missing. ${WORDS.id}`;
  if (!title) errors.title = "Give the article a title: the question in a few words.";
  else if (title.length > MAX_TITLE) errors.title = WORDS.title;
  if (!text) errors.text = "Write the answer.";
  else if (text.length > MAX_TEXT) errors.text = WORDS.text;
  errors.variants = checkVariants(content.variants);
  errors.tags = checkTags(content.tags);
  if (content.language && !LANGUAGE.test(content.language)) errors.language = WORDS.language;
  for (const field of Object.keys(errors) as Field[]) if (!errors[field]) delete errors[field];
  return errors;
}

/** Reads `field: reason` or `variants.3: reason` from a refusal; empty if it names no field. */
export function refusedField(message: string): FieldErrors {
  const match = /^([a-z]+)(?:\.(\d+))?: /.exec(message);
  const field = match?.[1] as Field | undefined;
  if (!field || !(field in WORDS)) return {};
  if (message.includes("control characters")) {
    return { [field]: "There are invisible control characters in it, perhaps from pasting. Remove them." };
  }
  const which = match?.[2] === undefined ? "" : `Number ${Number(match[2]) + 1} was refused. `;
  return { [field]: which + WORDS[field] };
}
