/**
 * Builds Tandem's browser applications into dist/, which is served as the root of the site:
 *
 *   index.html, shop.css, shop.js demo shop
 *   widget.js                     customer widget, one classic script
 *   console/, editor/             index.html, hashed scripts and styles, icons.svg
 */
import { build } from "esbuild";
import { existsSync } from "node:fs";
import { cp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(fileURLToPath(import.meta.url));
const src = path.join(root, "src");
const served = path.join(root, "dist");
const dist = path.join(root, "node_modules/.cache", `build-${process.pid}`);

const common = {
  bundle: true,
  minify: true,
  charset: "utf8",
  target: ["es2023"],
  legalComments: "none",
  logLevel: "warning",
  tsconfig: path.join(root, "tsconfig.json"),
};

/** The widget: no chunks, no globals, so that one script tag on any site is enough. */
async function buildWidget() {
  await build({
    ...common,
    entryPoints: [path.join(src, "widget/index.ts")],
    outfile: path.join(dist, "widget.js"),
    format: "iife",
  });
}

/** The demo shop is one page of plain HTML and CSS. */
async function buildShop() {
  await build({
    ...common,
    entryPoints: [path.join(src, "shop/shop.css"), path.join(src, "shop/shop.ts")],
    outdir: dist,
    format: "iife",
  });
  await cp(path.join(src, "shop/index.html"), path.join(dist, "index.html"));
}

/** Console and editor: ES modules in hashed chunks, and the page they share with its names filled in. */
async function buildApp(name, title) {
  const outdir = path.join(dist, name);
  const { metafile } = await build({
    ...common,
    entryPoints: [path.join(src, name, "index.ts")],
    outdir,
    format: "esm",
    splitting: true,
    entryNames: "[name]-[hash]",
    chunkNames: "chunks/[name]-[hash]",
    assetNames: "assets/[name]-[hash]",
    legalComments: "linked",
    loader: { ".svg": "file", ".woff2": "file" },
    metafile: true,
  });
  const [script, entry] = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint);
  const page = await readFile(path.join(src, "shared/app-page.html"), "utf8");
  const html = page
    .replaceAll("APP_TITLE", title)
    .replaceAll("APP_ELEMENT", `tandem-${name}`)
    .replace("APP_SCRIPT", path.basename(script))
    .replace("APP_STYLE", path.basename(entry.cssBundle));
  await writeFile(path.join(outdir, "index.html"), html);
  await cp(path.join(src, "shared/icons.svg"), path.join(outdir, "icons.svg"));
}

/** Swaps the finished build in, so that a failed one leaves the served files alone. */
async function publish() {
  const old = `${dist}-old`;
  if (existsSync(served)) await rename(served, old);
  await rename(dist, served);
  await rm(old, { recursive: true, force: true });
}

try {
  await Promise.all([
    buildWidget(),
    buildShop(),
    buildApp("console", "Agent console"),
    buildApp("editor", "Article editor"),
  ]);
  await publish();
} finally {
  await rm(dist, { recursive: true, force: true });
}
