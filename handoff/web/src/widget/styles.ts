/** The widget's look. Custom properties of the page named `--tandem-*` theme it. */

export const sheet = new CSSStyleSheet();

sheet.replaceSync(`
:host {
  color-scheme: var(--tandem-color-scheme, light dark);
  --accent: var(--tandem-accent, light-dark(#1d5c4d, #7fd1b9));
  --on-accent: var(--tandem-on-accent, light-dark(#fff, #0c2720));
  --surface: var(--tandem-surface, light-dark(#fff, #17201e));
  --text: var(--tandem-text, light-dark(#1b2422, #e8efed));
  --quiet: var(--tandem-quiet, light-dark(#55625f, #a3b1ad));
  --line: var(--tandem-line, light-dark(#dfe5e3, #34413e));
  --bot: var(--tandem-bot, light-dark(#f1f4f3, #222e2b));
  --agent: var(--tandem-agent, light-dark(#fbeedd, #453521));
  --danger: light-dark(#a62020, #ffa8a1);
  --radius: var(--tandem-radius, 18px);
  --shadow: 0 12px 40px rgb(0 0 0 / 22%);
  font: 15px/1.45 var(--tandem-font, system-ui, sans-serif);
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
button, textarea, input { font: inherit; color: inherit; }
button { cursor: pointer; }
button:disabled { cursor: default; }
p, h2 { margin: 0; }
svg {
  width: 20px; height: 20px; display: block; flex: none;
  fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round;
}
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

.launcher {
  position: fixed; z-index: var(--tandem-z-index, 2147483000);
  inset-block-end: var(--tandem-offset, 20px); inset-inline-end: var(--tandem-offset, 20px);
  width: 58px; height: 58px; padding: 0; border: 0; border-radius: 50%;
  display: grid; place-items: center;
  color: var(--on-accent); background: var(--accent);
  box-shadow: 0 4px 16px rgb(0 0 0 / 28%); transition: transform 0.15s;
}
.launcher:hover { transform: scale(1.05); }
.launcher:focus-visible { outline-offset: 3px; }
.launcher svg { width: 26px; height: 26px; }
.launcher[aria-expanded="true"] .when-closed, .launcher[aria-expanded="false"] .when-open {
  display: none;
}
.badge {
  position: absolute; inset-block-start: -3px; inset-inline-end: -3px;
  min-width: 22px; height: 22px; padding-inline: 6px; border-radius: 11px;
  font-size: 13px; line-height: 22px; font-weight: 700; text-align: center;
  color: #fff; background: #b3261e;
}

.panel {
  position: fixed; z-index: var(--tandem-z-index, 2147483000);
  inset-block-end: calc(var(--tandem-offset, 20px) + 72px);
  inset-inline-end: var(--tandem-offset, 20px);
  width: min(392px, calc(100vw - 40px)); height: min(640px, calc(100dvh - 124px));
  display: flex; flex-direction: column; overflow: hidden;
  color: var(--text); background: var(--surface);
  border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow);
  animation: rise 0.18s ease-out;
}
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }

.header {
  display: flex; align-items: center; gap: 12px; padding: 14px 16px;
  color: var(--on-accent); background: var(--accent);
}
.who { flex: 1; min-width: 0; }
h2 { font-size: 16px; font-weight: 650; line-height: 1.3; }
.owner { font-size: 13px; line-height: 1.35; }
.avatar {
  width: 38px; height: 38px; border-radius: 50%; flex: none;
  display: grid; place-items: center; font-weight: 700; font-size: 17px;
  border: 1.5px solid currentColor;
}
.avatar[data-owner="agent"] { color: var(--text); background: var(--agent); border: 0; }
.icon-button {
  border: 0; background: none; padding: 8px; margin-inline-end: -8px; border-radius: 50%;
}
.icon-button:hover { background: rgb(128 128 128 / 28%); }
.header :focus-visible { outline-color: currentColor; outline-offset: -2px; }

.connection {
  padding: 5px 16px; font-size: 13px; text-align: center;
  color: var(--text); background: var(--agent);
}
.connection:empty { display: none; }

.log-frame { flex: 1; min-height: 0; position: relative; display: flex; }
.log {
  flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 16px;
  display: flex; flex-direction: column; gap: 14px;
}
.log:focus-visible { outline-offset: -3px; border-radius: 4px; }
.list { display: flex; flex-direction: column; gap: 14px; }
.list:empty { display: none; }
.message { max-width: 86%; align-self: flex-start; }
.message.again { margin-block-start: -8px; }
.message.again .label {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
.message.customer { align-self: flex-end; }
.label {
  display: flex; gap: 8px; padding-inline: 4px; margin-block-end: 3px;
  font-size: 12px; color: var(--quiet);
}
.label span { font-weight: 600; }
.customer .label { justify-content: flex-end; }
.bubble {
  padding: 9px 14px; border-radius: 16px; background: var(--bot);
  white-space: pre-wrap; overflow-wrap: anywhere;
}
.bot .bubble { border-start-start-radius: 4px; }
.list .bot .bubble { white-space: normal; }
.agent .bubble { background: var(--agent); border-start-start-radius: 4px; }
.customer .bubble {
  color: var(--on-accent); background: var(--accent); border-end-end-radius: 4px;
}
.bubble > * { margin-block: 0 8px; }
.bubble > :last-child { margin-block-end: 0; }
.bubble ul, .bubble ol { padding-inline-start: 20px; }
.bubble a { color: inherit; }
.bubble :is(h1, h2, h3, h4) { font-size: 15px; }
.bubble pre { margin: 0; }
.bubble blockquote { padding-inline-start: 10px; border-inline-start: 3px solid var(--line); margin-inline: 0; }
.wide { overflow-x: auto; }
.message:has(table) { max-width: 100%; }
.bubble code { font-size: 13px; }
.bubble img { max-width: 100%; height: auto; }
.bubble table { border-collapse: collapse; font-size: 14px; }
.bubble :is(td, th) {
  min-width: 6.6em; padding: 3px 8px; border: 1px solid var(--line); text-align: start;
  overflow-wrap: break-word;
}
.sources, .delivery, .receipt { font-size: 12px; color: var(--quiet); padding-inline: 4px; margin-block-start: 4px; }
.delivery, .receipt { text-align: end; }
[data-delivery="sending"] .bubble { opacity: 0.75; }
[data-delivery="failed"] .delivery { color: var(--danger); }
.link {
  border: 0; background: none; padding: 0; text-decoration: underline; font-weight: 600;
}
.notice {
  align-self: center; max-width: 90%; padding: 3px 12px; border-radius: 12px;
  font-size: 13px; text-align: center; color: var(--quiet); border: 1px solid var(--line);
}
.choices { display: flex; flex-wrap: wrap; gap: 8px; }
.choices button, .pill {
  padding: 6px 13px; border-radius: 17px; border: 1.5px solid var(--accent);
  color: var(--text); background: transparent; text-align: start;
}
.choices button:hover, .pill:hover { background: var(--bot); }

.typing { display: flex; gap: 4px; padding: 13px 14px; border-radius: 16px; background: var(--bot); align-self: flex-start; }
.typing i {
  width: 7px; height: 7px; border-radius: 50%; background: var(--quiet);
  animation: blink 1.2s infinite;
}
.typing i:nth-child(2) { animation-delay: 0.2s; }
.typing i:nth-child(3) { animation-delay: 0.4s; }
@keyframes blink { 0%, 60%, 100% { opacity: 0.3; } 30% { opacity: 1; } }

.jump {
  position: absolute; inset-block-end: 10px; inset-inline: 0; margin-inline: auto;
  width: fit-content; display: flex; align-items: center; gap: 6px;
  padding: 5px 13px; border: 0; border-radius: 16px; font-size: 13px;
  color: var(--on-accent); background: var(--accent); box-shadow: 0 2px 10px rgb(0 0 0 / 25%);
}
.jump svg { width: 15px; height: 15px; }

.desk-bar {
  display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px;
  padding: 8px 16px 0; border-block-start: 1px solid var(--line);
}
.pill {
  display: flex; align-items: center; gap: 6px; padding: 3px 12px;
  font-size: 13px; border-width: 1px;
}
.pill:disabled { opacity: 0.6; }
.pill svg { width: 15px; height: 15px; }
.hint { flex: 1 1 100%; font-size: 13px; color: var(--quiet); }
.problem:empty { display: none; }
.problem { font-size: 13px; color: var(--danger); }

.leave {
  display: flex; flex-direction: column; gap: 4px; padding: 10px 16px 14px;
  border-block-start: 1px solid var(--line);
}
.leave label { font-size: 13px; font-weight: 600; }
.leave input, .leave textarea { border-radius: 10px; margin-block-end: 6px; }
.leave .buttons { display: flex; justify-content: flex-end; gap: 8px; }
.leave .pill { padding: 6px 14px; font-size: 14px; }
.pill.main { color: var(--on-accent); background: var(--accent); }
.pill.main:hover { background: var(--accent); filter: brightness(1.1); }

.composer {
  display: grid; grid-template-columns: 1fr auto; align-items: end; gap: 8px;
  padding: 10px 12px 12px 16px; padding-inline: 16px 12px;
}
textarea, input {
  width: 100%; max-height: 132px; padding: 9px 14px; resize: none;
  border: 1px solid var(--quiet); border-radius: 20px; background: transparent;
}
textarea::placeholder { color: var(--quiet); opacity: 1; }
:is(textarea, input):focus { outline: 2px solid var(--accent); outline-offset: -1px; }
.send {
  width: 42px; height: 42px; display: grid; place-items: center; padding: 0;
  border: 0; border-radius: 50%; color: var(--on-accent); background: var(--accent);
}
.send:disabled { color: var(--quiet); background: var(--bot); }
.send:dir(rtl) svg { transform: scaleX(-1); }
.count { grid-column: 1 / -1; font-size: 12px; color: var(--quiet); text-align: end; }
.count:empty { display: none; }
.count.over { color: var(--danger); font-weight: 600; }

@media (max-width: 480px) {
  .panel {
    inset: 0; width: auto; height: 100dvh; border: 0; border-radius: 0;
  }
  .panel:not([hidden]) + .launcher { display: none; }
  textarea, input { font-size: 16px; }
}
@media (prefers-reduced-motion: reduce) {
  * { animation: none !important; transition: none !important; }
}
`);
