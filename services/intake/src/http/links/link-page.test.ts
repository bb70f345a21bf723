import { expect, test } from 'vitest';
import { linkPage } from './link-page.ts';

const about = { runId: 'r<1>', chain: 'orders', event: 'OrderApprovalResult', payload: 'Approved' } as const;

test('the page of a link asks before it does anything', () => {
  const asked = linkPage({ kind: 'ask', ...about });
  expect(asked).toContain('<form method="post"><button>Approved</button></form>');
  for (const kind of ['answered', 'ended'] as const) expect(linkPage({ kind, ...about })).not.toContain('<form');
});

test("the page contains no markup of the run's name, whatever it is", () => {
  const hostile = `"><script>alert(1)</script>&'`;
  const page = linkPage({
    kind: 'ask',
    runId: hostile,
    chain: hostile,
    event: hostile,
    payload: { [hostile]: hostile },
  });
  expect(page).not.toContain('<script');
  expect(page.match(/<button>/g)).toHaveLength(1);
});
