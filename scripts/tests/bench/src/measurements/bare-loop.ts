/**
 * A program that makes the same Face calls as detect, as many at once, with the plain client library, and
 * does nothing else. Prints JSON.
 * `node bare-loop.ts <endpoint> <images> <at once> <calls before>`
 */
import { Agent } from 'node:http';
import { AzureKeyCredential } from '@azure/core-auth';
import createFaceClient from '@azure-rest/ai-vision-face';

const [, , endpoint = '', images = '0', atOnce = '0', warmUp = '0'] = process.argv;

const agent = new Agent({ keepAlive: true, maxSockets: Number(atOnce) });
const client = createFaceClient(endpoint, new AzureKeyCredential('test-key'), {
  agent,
  allowInsecureConnection: true,
  retryOptions: { maxRetries: 0 },
  redirectOptions: { maxRetries: 0 },
});

async function look(image: number): Promise<void> {
  const { status } = await client.path('/detect').post({
    contentType: 'application/json',
    body: { url: `https://photos.example/${image}.jpg` },
    queryParameters: { returnFaceId: false, returnFaceAttributes: ['emotion'], detectionModel: 'detection_01' },
  });
  if (status !== '200') throw new Error(`the endpoint answered ${status}`);
}

async function lookAt(count: number): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await look(next++);
  };
  await Promise.all(Array.from({ length: Number(atOnce) }, worker));
}

await lookAt(Number(warmUp));
const cpu = process.cpuUsage();
const began = performance.now();
await lookAt(Number(images));
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ seconds, cpuMs: (user + system) / 1000 }));
agent.destroy();
