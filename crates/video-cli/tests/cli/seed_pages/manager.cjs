// Runs the manager of a page over ten jobs, saves each video under its prompt, and says how many slots it has.
//
//   node manager.cjs BLOCKS GATEWAY
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const [folder, gateway] = process.argv.slice(2);

async function main() {
  for (const block of fs.readdirSync(folder).sort()) {
    vm.runInThisContext(fs.readFileSync(path.join(folder, block), 'utf8'), { filename: block });
  }
  const client = new VideoAPIClient('sk-xxxx', gateway);
  const manager = new VideoGenerationManager(client);
  const prompts = Array.from({ length: 10 }, (_, number) => `shot-${number + 1}`);
  const results = await Promise.all(prompts.map((prompt) => manager.generateVideo({ model: 'm-1', prompt })));
  for (const [number, result] of results.entries()) {
    assert.equal(result.status, 'succeeded');
    const blob = await client.downloadVideo(result.task_id);
    fs.writeFileSync(`${prompts[number]}.mp4`, Buffer.from(await blob.arrayBuffer()));
  }
  process.stdout.write(`${manager.maxConcurrent}`);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
