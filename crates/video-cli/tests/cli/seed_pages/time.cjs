// Time runs TIMES_FASTER times as fast: for timers and for the clock alike, so a program cannot tell.
'use strict';

const FASTER = Number(process.env.TIMES_FASTER);
const { setTimeout, setInterval, Date } = globalThis;
const began = Date.now();
const now = () => Math.round(began + (Date.now() - began) * FASTER);

globalThis.setTimeout = (call, delay = 0, ...rest) => setTimeout(call, delay / FASTER, ...rest);
globalThis.setInterval = (call, delay = 0, ...rest) => setInterval(call, delay / FASTER, ...rest);
globalThis.Date = new Proxy(Date, {
  construct: (target, values, made) => Reflect.construct(target, values.length ? values : [now()], made),
  apply: () => new Date(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
