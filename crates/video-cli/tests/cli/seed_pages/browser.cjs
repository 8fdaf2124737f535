// What a page's program uses of a browser to save a file: a link with a name, which is clicked.
'use strict';

const fs = require('node:fs/promises');
const { resolveObjectURL } = require('node:buffer');

const saving = [];

globalThis.document = {
  createElement: (tag) => ({
    tag,
    click() {
      const blob = resolveObjectURL(this.href);
      saving.push(
        (async () => {
          await fs.writeFile(this.download, Buffer.from(await blob.arrayBuffer()));
          return this.download;
        })(),
      );
    },
  }),
};

// The names of the files that were saved since it was asked last.
globalThis.savedFiles = () => Promise.all(saving.splice(0));
