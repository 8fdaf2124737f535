// Runs the blocks of a page in the order of the page, and uses what they define as the page does.
//
//   node scenarios.cjs BLOCKS GATEWAY
//
// Says on stdout what came of it; the first thing that is not as it should be ends it.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const inspector = require('node:inspector');
const path = require('node:path');
const vm = require('node:vm');

const [folder, gateway] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${line}\n`);

// What a program says: the values after its words, and its complaints.
const said = [];
const complaints = [];
console.log = (words, ...values) => said.push(...values);
console.error = (...words) => complaints.push(words);
const spoken = () => ({ said: said.splice(0), complaints: complaints.splice(0) });

// Every request, as the gateway's side of it: how many orders, and how many of them are on their way at once.
const traffic = { orders: 0, open: new Set(), most: 0 };
const { fetch } = globalThis;
globalThis.fetch = async (url, options = {}) => {
  assert.ok(url.startsWith(`${gateway}/`), `only the gateway is asked, not ${url}`);
  const isOrder = options.method === 'POST';
  const order = Symbol('not answered yet');
  if (isOrder) {
    traffic.orders += 1;
    traffic.open.add(order);
    traffic.most = Math.max(traffic.most, traffic.open.size);
  }
  const response = await fetch(url, options);
  if (!url.endsWith('/content')) {
    const answer = await response.clone().json();
    const task = answer.id ?? answer.task_id;
    if (isOrder && response.ok) traffic.open.add(task);
    if (['succeeded', 'failed'].includes(answer.status)) traffic.open.delete(task);
    traffic.open.delete(order);
  }
  return response;
};
// Orders since it was asked last, and the most that were on their way at once.
const counted = () => {
  const counted = { orders: traffic.orders, most: traffic.most };
  assert.equal(traffic.open.size, 0, 'every job has ended');
  Object.assign(traffic, { orders: 0, most: 0 });
  return counted;
};

const save = async (name, blob) => {
  fs.writeFileSync(name, Buffer.from(await blob.arrayBuffer()));
  return name;
};
const small = (prompt) => ({ model: 'kling-v1', prompt, size: '320x180', duration: 1 });

async function flows() {
  await completeVideoWorkflow();
  const { said, complaints } = spoken();
  assert.deepEqual(complaints, []);
  const [task, link] = said;
  assert.deepEqual(await savedFiles(), [`video_${task}.mp4`]);
  fs.renameSync(`video_${task}.mp4`, 'flow-new-api.mp4');
  assert.equal(link.split('?access=')[0], `${gateway}/v1/videos/${task}/content`);
  say(`the flow in New API's format: saved video_${task}.mp4`);

  const video = await generateVideoWithOpenAIFormat();
  const result = await pollVideoStatusOpenAI(video);
  await save('flow-openai.mp4', await downloadVideo(video));
  assert.deepEqual(spoken().complaints, []);
  say(`the flow in OpenAI's format: ${result.status}, saved`);
  assert.deepEqual(counted(), { orders: 2, most: 1 });
}

async function client() {
  await exampleUsage();
  const { said, complaints } = spoken();
  assert.deepEqual(complaints, []);
  const [task, link, size] = said;
  assert.equal(link.split('?access=')[0], `${gateway}/v1/videos/${task}/content`);
  const client = new VideoAPIClient('sk-xxxx', gateway);
  const blob = await client.downloadVideo(task);
  assert.equal(blob.size, size);
  await save('client.mp4', blob);
  say('the client: its example ends with a video');
  counted();

  const failing = { ...small('no cat'), seconds: '1', metadata: { sandbox: { fail: 'failed' } } };
  const failed = async (format) => {
    const { task_id } = await client.generateVideo(failing, format);
    return client.pollStatus(task_id, format);
  };
  const trials = [
    ['an order without a prompt', () => client.generateVideo({ model: 'kling-v1' })],
    ['the same at /v1/videos', () => client.generateVideo({ model: 'sora-2' }, 'openai')],
    ['no key', () => new VideoAPIClient('', gateway).generateVideo(small('a cat'))],
    ['a task nobody knows', () => client.pollStatus('task_none')],
    ['the same at /v1/videos', () => client.pollStatus('task_none', 'openai')],
    ['its video', () => client.downloadVideo('task_none')],
    ['a job that fails', () => failed()],
    ['the same at /v1/videos', () => failed('openai')],
  ];
  for (const [what, trial] of trials) {
    const error = await trial().then(
      () => assert.fail(`${what} is no success`),
      (error) => error,
    );
    assert.ok(error instanceof VideoAPIError, `${what}: ${error.stack}`);
    say(`the client, ${what}: ${error.status} ${error.message}`);
  }
  counted();
  return client;
}

