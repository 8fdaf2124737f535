// Asks three times for one video through the cache of a page: twice alike, and once with the keys in another order. Says
// after which of them an order was made, as JSON.
//
//   node cache.cjs BLOCKS GATEWAY
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const [folder, gateway] = process.argv.slice(2);

async function main() {
  for (const block of fs.readdirSync(folder).sort()) {
    vm.runInThisContext(fs.readFileSync(path.join(folder, block), 'utf8'), { filename: block });
  }
  const client = new VideoAPIClient('sk-xxxx', gateway);
  const cache = new VideoCache();
  const ordered = [];
  const want = async (params) => {
    const known = cache.get(params);
    ordered.push(!known);
    if (!known) {
      const { task_id } = await client.generateVideo(params);
      cache.set(params, await client.pollStatus(task_id));
    }
  };
  const metadata = (first, second) => ({ sandbox: { seconds: 0 }, [first]: first.length, [second]: second.length });
  const small = { model: 'kling-v1', prompt: 'a cat', size: '320x180', duration: 1 };
  await want({ ...small, metadata: metadata('one', 'three') });
  await want({ ...small, metadata: metadata('one', 'three') });
  await want({ ...small, metadata: metadata('three', 'one') });
  process.stdout.write(JSON.stringify(ordered));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
