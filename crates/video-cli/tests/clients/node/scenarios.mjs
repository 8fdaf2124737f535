// One scenario with OpenAI's package for Node, told as a transcript: `scenarios.mjs NAME`.
//
// Address and key come from OPENAI_BASE_URL and OPENAI_API_KEY, as the package reads them by itself; FOLDER holds
// cat.png and takes what is saved. `python/scenarios.py` tells the same in the same words.

import assert from "node:assert";
import { createReadStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI, { APIError, toFile } from "openai";

const client = new OpenAI();
const videos = client.videos;
const FOLDER = process.env.FOLDER;
const SMALL = { model: "sandbox-1", seconds: "1", size: "320x180" };
const SLOW = { metadata: { sandbox: { seconds: 3600 } } };

const say = (step, facts) => console.log(`${step}: ${typeof facts === "string" ? facts : JSON.stringify(facts)}`);

/** What does not change from run to run. */
const facts = (video) => ({
  object: video.object,
  status: video.status,
  model: video.model,
  prompt: video.prompt,
  seconds: video.seconds,
  size: video.size,
  remixed: video.remixed_from_video_id !== null,
  error: video.error && { code: video.error.code, message: video.error.message },
  ended: video.completed_at !== null,
  "known since": typeof video.created_at,
});

async function refused(step, call) {
  try {
    say(step, `no exception, but ${JSON.stringify(await call())}`);
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    const { status, code, param } = error;
    say(step, `${error.constructor.name} ${JSON.stringify({ status, code, param, message: error.error?.message })}`);
    say("  its request id", error.requestID ? "a text" : "none");
  }
}

async function ended(video) {
  const deadline = Date.now() + 60_000;
  while (["queued", "in_progress"].includes(video.status)) {
    assert(Date.now() < deadline, `still ${video.status}`);
    await sleep(50);
    video = await videos.retrieve(video.id);
  }
  return video;
}

async function underWay() {
  let video = await videos.create({ prompt: "a cat", ...SMALL, ...SLOW });
  while (video.status === "queued") {
    await sleep(50);
    video = await videos.retrieve(video.id);
  }
  return video;
}

const body = async (answer) => Buffer.from(await answer.arrayBuffer());
const clip = async (video) => body(await videos.downloadContent((await ended(video)).id));

const scenarios = {
  async ordering() {
    const picture = join(FOLDER, "cat.png");
    const link = `data:image/png;base64,${await readFile(picture, "base64")}`;
    const plain = await videos.create({ prompt: "a paper boat", ...SMALL });
    say("create", facts(plain));
    const again = await videos.retrieve(plain.id);
    say("retrieve", `the same id: ${again.id === plain.id}`);
    say("retrieve when it has ended", facts(await ended(plain)));
    const fromFile = await videos.create({
      prompt: "a paper boat",
      input_reference: createReadStream(picture),
      ...SMALL,
    });
    say("create with a file", facts(fromFile));
    const others = {
      "bytes with a name and a type": await toFile(await readFile(picture), "cat.png", { type: "image/png" }),
      "bytes alone": await toFile(await readFile(picture)),
      "a link to data": { image_url: link },
    };
    const shown = await clip(fromFile);
    say("the picture is in the clip", `${!shown.equals(await clip(plain))}`);
    for (const [name, input_reference] of Object.entries(others)) {
      const video = await videos.create({ prompt: "a paper boat", ...SMALL, input_reference });
      say(`create with ${name}`, `the clip is the same: ${shown.equals(await clip(video))}`);
    }
    const seeded = await videos.create({ prompt: "a paper boat", ...SMALL, seed: 7, fps: 12 });
    say("create with a seed and fps beside", `another clip: ${!(await clip(seeded)).equals(await clip(plain))}`);
    const bare = await videos.create({ prompt: "a paper boat", model: "sora-2" });
    say("create with no size and no length", facts(bare));
    say("its request id", bare._request_id ? "a text" : "none");
  },

  async fetching() {
    const video = await ended(await videos.create({ prompt: "a paper boat", ...SMALL }));
    const path = join(FOLDER, "whole.mp4");
    const answer = await videos.downloadContent(video.id);
    const length = Number(answer.headers.get("content-length"));
    say("download_content", answer.headers.get("content-type"));
    await writeFile(path, answer.body);
    const whole = await readFile(path);
    say("as long as said", `${whole.length === length}`);
    const pieces = [];
    for await (const piece of (await videos.downloadContent(video.id, { variant: "video" })).body) pieces.push(piece);
    say("in pieces", `the same: ${Buffer.concat(pieces).equals(whole)}`);
    const parts = [];
    const size = Math.floor(whole.length / 3) + 1;
    for (let at = 0; at < whole.length; at += size) {
      const headers = { Range: `bytes=${at}-${at + size - 1}` };
      const part = await videos.downloadContent(video.id, {}, { headers });
      const said = `bytes ${at}-${Math.min(at + size, whole.length) - 1}/${whole.length}`;
      say("Range", `${part.status}, Content-Range as asked: ${part.headers.get("content-range") === said}`);
      parts.push(await body(part));
    }
    say("put together", `the same: ${Buffer.concat(parts).equals(whole)}`);
    const beyond = { headers: { Range: `bytes=${whole.length}-` } };
    await refused("Range beyond the end", () => videos.downloadContent(video.id, {}, beyond));
    await refused("another variant", () => videos.downloadContent(video.id, { variant: "thumbnail" }));
  },

  async refusals() {
    const wrong = client.withOptions({ apiKey: "sk-wrong" });
    await refused("create with a wrong key", () => wrong.videos.create({ prompt: "a cat", ...SMALL }));
    await refused("list with a wrong key", () => wrong.videos.list());
    const unknown = "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U";
    await refused("retrieve an unknown id", () => videos.retrieve(unknown));
    await refused("content of an unknown id", () => videos.downloadContent(unknown));
    const running = await underWay();
    await refused("content too early", () => videos.downloadContent(running.id));
    const failing = { metadata: { sandbox: { fail: "failed" } } };
    const failed = await ended(await videos.create({ prompt: "a cat", ...SMALL, ...failing }));
    await refused("content of one that failed", () => videos.downloadContent(failed.id));
    await refused("no model", () => videos.create({ prompt: "a cat" }));
    await refused("a blank prompt", () => videos.create({ prompt: " ", ...SMALL }));
    const huge = { model: "sandbox-1", size: "huge" };
    await refused("a size nobody can read", () => videos.create({ prompt: "a cat", ...huge }));
    const none = await toFile(Buffer.from("no picture"));
    await refused("a picture that is none", () => videos.create({ prompt: "a cat", ...SMALL, input_reference: none }));
  },

  async listing() {
    const same = (ids, wanted) => `${JSON.stringify(ids) === JSON.stringify(wanted)}`;
    const ids = async (list) => {
      const found = [];
      for await (const video of list) found.push(video.id);
      return found;
    };
    say("list of nothing", await ids(videos.list()));
    const made = [];
    for (let number = 0; number < 5; number += 1) {
      made.push((await videos.create({ prompt: `clip ${number}`, ...SMALL })).id);
    }
    const newestFirst = made.toReversed();
    say("list", `newest first: ${same(await ids(videos.list()), newestFirst)}`);
    for (const [order, wanted] of [["desc", newestFirst], ["asc", made]]) {
      const pages = [];
      for await (const page of (await videos.list({ limit: 2, order })).iterPages()) {
        pages.push(page.data.map((video) => video.id));
      }
      say(`list by twos, ${order}`, pages.map((page) => page.length));
      say("  all of them in order", same(pages.flat(), wanted));
      say("  one by one the same", same(await ids(videos.list({ limit: 1, order })), wanted));
    }
    const page = await videos.list({ after: made[1], order: "asc", limit: 2 });
    say("list after the second", same(page.data.map((video) => video.id), made.slice(2, 4)));
    say("  more to come", `${page.has_more}`);
    say("an item", facts(await ended((await videos.list({ order: "asc" })).data[0])));
    await videos.delete((await ended(await videos.retrieve(made[1]))).id);
    say("list after one that is gone", same(await ids(videos.list({ after: made[1], order: "asc" })), made.slice(2)));
    await refused("list with a limit that is none", () => videos.list({ limit: 1000 }));
  },

  async remixing() {
    const first = await ended(await videos.create({ prompt: "a paper boat", ...SMALL }));
    const remix = await videos.remix(first.id, { prompt: "the same at night" });
    say("remix", facts(remix));
    const done = await ended(remix);
    say("when it has ended", facts(done));
    say("  made from the first", `${done.remixed_from_video_id === first.id}`);
    say("  another clip", `${!(await clip(done)).equals(await clip(first))}`);
    const unknown = "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U";
    await refused("remix of an unknown id", () => videos.remix(unknown, { prompt: "x" }));
    await refused("remix with a blank prompt", () => videos.remix(first.id, { prompt: " " }));
    const running = await underWay();
    await refused("remix of one that is not done", () => videos.remix(running.id, { prompt: "x" }));
  },

  async deleting() {
    const video = await ended(await videos.create({ prompt: "a paper boat", ...SMALL }));
    const gone = await videos.delete(video.id);
    say("delete", { "same id": gone.id === video.id, object: gone.object, deleted: gone.deleted });
    await refused("retrieve the deleted one", () => videos.retrieve(video.id));
    await refused("content of the deleted one", () => videos.downloadContent(video.id));
    await refused("delete it again", () => videos.delete(video.id));
    const running = await underWay();
    await refused("delete a running one", () => videos.delete(running.id));
    await refused("delete an unknown id", () => videos.delete("task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U"));
    const left = (await videos.list()).data.map((video) => video.id);
    say("left in the list", `${left.length === 1 && left[0] === running.id}`);
  },

  async repeating() {
    const key = { headers: { "Idempotency-Key": "order-7" } };
    const first = await videos.create({ prompt: "a paper boat", ...SMALL }, key);
    const again = await videos.create({ prompt: "a paper boat", ...SMALL }, key);
    say("the same order under the same key", `the same task: ${again.id === first.id}`);
    await refused("another order under the same key", () => videos.create({ prompt: "a paper plane", ...SMALL }, key));
    const otherKey = { headers: { "Idempotency-Key": "order-8" } };
    const other = await videos.create({ prompt: "a paper boat", ...SMALL }, otherKey);
    say("the same order under another key", `another task: ${other.id !== first.id}`);
    say("tasks in all", (await videos.list()).data.length);
  },

  async ambiguous() {
    await refused("create where nobody knows what became of it", () => videos.create({ prompt: "a cat", ...SMALL }));
  },
};

// With the program on stdin, the first argument is `-`.
await scenarios[process.argv.at(-1)]();
