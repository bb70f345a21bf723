import { expect, test } from 'vitest';
import { checkStatusResponse } from './run-uris.ts';

const request = (url: string) => ({
  url,
  headers: new Headers(),
  params: {},
  query: new URL(url).searchParams,
  arrayBuffer: async () => new ArrayBuffer(0),
});

const run = (runId: string) => ({ runId, options: { tolerance: {} } });

test('a started run is answered as Durable answers: 202, Location, Retry-After, URIs in the known order', () => {
  const response = checkStatusResponse(request('http://127.0.0.1:7071/api/runs'), run('wedding'));
  expect(response.status).toBe(202);
  expect(response.headers).toMatchObject({ location: 'http://127.0.0.1:7071/api/runs/wedding', 'retry-after': '10' });
  const uri = 'http://127.0.0.1:7071/api/runs/wedding';
  expect(JSON.stringify(response.jsonBody)).toBe(
    JSON.stringify({
      id: 'wedding',
      statusQueryGetUri: uri,
      sendEventPostUri: `${uri}/raiseEvent/{eventName}`,
      terminatePostUri: `${uri}/terminate?reason={text}`,
      rewindPostUri: `${uri}/rewind?reason={text}`,
      purgeHistoryDeleteUri: uri,
      restartPostUri: `${uri}/restart`,
      suspendPostUri: `${uri}/suspend?reason={text}`,
      resumePostUri: `${uri}/resume?reason={text}`,
    }),
  );
});

test('an id is encoded in the URIs and raw in the payload', () => {
  const { jsonBody } = checkStatusResponse(request('https://tally.example/api/runs'), run('täglich 1&2'));
  expect(jsonBody).toMatchObject({
    id: 'täglich 1&2',
    statusQueryGetUri: 'https://tally.example/api/runs/t%C3%A4glich%201%262',
  });
});

test("the caller's key goes into the URIs only where it came in the query", () => {
  const { jsonBody } = checkStatusResponse(request('https://tally.example/api/runs?code=s3cret%3D'), run('a'));
  expect(jsonBody).toMatchObject({
    statusQueryGetUri: 'https://tally.example/api/runs/a?code=s3cret%3D',
    terminatePostUri: 'https://tally.example/api/runs/a/terminate?reason={text}&code=s3cret%3D',
  });
});

test('a run that waits for approval has addresses that say yes and no as they stand', () => {
  const gate = { event: 'Approval', timeoutMs: 1_000, onTimeout: 'fail' } as const;
  const gated = { runId: 'a', options: { tolerance: {}, gate } };
  const { jsonBody } = checkStatusResponse(request('https://tally.example/api/runs?code=k'), gated);
  expect(jsonBody).toMatchObject({
    approvePostUri: 'https://tally.example/api/runs/a/raiseEvent/Approval?approved=true&code=k',
    rejectPostUri: 'https://tally.example/api/runs/a/raiseEvent/Approval?approved=false&code=k',
  });
});

test('a caller who wants a failure to be answered with 500 gets an address that does so', () => {
  const { headers, jsonBody } = checkStatusResponse(request('https://tally.example/api/runs?code=k'), run('a'), true);
  const uri = 'https://tally.example/api/runs/a?returnInternalServerErrorOnFailure=true&code=k';
  expect(headers).toMatchObject({ location: uri });
  expect(jsonBody).toMatchObject({
    statusQueryGetUri: uri,
    purgeHistoryDeleteUri: 'https://tally.example/api/runs/a?code=k',
  });
});
