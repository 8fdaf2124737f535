// Sends orders as they are, polls each to its end and saves its video.
//
//   node orders.cjs ORDERS GATEWAY
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');

const [file, gateway] = process.argv.slice(2);
const orders = JSON.parse(fs.readFileSync(file, 'utf8'));

// Three minutes, whatever is rendered beside.
const MOST_POLLS = 720;
const later = () => new Promise((resolve) => setTimeout(resolve, 250));

async function finish({ name, path, headers, body }) {
  const ordered = await fetch(`${gateway}${path}`, { method: 'POST', headers, body });
  const answer = await ordered.json();
  assert.equal(ordered.status, 200, `${name}: ${JSON.stringify(answer)}`);
  let task;
  let polls = 0;
  do {
    assert.ok(polls++ < MOST_POLLS, `${name} does not end: ${JSON.stringify(task)}`);
    await later();
    const polled = await fetch(`${gateway}${path}/${answer.task_id}`, { headers });
    assert.equal(polled.status, 200, name);
    task = (await polled.json()).data;
  } while (['QUEUED', 'IN_PROGRESS'].includes(task.status));
  const content = await fetch(`${gateway}/v1/videos/${answer.task_id}/content`, { headers });
  assert.equal(content.status, 200, name);
  fs.writeFileSync(`${name}.mp4`, Buffer.from(await content.arrayBuffer()));
  return `${name}: ${answer.model} ${task.status}, ${content.headers.get('content-type')}`;
}

Promise.all(orders.map(finish)).then(
  (lines) => process.stdout.write(`${lines.join('\n')}\n`),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
