// Runs the monitor of a page over three jobs, the last of which is refused, and says what it counted as JSON.
//
//   node monitor.cjs BLOCKS GATEWAY
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
  const monitor = new VideoAPIMonitor();
  const small = (prompt) => ({ model: 'kling-v1', prompt, size: '320x180', duration: 1 });
  const times = [];
  for (const params of [small('one'), small('two'), { model: 'kling-v1' }]) {
    const began = Date.now();
    const job = async () => {
      const { task_id } = await client.generateVideo(params);
      const result = await client.pollStatus(task_id);
      return client.downloadVideo(result.task_id);
    };
    await monitor.measureTime(job).catch((error) => assert.equal(error.status, 400));
    times.push(Date.now() - began);
  }
  const { errorTypes, ...counts } = monitor.getMetrics();
  const errors = [...errorTypes.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(JSON.stringify({ ...counts, errors, times }));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