async function manager(client) {
  const manager = new VideoGenerationManager(client);
  const jobs = Array.from({ length: 7 }, (_, number) => manager.generateVideo(small(`job ${number}`)));
  const results = await Promise.all(jobs);
  const { orders, most } = counted();
  assert.equal(most, manager.maxConcurrent, 'as many as there are slots, and never more');
  for (const [number, result] of results.entries()) {
    assert.equal(result.status, 'succeeded');
    await save(`manager-${number}.mp4`, await client.downloadVideo(result.task_id));
  }
  say(`the manager: ${orders} jobs over ${manager.maxConcurrent} slots, at most ${most} at once, all saved`);
}

async function cache(client) {
  const once = async (cache, params) => {
    const known = cache.get(params);
    if (known) return known;
    const { task_id } = await client.generateVideo(params);
    const result = await client.pollStatus(task_id);
    cache.set(params, result);
    return result;
  };
  const keeping = new VideoCache();
  const first = await once(keeping, small('a lighthouse'));
  assert.equal(counted().orders, 1);
  const second = await once(keeping, small('a lighthouse'));
  assert.equal(counted().orders, 0);
  assert.equal(second.task_id, first.task_id);
  await save('cache.mp4', await client.downloadVideo(second.task_id));
  say('the cache: the second equal request orders nothing');
  keeping.clear();
  await once(keeping, small('a lighthouse'));
  assert.equal(counted().orders, 1);
  say('the cache: cleared, it orders again');
  const short = new VideoCache(100);
  await once(short, small('a lighthouse'));
  await new Promise((resolve) => setTimeout(resolve, 200));
  await once(short, small('a lighthouse'));
  assert.equal(counted().orders, 2);
  say('the cache: after its time it orders again');
}

async function monitor(client) {
  const monitor = new VideoAPIMonitor();
  const times = [];
  const job = async (params) => {
    const { task_id } = await client.generateVideo(params);
    const result = await client.pollStatus(task_id);
    return client.downloadVideo(result.task_id);
  };
  for (const [number, params] of [small('one'), small('two'), { model: 'kling-v1' }].entries()) {
    const began = Date.now();
    const blob = await monitor.measureTime(() => job(params)).catch((error) => assert.equal(error.status, 400));
    times.push(Date.now() - began);
    if (blob) await save(`monitor-${number}.mp4`, blob);
  }
  const { averageResponseTime, errorTypes, successRate, ...counts } = monitor.getMetrics();
  assert.ok(averageResponseTime >= Math.min(...times) && averageResponseTime <= Math.max(...times));
  assert.ok(averageResponseTime > 0);
  say(`the monitor: ${JSON.stringify({ ...counts, errorTypes: [...errorTypes], successRate })}`);
  assert.deepEqual(counted(), { orders: 3, most: 1 });
}

async function main() {
  const profiler = new inspector.Session();
  profiler.connect();
  const ask = (method, parameters) => {
    let answer;
    profiler.post(method, parameters, (error, result) => {
      assert.ifError(error);
      answer = result;
    });
    return answer;
  };
  ask('Profiler.enable');
  ask('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const blocks = fs.readdirSync(folder).sort();
  for (const block of blocks) {
    vm.runInThisContext(fs.readFileSync(path.join(folder, block), 'utf8'), { filename: block });
  }

  await flows();
  const used = await client();
  await manager(used);
  await cache(used);
  await monitor(used);
  assert.deepEqual(spoken().complaints, []);

  const { result } = ask('Profiler.takePreciseCoverage');
  for (const block of blocks) {
    const { functions } = result.find((script) => script.url === block);
    const own = functions.filter((it) => it.functionName !== '' || it.ranges[0].startOffset > 0);
    const idle = own.filter((it) => it.ranges[0].count === 0).map((it) => it.functionName);
    assert.deepEqual(idle, [], `${block}: every function of it runs`);
    say(`${path.parse(block).name}: all ${own.length} functions ran`);
  }
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
