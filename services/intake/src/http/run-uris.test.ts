import { expect, test } from 'vitest';
import { checkStatusResponse } from './run-uris.ts';

const request = (url: string) => ({
  url,
  headers: new Headers(),
  params: {},
  query: new URL(url).searchParams,
  arrayBuffer: async () => new ArrayBuffer(0),
});

test('a started run is answered as Durable answers: 202, Location, Retry-After, URIs in the known order', () => {
  const response = checkStatusResponse(request('http://127.0.0.1:7071/api/runs'), 'wedding');
  expect(response.status).toBe(202);
  expect(response.headers).toMatchObject({ location: 'http://127.0.0.1:7071/api/runs/wedding', 'retry-after': '10' });
  const run = 'http://127.0.0.1:7071/api/runs/wedding';
  expect(JSON.stringify(response.jsonBody)).toBe(
    JSON.stringify({
      id: 'wedding',
      statusQueryGetUri: run,
      sendEventPostUri: `${run}/raiseEvent/{eventName}`,
      terminatePostUri: `${run}/terminate?reason={text}`,
      rewindPostUri: `${run}/rewind?reason={text}`,
      purgeHistoryDeleteUri: run,
      restartPostUri: `${run}/restart`,
      suspendPostUri: `${run}/suspend?reason={text}`,
      resumePostUri: `${run}/resume?reason={text}`,
    }),
  );
});

test('an id is encoded in the URIs and raw in the payload', () => {
  const { jsonBody } = checkStatusResponse(request('https://tally.example/api/runs'), 'täglich 1&2');
  expect(jsonBody).toMatchObject({
    id: 'täglich 1&2',
    statusQueryGetUri: 'https://tally.example/api/runs/t%C3%A4glich%201%262',
  });
});

test("the caller's key goes into the URIs only where it came in the query", () => {
  const { jsonBody } = checkStatusResponse(request('https://tally.example/api/runs?code=s3cret%3D'), 'a');
  expect(jsonBody).toMatchObject({
    statusQueryGetUri: 'https://tally.example/api/runs/a?code=s3cret%3D',
    terminatePostUri: 'https://tally.example/api/runs/a/terminate?reason={text}&code=s3cret%3D',
  });
});
