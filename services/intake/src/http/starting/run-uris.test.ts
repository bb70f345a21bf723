import { expect, test } from 'vitest';
import { checkStatusResponse } from './run-uris.ts';

const request = (url: string) => ({
  url,
  runsUrl: url.replace(/\?.*/, ''),
  headers: new Headers(),
  params: {},
  query: new URL(url).searchParams,
  arrayBuffer: async () => new ArrayBuffer(0),
});

const run = (runId: string) => ({ runId });

test('a start is answered as in Durable: 202, Location, Retry-After, URIs in the known order', () => {
  const response = checkStatusResponse(request('http://127.0.0.1:7071/api/runs'), run('wedding'), null);
  expect(response.status).toBe(202);
  expect(response.headers).toMatchObject({
    location: 'http://127.0.0.1:7071/api/runs/wedding?taskHub=Tally&connection=Storage',
    'retry-after': '10',
  });
  const uri = 'http://127.0.0.1:7071/api/runs/wedding';
  const always = 'taskHub=Tally&connection=Storage';
  expect(JSON.stringify(response.jsonBody)).toBe(
    JSON.stringify({
      id: 'wedding',
      statusQueryGetUri: `${uri}?${always}`,
      sendEventPostUri: `${uri}/raiseEvent/{eventName}?${always}`,
      terminatePostUri: `${uri}/terminate?reason={text}&${always}`,
      rewindPostUri: `${uri}/rewind?reason={text}&${always}`,
      purgeHistoryDeleteUri: `${uri}?${always}`,
      restartPostUri: `${uri}/restart?${always}`,
      suspendPostUri: `${uri}/suspend?reason={text}&${always}`,
      resumePostUri: `${uri}/resume?reason={text}&${always}`,
    }),
  );
});

test('an id is encoded in the URIs and raw in the payload', () => {
  const { jsonBody } = checkStatusResponse(request('https://tally.example/api/runs'), run('täglich 1&2'), null);
  expect(jsonBody).toMatchObject({
    id: 'täglich 1&2',
    statusQueryGetUri: 'https://tally.example/api/runs/t%C3%A4glich%201%262?taskHub=Tally&connection=Storage',
  });
});

test("the caller's key is in the URIs only if it came in the query", () => {
  const { jsonBody } = checkStatusResponse(request('https://tally.example/api/runs?code=s3cret%3D'), run('a'), null);
  expect(jsonBody).toMatchObject({
    statusQueryGetUri: 'https://tally.example/api/runs/a?taskHub=Tally&connection=Storage&code=s3cret%3D',
    terminatePostUri:
      'https://tally.example/api/runs/a/terminate?reason={text}&taskHub=Tally&connection=Storage&code=s3cret%3D',
  });
});

test('a run that waits for approval has ready addresses for yes and no', () => {
  const { jsonBody } = checkStatusResponse(request('https://tally.example/api/runs?code=k'), run('a'), 'Approval');
  expect(jsonBody).toMatchObject({
    approvePostUri:
      'https://tally.example/api/runs/a/raiseEvent/Approval?approved=true&taskHub=Tally&connection=Storage&code=k',
    rejectPostUri:
      'https://tally.example/api/runs/a/raiseEvent/Approval?approved=false&taskHub=Tally&connection=Storage&code=k',
  });
});

test('a caller that wants 500 for a failure gets an address that does so', () => {
  const { headers, jsonBody } = checkStatusResponse(
    request('https://tally.example/api/runs?code=k'),
    run('a'),
    null,
    true,
  );
  const uri =
    'https://tally.example/api/runs/a?taskHub=Tally&connection=Storage&code=k&returnInternalServerErrorOnFailure=true';
  expect(headers).toMatchObject({ location: uri });
  expect(jsonBody).toMatchObject({
    statusQueryGetUri: uri,
    purgeHistoryDeleteUri: 'https://tally.example/api/runs/a?taskHub=Tally&connection=Storage&code=k',
  });
});

test("a caller at Durable's paths gets addresses at those paths", () => {
  const { jsonBody } = checkStatusResponse(request('https://tally.example/api/durabletask/instances'), run('a'), null);
  expect(jsonBody).toMatchObject({
    statusQueryGetUri: 'https://tally.example/api/durabletask/instances/a?taskHub=Tally&connection=Storage',
    resumePostUri:
      'https://tally.example/api/durabletask/instances/a/resume?reason={text}&taskHub=Tally&connection=Storage',
  });
});
