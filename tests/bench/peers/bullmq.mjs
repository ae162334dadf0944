// BullMQ's side of tests/bench/ledger: adds by so many callers at once, or a worker of no-op jobs.
//   node bullmq.mjs PORT add CALLERS SECONDS          prints {"count", "seconds", "cpu"}
//   node bullmq.mjs PORT process JOBS CONCURRENCY     the same; the jobs are added before the clock starts
// Run in the folder that has node_modules. Nothing is traced, retried or kept: the queue's cheapest settings.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { Queue, Worker } = createRequire(join(process.cwd(), 'package.json'))('bullmq');
const [port, what, ...rest] = process.argv.slice(2);
const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null };
const request = { question: 'How does autovacuum decide when to vacuum a table?' };
const options = { removeOnComplete: true, removeOnFail: true };

/// Seconds of this process's processor time since `before`.
function used(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function add(callers, seconds) {
  const queue = new Queue(`add-${process.pid}`, { connection });
  await queue.waitUntilReady();
  await queue.add('research', request, options);
  let count = 0;
  const before = process.cpuUsage();
  const started = performance.now();
  const until = started + seconds * 1000;
  await Promise.all(Array.from({ length: callers }, async () => {
    while (performance.now() < until) {
      await queue.add('research', request, options);
      ++count;
    }
  }));
  const took = (performance.now() - started) / 1000;
  const cpu = used(before);
  await queue.obliterate({ force: true });
  await queue.close();
  return { count, seconds: took, cpu };
}

async function run(jobs, concurrency) {
  const name = `run-${process.pid}`;
  const queue = new Queue(name, { connection });
  for (let left = jobs; left > 0; left -= 500)
    await queue.addBulk(Array.from({ length: Math.min(left, 500) }, () => ({ name: 'research', data: request, opts: options })));
  const worker = new Worker(name, async () => {}, { connection, concurrency, autorun: false });
  await worker.waitUntilReady();
  let done = 0;
  const ended = new Promise((resolve) => worker.on('completed', () => { if (++done === jobs) resolve(); }));
  const before = process.cpuUsage();
  const started = performance.now();
  worker.run();
  await ended;
  const took = (performance.now() - started) / 1000;
  const cpu = used(before);
  await worker.close();
  await queue.obliterate({ force: true });
  await queue.close();
  return { count: jobs, seconds: took, cpu };
}

const result = what === 'add' ? await add(Number(rest[0]), Number(rest[1])) : await run(Number(rest[0]), Number(rest[1]));
console.log(JSON.stringify(result));
process.exit(0);
