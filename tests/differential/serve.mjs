// SPDX-License-Identifier: Apache-2.0
// Answers simulations, one JSON object a line, with the other engine (a program under the AGPL,
// which runs here as a process of its own): `node serve.mjs FOLDER`, FOLDER holds node_modules.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { resolve } from "node:path";

const { runSimulation } = createRequire(resolve(process.argv[2], "x.js"))(
  "@cloud-copilot/iam-simulate",
);

async function answer(line) {
  try {
    const found = await runSimulation(JSON.parse(line), {});
    if (found.resultType === "error") {
      return { error: found.errors };
    }
    return { verdict: found.overallResult, ignored: found.result?.ignoredContextKeys ?? [] };
  } catch (error) {
    return { error: { message: `threw: ${error.message}` } };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}
